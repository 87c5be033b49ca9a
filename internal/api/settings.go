package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tapedeck/internal/session"
)

// GetSettings answers the settings.
func (s *Server) GetSettings(ctx context.Context, _ GetSettingsRequestObject) (GetSettingsResponseObject, error) {
	if s.Settings == nil {
		return nil, notHere()
	}
	now, err := s.Settings.Read(ctx, person(ctx), s.RequestID(ctx))
	if err != nil {
		return nil, err
	}
	return GetSettings200JSONResponse{Body: newSettings(now), Headers: GetSettings200ResponseHeaders{ETag: etag(now)}}, nil
}

// PutSettings changes them.
func (s *Server) PutSettings(ctx context.Context, r PutSettingsRequestObject) (PutSettingsResponseObject, error) {
	if s.Settings == nil {
		return nil, notHere()
	}
	version, err := ifMatch(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	if e := r.Body.ExportEncryption; e != SettingsExportEncryptionRequired && e != SettingsExportEncryptionNotRequired {
		return nil, session.Errorf(session.CodeInvalid, "exportEncryption is %q; required and notRequired are possible", session.Cut(string(e), 60))
	}
	now, err := s.Settings.Change(ctx, person(ctx), s.RequestID(ctx), session.Settings{Version: version,
		RequireEncryption: r.Body.ExportEncryption == SettingsExportEncryptionRequired, PlaybackLimit: r.Body.PlaybackLimitBytes,
		TimeZone: r.Body.TimeZone, RetentionDays: r.Body.RetentionDays})
	if err != nil {
		return nil, err
	}
	return PutSettings200JSONResponse{Body: newSettings(now), Headers: PutSettings200ResponseHeaders{ETag: etag(now)}}, nil
}

func newSettings(s session.Settings) Settings {
	return Settings{ExportEncryption: SettingsExportEncryption(encryption(s)), PlaybackLimitBytes: s.PlaybackLimit, TimeZone: s.TimeZone, RetentionDays: s.RetentionDays}
}

func encryption(s session.Settings) string {
	if s.RequireEncryption {
		return "required"
	}
	return "notRequired"
}

// etag is the version of settings as an entity tag (RFC 9110, section 8.8.3).
func etag(s session.Settings) string { return fmt.Sprintf(`"%d"`, s.Version) }

// ifMatch reads the version of the settings that a change is made to. A tag that is none of ours matches nothing.
func ifMatch(header *string) (int64, error) {
	if header == nil {
		return 0, session.Errorf(session.CodePreconditionNeeded, "send the ETag that was read as If-Match, so that no other change is undone")
	}
	version, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(*header), `"`), 10, 64)
	if err != nil || version < 0 {
		return -1, nil
	}
	return version, nil
}
