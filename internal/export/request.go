package export

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/archive"
	"tapedeck/internal/jobs"
	"tapedeck/internal/metrics"
	"tapedeck/internal/passphrase"
	"tapedeck/internal/seal"
	"tapedeck/internal/session"
)

// Start starts a job and gives its id. secret is the passphrase; nil leaves the file as it is. key is the caller's
// idempotency key, or "". Errors: CodeForbidden, CodeNotFound, CodeNotReady, CodeEncryptionRequired, the passphrase's
// codes, CodeInvalid, CodeIdempotencyConflict, CodeTooManyExports, CodeUnavailable.
func (x *Exports) Start(ctx context.Context, p session.Person, requestID, sessionID string, secret *string, key string) (string, error) {
	s, sources, err := x.find(ctx, p, requestID, sessionID)
	if err != nil {
		return "", err
	}
	if secret != nil {
		normal, err := passphrase.Rule(*secret)
		if err != nil {
			return "", err
		}
		secret = &normal
	} else if err := x.mayBePlain(ctx); err != nil {
		return "", err
	}
	e, err := x.plan(ctx, p, s, sources, secret != nil)
	if err != nil {
		return "", err
	}
	if key != "" {
		if !visible(key) {
			return "", session.Errorf(session.CodeInvalid, "the Idempotency-Key is not 1 to 255 visible ASCII characters")
		}
		bound, err := x.Slots.Claim(ctx, []string{p.Subject, s.ID, key}, e.ID, x.Now())
		if err != nil {
			return "", err
		}
		if bound != e.ID {
			if before, err := x.Jobs.Load(ctx, bound); session.CodeOf(err) != session.CodeNotFound {
				return again(before, secret, err)
			}
			e.ID = bound // whoever claimed it never came to create the job
		}
	}
	if err := x.Slots.TakeSlots(ctx, e.ID, p.Subject, x.Now()); err != nil {
		return "", err
	}
	if err := x.prepare(ctx, p, requestID, e, secret); err != nil {
		if key == "" { // with a key the slots may be another request's; what is left of them is free after a while
			err = errors.Join(err, x.Slots.FreeSlots(context.WithoutCancel(ctx), e.ID))
		}
		return "", err
	}
	if err := x.Jobs.Create(ctx, e); errors.Is(err, jobs.ErrConflict) { // the same request came twice at once
		before, err := x.Jobs.Load(ctx, e.ID)
		return again(before, secret, err)
	} else if err != nil {
		return "", err // the job may be there all the same: by its slots the sweeper finds it
	}
	metrics.Put(metrics.ExportsStarted.Of(1))
	for _, s := range e.Shards {
		if err := send(ctx, x.Queue, Message{ExportID: e.ID, Shard: s.N}); err != nil { // the sweeper will
			slog.WarnContext(ctx, "an export was not queued", "export", e.ID, "shard", s.N, "error", err)
		}
	}
	return e.ID, nil
}

