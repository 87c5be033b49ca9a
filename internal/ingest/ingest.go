// Package ingest brings recordings from the inbox into the archive and the index: one use case, that the
// ingest and the archiver function share. Every step can be repeated by anyone at any time: what holds is
// decided by conditional writes, never by who came first to this code.
package ingest

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

// Registry gives each session its identity.
type Registry interface {
	Registration(ctx context.Context, identity string) (*session.Registration, error)
	TakeNumbers(ctx context.Context, n int) (first int64, err error) // session.ErrNoNumbers without a counter
	StartNumbers(ctx context.Context, last int64) error
	Register(ctx context.Context, r *session.Registration) (held *session.Registration, first bool, err error)
	MarkConflict(ctx context.Context, identity string) error
}

// Rows is the list that people see.
type Rows interface {
	PutRow(ctx context.Context, s *session.Session, rec *session.Recording) error
}

// Work remembers what is under way, for the reconciler.
type Work interface {
	AddWaiting(ctx context.Context, r *session.Registration, since time.Time) error
	DoneWaiting(ctx context.Context, id string) error
	Lease(ctx context.Context, id string, now, until time.Time) (bool, error)
	Release(ctx context.Context, id string) error
	AddAttempt(ctx context.Context, id, attempt string, since time.Time) error
}

// Inbox is where gateways put recordings.
type Inbox interface {
	ReadManifest(ctx context.Context, f session.Folder, limit int64) (data []byte, created time.Time, err error)
	Head(ctx context.Context, f session.Folder, name string) (*archive.Arrived, error)
	MarkArchived(ctx context.Context, f session.Folder, name string) error
	MarkedArchived(ctx context.Context, f session.Folder, name string) (bool, error)
}

// Evidence keeps originals.
type Evidence interface {
	Copy(ctx context.Context, src *archive.Arrived, key string) (session.Stored, error)
	PutOriginal(ctx context.Context, key string, data []byte) (session.Stored, error)
	OpenOriginal(ctx context.Context, o session.Stored) (io.ReadCloser, error)
	PutCommit(ctx context.Context, c *archive.Commit) (*archive.Commit, error)
	ReadCommit(ctx context.Context, id string) (*archive.Commit, error)
	Lock(ctx context.Context, o session.Stored, until time.Time) error
	KeepConflict(ctx context.Context, id, digest string, manifest []byte) error
	HasConflict(ctx context.Context, id string) (bool, error)
	Empty(ctx context.Context) (bool, error)
}

// Derived keeps what is made from the originals.
type Derived interface {
	NewDerived(ctx context.Context, key string) archive.Writer
	PutDerived(ctx context.Context, id string, d *archive.DerivedCommit) (*archive.DerivedCommit, error)
	ReadDerived(ctx context.Context, id string, encoder int) (*archive.DerivedCommit, error)
}

// Audit records what happened, before it does.
type Audit interface {
	Record(ctx context.Context, e session.Event) error
}

// Handover gives a large recording to the archiver.
type Handover interface {
	Send(ctx context.Context, identity string) error
}

// Settings are those of the organisation.
type Settings interface {
	Current(ctx context.Context) (session.Settings, error)
}

// Events tells others what has been done.
type Events interface {
	Announce(ctx context.Context, a session.Announcement)
}

// Ingest is the use case. All fields but Events are required.
type Ingest struct {
	Registry Registry
	Rows     Rows
	Work     Work
	Inbox    Inbox
	Evidence Evidence
	Derived  Derived
	Audit    Audit
	Handover Handover
	Events   Events // nil: nobody is told

	Settings    Settings // the zone of session records, and how long originals are locked
	InlineBytes int64    // recordings up to this size are archived at once
	Now         func() time.Time
}

// clockSlack is how far ahead a gateway's clock may be before the start of its sessions is clamped.
const clockSlack = 5 * time.Minute

// Arrive handles objects that arrived in folders of the inbox, in any order, any number of times. It
// returns the folders that have to be tried again, with the reason; a bad manifest is not among them: it
// becomes a row.
func (g *Ingest) Arrive(ctx context.Context, folders []session.Folder) map[session.Folder]error {
	_, failed := g.arrive(ctx, folders)
	return failed
}

// Find does what Arrive does, for folders whose events may have been lost. registered counts the sessions that
// nobody knew of.
func (g *Ingest) Find(ctx context.Context, folders []session.Folder) (registered int, failed map[session.Folder]error) {
	found, failed := g.arrive(ctx, folders)
	for _, c := range found {
		if c.first {
			registered++
		}
	}
	return registered, failed
}

func (g *Ingest) arrive(ctx context.Context, folders []session.Folder) (found []*candidate, failed map[session.Folder]error) {
	failed = map[session.Folder]error{}
	for _, f := range slices.Compact(slices.SortedFunc(slices.Values(folders), session.CompareFolders)) {
		c, err := g.read(ctx, f)
		if errors.Is(err, archive.ErrNotExist) {
			continue // its manifest will wake it
		}
		if err != nil {
			failed[f] = err
			continue
		}
		found = append(found, c)
	}
	if err := g.register(ctx, found); err != nil {
		slog.ErrorContext(ctx, "not registered", "manifests", len(found), "error", err)
		for _, c := range found {
			failed[c.folder] = err
		}
		return found, failed
	}
	for _, c := range found {
		if err := g.settleCandidate(ctx, c); err != nil {
			failed[c.folder] = err
		}
	}
	return found, failed
}

