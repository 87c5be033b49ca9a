// Package audittest holds an audit log in memory for tests of use cases, and the contract that it and the real one both
// pass.
package audittest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"tapedeck/internal/pagetoken"
	"tapedeck/internal/session"
)

// Memory is an audit log in memory.
type Memory struct {
	Down bool // nothing can be written

	now    func() time.Time
	tokens *pagetoken.Tokens
	mu     sync.Mutex
	list   []session.Entry
}

// NewMemory makes an empty one.
func NewMemory(now func() time.Time) *Memory { return &Memory{now: now, tokens: Tokens(now)} }

// Tokens are page tokens of a key that everybody knows.
func Tokens(now func() time.Time) *pagetoken.Tokens {
	return pagetoken.New([]byte("a key of more than sixteen bytes"), nil, now)
}

func (m *Memory) Record(_ context.Context, e session.Event) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Down {
		return session.Errorf(session.CodeUnavailable, "the audit log cannot be written")
	}
	at := m.now().UTC().Truncate(time.Millisecond)
	e.Detail = maps.Clone(e.Detail)
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	e.Person.Roles, e.Person.Scope = nil, nil // the log does not keep them
	m.list = append(m.list, session.Entry{ID: session.NewID(at, "audit", strconv.Itoa(len(m.list))), At: at, Event: e})
	return nil
}

func (m *Memory) Entries(_ context.Context, q session.EntryQuery) (*session.EntryPage, error) {
	mark := session.MinID(q.To)
	if q.PageToken != "" {
		below, err := m.tokens.Open(q.PageToken, q.Hash())
		if err != nil {
			return nil, err
		}
		mark = min(mark, below)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	page := &session.EntryPage{Complete: true}
	for _, e := range m.All() {
		switch {
		case e.ID >= mark || e.ID < session.MinID(q.From) || !q.Answers(&e):
		case len(page.Items) == q.PageSize:
			page.NextToken = m.tokens.Seal(q.Hash(), page.Items[q.PageSize-1].ID)
			return page, nil
		default:
			page.Items = append(page.Items, e)
		}
	}
	return page, nil
}

// All are the entries, newest first.
func (m *Memory) All() []session.Entry {
	return slices.SortedFunc(slices.Values(m.list), func(a, b session.Entry) int { return -cmp.Compare(a.ID, b.ID) })
}