// find is a session whose original may be taken out by this person, and what there is of it.
func (x *Exports) find(ctx context.Context, p session.Person, requestID, id string) (*session.Session, []session.Source, error) {
	if err := access.DemandOf(ctx, x.Audit, p, requestID, id, access.Export); err != nil {
		return nil, nil, err
	}
	s, rec, err := x.Index.Session(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := access.DemandSession(ctx, x.Audit, p, requestID, s); err != nil {
		return nil, nil, err
	}
	var sources []session.Source
	if rec != nil && s.State != session.Expired {
		sources = files(rec.Originals)
	}
	if len(sources) == 0 {
		return nil, nil, session.Errorf(session.CodeNotReady, "%s", s.StateSentence())
	}
	return s, sources, nil
}

// files are what leaves of an original: its only file, or all of several with the manifest that says what each is, so
// that a folder of them can be replayed, or archived again.
func files(originals []session.Original) (all []session.Source) {
	for _, o := range originals {
		if o.Part != session.PartManifest || len(originals) > 2 {
			all = append(all, session.Source{Stored: o.Stored, Name: o.Name})
		}
	}
	return all
}

// mayBePlain says whether a file may leave without a passphrase: nil, or CodeEncryptionRequired.
func (x *Exports) mayBePlain(ctx context.Context) error {
	now, err := x.Settings.Current(ctx)
	if err != nil {
		return err
	}
	if now.RequireEncryption {
		return session.Errorf(session.CodeEncryptionRequired, "your organisation requires that recordings are exported encrypted; give a passphrase")
	}
	return nil
}

// plan is a job before it has a key.
func (x *Exports) plan(ctx context.Context, p session.Person, s *session.Session, sources []session.Source, sealed bool) (*session.Export, error) {
	var err error
	for i := range sources {
		if sources[i].ETag, err = x.Files.Tag(ctx, sources[i].Stored); err != nil {
			return nil, err
		}
	}
	_, size, err := pieces(sources, s.ActionAt)
	if err != nil {
		return nil, err
	}
	now := x.Now()
	e := &session.Export{ID: session.NewID(now, "export", rand.Text()), State: session.ExportRequested, SessionID: s.ID, SessionRecord: s.SessionRecord,
		Person: p, FileName: fileName(s, sources, sealed), CreatedAt: now, ActionAt: s.ActionAt, Sources: sources, Size: size, PartBytes: x.PartBytes}
	if e.PartBytes == 0 {
		e.PartBytes = partBytes(size)
	}
	if len(sources) == 1 {
		e.SHA256 = sources[0].SHA256
	}
	return e, nil
}

// prepare makes the key of a job, and records that it will be. From here on nobody knows the passphrase.
func (x *Exports) prepare(ctx context.Context, p session.Person, requestID string, e *session.Export, secret *string) error {
	if secret != nil {
		header, key, err := seal.New(*secret)
		if err != nil {
			return err
		}
		e.Header = header
		if e.Wrapped, err = x.Keys.Wrap(ctx, key[:], keyContext(e)); err != nil {
			return fmt.Errorf("%w: %w", session.Errorf(session.CodeUnavailable, "the key of the export cannot be kept, so nothing is exported"), err)
		}
	}
	plan(e)
	detail := map[string]string{"export": e.ID, "file": e.FileName, "encrypted": fmt.Sprint(e.Sealed()), "bytes": fmt.Sprint(e.Size)}
	return x.Audit.Record(ctx, session.Event{Action: session.ActExportRequested, Person: p, RequestID: requestID, SessionID: e.SessionID, Detail: detail})
}

// again answers a request that was made before: with its job, or CodeIdempotencyConflict where the passphrase is
// another. The header itself tells: no digest of a passphrase is kept.
func again(before *session.Export, secret *string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	same := before.Sealed() == (secret != nil)
	if same && secret != nil {
		same = seal.Header(before.Header).OpensWith(*secret)
	}
	if !same {
		return "", session.Errorf(session.CodeIdempotencyConflict, "the Idempotency-Key was used with another passphrase")
	}
	return before.ID, nil
}

func visible(key string) bool {
	return len(key) <= 255 && !bytes.ContainsFunc([]byte(key), func(r rune) bool { return r <= ' ' || r > '~' })
}

// Download gives an address of an original as it is. Errors: CodeForbidden, CodeNotFound, CodeNotReady,
// CodeEncryptionRequired, CodeSeveralFiles, CodeUnavailable.
func (x *Exports) Download(ctx context.Context, p session.Person, requestID, sessionID string) (*Address, error) {
	s, sources, err := x.find(ctx, p, requestID, sessionID)
	if err != nil {
		return nil, err
	}
	if err := x.mayBePlain(ctx); err != nil {
		return nil, err
	}
	if len(sources) > 1 {
		return nil, session.Errorf(session.CodeSeveralFiles, "the recording has %d files; export it to get one", len(sources))
	}
	o := sources[0]
	a := &Address{ExpiresAt: x.Now().Add(URLLife), SHA256: o.SHA256, Bytes: o.Size}
	detail := map[string]string{"key": o.Key, "version": o.VersionID, "expiresAt": session.FormatTime(a.ExpiresAt)}
	if err := x.Audit.Record(ctx, session.Event{Action: session.ActDownload, Person: p, RequestID: requestID, SessionID: s.ID, Detail: detail}); err != nil {
		return nil, err
	}
	a.URL, err = x.Originals.SignFile(ctx, p, o.Key, o.VersionID, fileName(s, sources, false), URLLife)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", o.Key, err)
	}
	return a, nil
}

// Fetch gives an address of a finished export. Errors: CodeForbidden, CodeNotFound, CodeNotReady, CodeExportExpired,
// CodeEncryptionRequired, CodeUnavailable.
func (x *Exports) Fetch(ctx context.Context, p session.Person, requestID, id string) (*Address, error) {
	e, err := x.own(ctx, p, requestID, id)
	if err != nil {
		return nil, err
	}
	if _, _, err := x.find(ctx, p, requestID, e.SessionID); err != nil { // they may have lost the right meanwhile
		return nil, err
	}
	left := e.ExpiresAt.Sub(x.Now())
	switch {
	case e.State == session.ExportExpired, e.State == session.ExportReady && left < time.Second:
		return nil, session.Errorf(session.CodeExportExpired, "the file of this export is gone; export again")
	case e.State != session.ExportReady:
		return nil, session.Errorf(session.CodeNotReady, "the export is %s", e.State)
	}
	if !e.Sealed() { // the stricter of then and now
		if err := x.mayBePlain(ctx); err != nil {
			return nil, err
		}
	}
	life := min(URLLife, left)
	a := &Address{ExpiresAt: x.Now().Add(life), SHA256: e.SHA256, Bytes: e.FileSize}
	detail := map[string]string{"export": e.ID, "file": e.FileName, "expiresAt": session.FormatTime(a.ExpiresAt)}
	if err := x.Audit.Record(ctx, session.Event{Action: session.ActExportGiven, Person: p, RequestID: requestID, SessionID: e.SessionID, Detail: detail}); err != nil {
		return nil, err
	}
	a.URL, err = x.Made.SignFile(ctx, p, archive.ExportKey(e.ID), "", e.FileName, life)
	if err != nil {
		return nil, fmt.Errorf("sign export %s: %w", e.ID, err)
	}
	return a, nil
}