// candidate is a manifest that arrived, on its way to a registration.
type candidate struct {
	folder   session.Folder
	manifest []byte
	proposed *session.Registration // what this manifest says
	held     *session.Registration // what holds
	first    bool                  // held is proposed
}

func (g *Ingest) read(ctx context.Context, f session.Folder) (*candidate, error) {
	data, created, err := g.Inbox.ReadManifest(ctx, f, session.MaxManifestBytes+1)
	if err != nil {
		return nil, err
	}
	c := &candidate{folder: f, manifest: data, proposed: &session.Registration{Folder: f}}
	r := c.proposed
	m, err := session.ParseManifest(data)
	if err != nil {
		// No identity can be read from it, so the folder stands for it.
		r.UUID = "folder:" + f.Name
		r.RawActionAt = created.UTC().Truncate(time.Millisecond)
		r.Session = session.Session{ServerName: session.Text(f.Name), State: session.Unreadable, Reason: err.Error()}
	} else {
		r.UUID, r.RawActionAt, r.Session, r.Format, r.Objects = m.UUID, m.ActionAt, m.Row, m.Format, m.Objects
	}
	r.Identity = session.Identity(f.Gateway, r.UUID)
	r.Digest = digest(r)
	return c, nil
}

// digest is the hex SHA-256 of what a manifest says, however it is written.
func digest(r *session.Registration) string {
	says, err := json.Marshal(struct {
		Folder  session.Folder
		At      time.Time
		Row     session.Session
		Format  string
		Objects []session.Object
	}{r.Folder, r.RawActionAt, r.Session, r.Format, r.Objects})
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(says)
	return hex.EncodeToString(sum[:])
}

// register finds the registration of each candidate, and makes those that are missing: their numbers are
// taken at once, in the order of their start.
func (g *Ingest) register(ctx context.Context, found []*candidate) error {
	fresh := map[string][]*candidate{}
	for _, c := range found {
		held, err := g.Registry.Registration(ctx, c.proposed.Identity)
		switch {
		case err == nil:
			c.held = held
		case session.CodeOf(err) == session.CodeNotFound:
			fresh[c.proposed.Identity] = append(fresh[c.proposed.Identity], c)
		default:
			return err
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	no, err := g.takeNumbers(ctx, len(fresh))
	if err != nil {
		return err
	}
	settings, err := g.Settings.Current(ctx)
	if err != nil {
		return err
	}
	byStart := slices.SortedFunc(maps.Values(fresh), func(a, b []*candidate) int {
		return cmp.Or(a[0].proposed.RawActionAt.Compare(b[0].proposed.RawActionAt), cmp.Compare(a[0].proposed.Identity, b[0].proposed.Identity))
	})
	for i, same := range byStart {
		for _, c := range same {
			if c.held, c.first, err = g.Registry.Register(ctx, g.numbered(c.proposed, no+int64(i), settings.Zone())); err != nil {
				return err
			}
		}
	}
	return nil
}

// numbered completes a registration: its number, its start by our clock, its id and record name.
func (g *Ingest) numbered(r *session.Registration, no int64, zone *time.Location) *session.Registration {
	s := &r.Session
	s.No, s.ActionAt = no, r.RawActionAt
	if now := g.Now().UTC().Truncate(time.Millisecond); r.RawActionAt.After(now.Add(clockSlack)) {
		s.ActionAt = now
		s.Reason = joinReasons(s.Reason, session.ReasonClock)
	}
	s.ID = session.NewID(s.ActionAt, r.Gateway, r.UUID)
	s.SessionRecord = session.RecordName(s.Account, s.ActionAt, zone)
	r.Attempt = newAttempt()
	return r
}

func (g *Ingest) settleCandidate(ctx context.Context, c *candidate) error {
	conflict := !c.first && c.held.Digest != c.proposed.Digest
	if conflict && !c.held.Conflict {
		if err := g.noteConflict(ctx, c); err != nil {
			return err
		}
		c.held.Conflict = true
	}
	err := g.settle(ctx, c.held, c.first, false)
	if err == nil && conflict {
		err = g.Inbox.MarkArchived(ctx, c.folder, session.ManifestName)
	}
	if err != nil {
		slog.WarnContext(ctx, "session not settled", "session", c.held.Session.ID, "error", err)
	}
	return err
}

func (g *Ingest) noteConflict(ctx context.Context, c *candidate) error {
	id := c.held.Session.ID
	err := g.Audit.Record(ctx, session.Event{Action: session.ActConflict, SessionID: id, Gateway: c.folder.Gateway,
		Detail: map[string]string{"digest": c.proposed.Digest}})
	if err != nil {
		return err
	}
	if err := g.Evidence.KeepConflict(ctx, id, c.proposed.Digest, c.manifest); err != nil {
		return err
	}
	return g.Registry.MarkConflict(ctx, c.held.Identity)
}

// newAttempt names an attempt: 80 random bits.
func newAttempt() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func joinReasons(reasons ...string) string {
	joined := ""
	for _, r := range reasons {
		switch {
		case r == "":
		case joined == "":
			joined = r
		default:
			joined += "; " + r
		}
	}
	return joined
}
