package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
	"tapedeck/localstack/bench/cost"
	"tapedeck/localstack/demo"
)

// archivedCost is what a kind of session costs on its way into the archive, and while it is kept.
type archivedCost struct {
	what    string
	used    cost.Usage // one session's
	kept    cost.Usage // for a month
	objects int64      // bytes of it in evidence and derived
	ids     []string
}

// daysInInbox is how long objects of the inbox live, template.yaml has it.
const daysInInbox = 7

// archiveKind archives n sessions, one by one, and counts; before it some that are not counted: the first ones of a
// function read the dictionary.
func (m *metered) archiveKind(ctx context.Context, what string, sessions []*demo.Session, uncounted int, read func(*demo.Session) ([]byte, error)) (*archivedCost, error) {
	a := &archivedCost{what: what, used: cost.Usage{}}
	var tables int
	var objects int64
	arrived := 0.0
	for i, s := range sessions {
		if i == uncounted {
			a.used, tables, arrived = cost.Usage{}, m.meter.Stored(), 0
			var err error
			if objects, err = m.kept(ctx); err != nil {
				return nil, err
			}
		}
		data, err := read(s)
		if err != nil {
			return nil, err
		}
		used, err := m.arrive(ctx, s, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.File, err)
		}
		a.used, arrived = a.used.Plus(used), arrived+float64(len(data))
		a.ids = append(a.ids, s.ID())
	}
	all, err := m.kept(ctx)
	if err != nil {
		return nil, err
	}
	n := float64(len(sessions) - uncounted)
	a.used = a.used.Times(1 / n)
	a.objects = (all - objects) / int64(n)
	table := float64(m.meter.Stored()-tables) / n / 1e9
	a.used[cost.S3Storage] = arrived / n / 1e9 * daysInInbox / 30
	a.kept = cost.Usage{cost.S3Storage: float64(a.objects) / 1e9, cost.TableStorage: table, cost.TableBackup: table}
	return a, nil
}

// arrive is one session on its way: two objects, an event of each, and the archiver where it is too large for ingest.
func (m *metered) arrive(ctx context.Context, s *demo.Session, data []byte) (cost.Usage, error) {
	f := session.Folder{Gateway: demo.Gateway, Name: s.UUID}
	manifest := maps.Clone(s.Manifest)
	manifest["version"], manifest["sessionId"], manifest["actionAt"] = 1, s.UUID, session.FormatTime(s.ActionAt)
	name := filepath.Base(s.File)
	manifest["objects"] = []map[string]any{{"key": name, "part": "recording"}}
	last, err := json.Marshal(manifest)
	if err != nil {
		return nil, err
	}
	used := cost.Usage{}
	for _, o := range []struct {
		name string
		data []byte
	}{{name, data}, {session.ManifestName, last}} {
		key := archive.InboxKey(f, o.name)
		if _, err := m.plain.PutObject(ctx, &s3.PutObjectInput{Bucket: &gatewayBuckets.Inbox, Key: &key, Body: bytes.NewReader(o.data)}); err != nil {
			return nil, err
		}
		moved := int64(0)
		if o.name == session.ManifestName && int64(len(data)) <= m.ingest.InlineBytes {
			moved = int64(len(data))
		}
		run, err := m.invoke("ingest", moved, func() error { return m.ingest.Arrive(ctx, []session.Folder{f})[f] })
		if err != nil {
			return nil, err
		}
		used = used.Plus(cost.Usage{cost.S3Put: 1}).Plus(message).Plus(run)
	}
	for _, identity := range m.sent {
		run, err := m.invoke("archiver", int64(len(data)), func() error { return m.ingest.Archive(ctx, identity) })
		if err != nil {
			return nil, err
		}
		used = used.Plus(message).Plus(run)
	}
	m.sent = nil
	row, _, err := m.index.Session(ctx, s.ID())
	if err == nil && row.State != session.Ready {
		err = fmt.Errorf("it is %s: %s", row.State, row.Reason)
	}
	m.meter.Take()
	return used, err
}

// kept is how many bytes evidence and derived have.
func (m *metered) kept(ctx context.Context) (bytes int64, err error) {
	for _, bucket := range []string{gatewayBuckets.Evidence, gatewayBuckets.Derived} {
		n, err := m.stored(ctx, bucket)
		if err != nil {
			return 0, err
		}
		bytes += n
	}
	return bytes, nil
}

// terminals are the demo's sessions: real recordings of terminals, some more usual than others.
func (m *metered) archiveTerminals(ctx context.Context) (*archivedCost, error) {
	all := slices.DeleteFunc(demo.Generate(1, 300, time.Now()), func(s *demo.Session) bool { return s.Manifest["format"] != "asciicast" })
	return m.archiveKind(ctx, "terminals", all[:220], 20, func(s *demo.Session) ([]byte, error) {
		return os.ReadFile(filepath.Join("testdata/recordings", s.File))
	})
}

// archiveDesktops archives the real recordings of desktops.
func (m *metered) archiveDesktops(ctx context.Context) (*archivedCost, error) {
	paths, err := filepath.Glob("testdata/recordings/guac/*.guac.gz")
	if err != nil {
		return nil, err
	}
	sessions := demo.Generate(2, len(paths), time.Now())
	for i, s := range sessions {
		s.File, s.Manifest["format"] = paths[i], "guacamole"
	}
	return m.archiveKind(ctx, "desktops", sessions, 0, func(s *demo.Session) ([]byte, error) {
		return os.ReadFile(s.File)
	})
}

// archiveLarge archives one recording that is too large for ingest.
func (m *metered) archiveLarge(ctx context.Context) (*archivedCost, error) {
	one := demo.Generate(3, 1, time.Now())
	one[0].File, one[0].Manifest["format"] = "hours.cast", "asciicast"
	return m.archiveKind(ctx, "a terminal for hours, 64 MB", one, 0, func(*demo.Session) ([]byte, error) {
		j, err := newJoined(64 << 20)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(j)
	})
}
