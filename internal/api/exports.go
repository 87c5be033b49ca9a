package api

import (
	"context"
	"time"

	"tapedeck/internal/export"
	"tapedeck/internal/session"
)

// CreateDownload answers an address of an original.
func (s *Server) CreateDownload(ctx context.Context, r CreateDownloadRequestObject) (CreateDownloadResponseObject, error) {
	if s.Exports == nil {
		return nil, notHere()
	}
	a, err := s.Exports.Download(ctx, person(ctx), s.RequestID(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return CreateDownload200JSONResponse(newDownload(a)), nil
}

// CreateExport starts a job.
func (s *Server) CreateExport(ctx context.Context, r CreateExportRequestObject) (CreateExportResponseObject, error) {
	if s.Exports == nil {
		return nil, notHere()
	}
	key := ""
	if r.Params.IdempotencyKey != nil {
		if key = *r.Params.IdempotencyKey; key == "" {
			return nil, session.Errorf(session.CodeInvalid, "the Idempotency-Key is empty")
		}
	}
	id, err := s.Exports.Start(ctx, person(ctx), s.RequestID(ctx), r.Id, r.Body.Passphrase, key)
	if err != nil {
		return nil, err
	}
	return CreateExport202JSONResponse{ExportId: id}, nil
}

// ListExports answers one's own exports.
func (s *Server) ListExports(ctx context.Context, _ ListExportsRequestObject) (ListExportsResponseObject, error) {
	if s.Exports == nil {
		return nil, notHere()
	}
	list, err := s.Exports.List(ctx, person(ctx), s.RequestID(ctx))
	if err != nil {
		return nil, err
	}
	answer := ListExports200JSONResponse{Items: []Export{}}
	for i := range list {
		answer.Items = append(answer.Items, newExport(&list[i], s.Now()))
	}
	return answer, nil
}

// GetExport answers how far an export is.
func (s *Server) GetExport(ctx context.Context, r GetExportRequestObject) (GetExportResponseObject, error) {
	if s.Exports == nil {
		return nil, notHere()
	}
	e, err := s.Exports.Get(ctx, person(ctx), s.RequestID(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return GetExport200JSONResponse(newExport(e, s.Now())), nil
}

// CancelExport ends an export.
func (s *Server) CancelExport(ctx context.Context, r CancelExportRequestObject) (CancelExportResponseObject, error) {
	if s.Exports == nil {
		return nil, notHere()
	}
	if err := s.Exports.Cancel(ctx, person(ctx), s.RequestID(ctx), r.Id); err != nil {
		return nil, err
	}
	return CancelExport204Response{}, nil
}

// CreateExportDownload answers an address of a finished export.
func (s *Server) CreateExportDownload(ctx context.Context, r CreateExportDownloadRequestObject) (CreateExportDownloadResponseObject, error) {
	if s.Exports == nil {
		return nil, notHere()
	}
	a, err := s.Exports.Fetch(ctx, person(ctx), s.RequestID(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return CreateExportDownload200JSONResponse(newDownload(a)), nil
}

func newDownload(a *export.Address) Download {
	return Download{Url: a.URL, ExpiresAt: session.FormatTime(a.ExpiresAt), Sha256: a.SHA256, Bytes: a.Bytes}
}

func newExport(e *session.Export, now time.Time) Export {
	out := Export{Id: e.ID, SessionId: e.SessionID, SessionRecord: e.SessionRecord, FileName: e.FileName, Encrypted: e.Sealed(),
		State: ExportState(e.State), PartsDone: e.PartsDone(), PartsTotal: e.Parts, BytesTotal: e.Size,
		Error: optional(e.Error), CreatedAt: session.FormatTime(e.CreatedAt)}
	if e.State == session.ExportReady || e.State == session.ExportExpired {
		out.PartsDone = e.Parts // a list has no shards of what has ended
		out.ExpiresAt = optional(session.FormatTime(e.ExpiresAt))
	}
	out.BytesDone = min(e.Size, int64(out.PartsDone)*e.PartBytes)
	if left, ok := export.Left(e, now); ok {
		seconds := int(left.Seconds() + 0.5)
		out.EtaSeconds = &seconds
	}
	return out
}
