// Package indextest holds an in-memory session index for tests of use cases, and the contract that it and the
// real one both pass.
package indextest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// Memory is a session index in memory. Fail, when set, is called before and after each write with the write's
// name; an error from it is the write's.
type Memory struct {
	Fail func(write string, after bool) error

	mu            sync.Mutex
	last          *int64 // nil: there is no counter
	registrations map[string]session.Registration
	rows          map[string]row
	ids           []string // of rows
	sorted        int      // so many of ids are in order
	values
}

// values is what the real index has in its second table.
type values struct {
	waiting  map[string]*work
	attempts map[[2]string]time.Time
	covered  map[string]bool // rows whose values are in the dictionary
	marks    map[string]string
}

func newValues() values {
	return values{waiting: map[string]*work{}, attempts: map[[2]string]time.Time{}, covered: map[string]bool{}, marks: map[string]string{}}
}

type row struct {
	session session.Session
	rec     *session.Recording
}

type work struct {
	identity     string
	since, lease time.Time
}

// NewMemory makes an empty one.
func NewMemory() *Memory {
	return &Memory{registrations: map[string]session.Registration{}, rows: map[string]row{}, values: newValues()}
}

// write runs an effect between its two moments of failure.
func (m *Memory) write(name string, effect func()) error {
	if m.Fail != nil {
		if err := m.Fail(name, false); err != nil {
			return err
		}
	}
	m.mu.Lock()
	effect()
	m.mu.Unlock()
	if m.Fail != nil {
		return m.Fail(name, true)
	}
	return nil
}

func (m *Memory) Registration(_ context.Context, identity string) (*session.Registration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.registrations[identity]
	if !ok {
		return nil, session.Errorf(session.CodeNotFound, "there is no such session")
	}
	return &r, nil
}

func (m *Memory) Register(_ context.Context, r *session.Registration) (held *session.Registration, first bool, err error) {
	err = m.write("register", func() {
		stored, there := m.registrations[r.Identity]
		if !there {
			stored = *r
			m.registrations[r.Identity] = stored
		}
		held, first = &stored, !there
	})
	if err != nil {
		return nil, false, err
	}
	return held, first, nil
}

func (m *Memory) MarkConflict(_ context.Context, identity string) error {
	return m.write("conflict", func() {
		r := m.registrations[identity]
		r.Conflict = true
		m.registrations[identity] = r
	})
}

func (m *Memory) PutRow(_ context.Context, s *session.Session, rec *session.Recording) error {
	return m.write("row", func() {
		m.covered[s.ID] = true
		old, there := m.rows[s.ID]
		if !there {
			m.ids = append(m.ids, s.ID)
		}
		if !there || old.session.State.Rank() <= s.State.Rank() {
			m.rows[s.ID] = row{*s, rec}
		}
	})
}

func (m *Memory) Session(_ context.Context, id string) (*session.Session, *session.Recording, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.rows[id]
	if !ok {
		return nil, nil, session.Errorf(session.CodeNotFound, "there is no such session")
	}
	return &r.session, r.rec, nil
}

// List answers a page by looking at every row; its tokens are bare ids.
func (m *Memory) List(_ context.Context, q session.Query) (*session.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	page := &session.Page{Items: []session.Session{}, Complete: true}
	where := match.Conditions(q.Where)
	for _, r := range m.rows {
		s := r.session
		if !s.ActionAt.Before(q.From) && s.ActionAt.Before(q.To) && (q.PageToken == "" || s.ID < q.PageToken) && match.All(where, &s) {
			page.Items = append(page.Items, s)
		}
	}
	slices.SortFunc(page.Items, func(a, b session.Session) int { return cmp.Compare(b.ID, a.ID) })
	if len(page.Items) > q.PageSize {
		page.Items = page.Items[:q.PageSize]
		page.NextToken = page.Items[q.PageSize-1].ID
	}
	return page, nil
}

// Values answers suggestions by looking at every row.
func (m *Memory) Values(_ context.Context, c session.Column, prefix string, n int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	prefix = match.Fold(session.Text(prefix))
	last := map[string]session.Session{} // by folded value, the last session that has it
	for _, r := range m.rows {
		v := match.Fold(r.session.Value(c))
		if v != "" && strings.Contains(v, prefix) && r.session.ID > last[v].ID {
			last[v] = r.session
		}
	}
	day := func(v string) int64 { return last[v].ActionAt.Unix() / 86400 }
	starts := func(v string) int {
		if strings.HasPrefix(v, prefix) {
			return 0
		}
		return 1
	}
	found := slices.SortedFunc(maps.Keys(last), func(a, b string) int {
		return cmp.Or(cmp.Compare(starts(a), starts(b)), cmp.Compare(day(b), day(a)), cmp.Compare(a, b))
	})
	values := []string{}
	for _, v := range found[:min(n, len(found))] {
		s := last[v]
		values = append(values, s.Value(c))
	}
	return values, nil
}

func (m *Memory) AddWaiting(_ context.Context, r *session.Registration, since time.Time) error {
	return m.write("waiting", func() {
		if m.waiting[r.Session.ID] == nil {
			m.waiting[r.Session.ID] = &work{identity: r.Identity, since: since}
		}
	})
}

func (m *Memory) DoneWaiting(_ context.Context, id string) error {
	return m.write("waited", func() { delete(m.waiting, id) })
}

func (m *Memory) Waiting(_ context.Context, before time.Time) (identities []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.waiting {
		if w.since.Before(before) {
			identities = append(identities, w.identity)
		}
	}
	slices.Sort(identities)
	return identities, nil
}

func (m *Memory) Lease(_ context.Context, id string, now, until time.Time) (ok bool, err error) {
	err = m.write("lease", func() {
		if w := m.waiting[id]; w != nil && !w.lease.After(now) {
			w.lease, ok = until, true
		}
	})
	return ok, err
}

func (m *Memory) Release(_ context.Context, id string) error {
	return m.write("release", func() {
		if w := m.waiting[id]; w != nil {
			w.lease = time.Time{}
		}
	})
}

func (m *Memory) AddAttempt(_ context.Context, id, attempt string, since time.Time) error {
	return m.write("attempt", func() {
		if _, ok := m.attempts[[2]string{id, attempt}]; !ok {
			m.attempts[[2]string{id, attempt}] = since
		}
	})
}

func (m *Memory) DoneAttempt(_ context.Context, id, attempt string) error {
	return m.write("attempted", func() { delete(m.attempts, [2]string{id, attempt}) })
}

func (m *Memory) Attempts(_ context.Context, before time.Time) (list [][2]string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for a, since := range m.attempts {
		if since.Before(before) {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return list, nil
}
