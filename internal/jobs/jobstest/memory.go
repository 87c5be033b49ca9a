// Package jobstest holds in-memory export jobs for tests of use cases, and the contract that they and the real ones
// both pass.
package jobstest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tapedeck/internal/jobs"
	"tapedeck/internal/session"
)

// Memory is a table of jobs in memory. Fail, when set, is called before and after each call with its name; an error
// from it is the call's.
type Memory struct {
	Fail func(call string, after bool) error

	mu     sync.Mutex
	items  map[string]written // jobs and shards
	slots  map[string]slot
	claims map[string]claim
	due    map[jobs.Due]bool
}

// written is a job or a shard as the table has it.
type written struct {
	version int64
	data    string
}

type slot struct {
	id    string
	since time.Time
}

type claim struct {
	id    string
	until time.Time
}

// NewMemory makes an empty one.
func NewMemory() *Memory {
	return &Memory{items: map[string]written{}, slots: map[string]slot{}, claims: map[string]claim{}, due: map[jobs.Due]bool{}}
}

// call runs an effect between its two moments of failure.
func (m *Memory) call(name string, effect func() error) error {
	if m.Fail != nil {
		if err := m.Fail(name, false); err != nil {
			return err
		}
	}
	m.mu.Lock()
	err := effect()
	m.mu.Unlock()
	if err == nil && m.Fail != nil {
		err = m.Fail(name, true)
	}
	return err
}

func shardKey(id string, n int) string { return fmt.Sprintf("%s/%05d", id, n) }

func (m *Memory) put(key string, data any, v int64) error {
	encoded, err := json.Marshal(data)
	if err != nil {
		return err
	}
	now, is := m.items[key].version, written{v, string(encoded)}
	if now != v-1 && m.items[key] != is {
		return jobs.ErrConflict
	}
	m.items[key] = is
	return nil
}

func (m *Memory) Create(_ context.Context, e *session.Export) error {
	return m.call("create", func() error {
		e.Version = 1
		for i := range e.Shards {
			e.Shards[i].Version = 1
			_ = m.put(shardKey(e.ID, e.Shards[i].N), e.Shards[i], 1)
		}
		return m.put(e.ID, e, 1)
	})
}

func (m *Memory) Load(_ context.Context, id string) (e *session.Export, err error) {
	err = m.call("load", func() error {
		e, err = m.load(id)
		return err
	})
	return e, err
}

func (m *Memory) load(id string) (*session.Export, error) {
	job, there := m.items[id]
	if !there {
		return nil, session.Errorf(session.CodeNotFound, "there is no such export")
	}
	e := new(session.Export)
	if err := json.Unmarshal([]byte(job.data), e); err != nil {
		return nil, err
	}
	for n := 0; ; n++ {
		it, there := m.items[shardKey(id, n)]
		if !there {
			return e, nil
		}
		var s session.Shard
		if err := json.Unmarshal([]byte(it.data), &s); err != nil {
			return nil, err
		}
		e.Shards = append(e.Shards, s)
	}
}

func (m *Memory) Save(_ context.Context, e *session.Export) error {
	e.Version++
	err := m.call("save", func() error { return m.put(e.ID, e, e.Version) })
	if err != nil {
		e.Version--
	}
	return err
}

func (m *Memory) SaveShard(_ context.Context, e *session.Export, s *session.Shard) error {
	s.Version++
	err := m.call("save shard", func() error { return m.put(shardKey(e.ID, s.N), s, s.Version) })
	if err != nil {
		s.Version--
	}
	return err
}

func (m *Memory) Of(_ context.Context, subject string, n int32) (list []session.Export, err error) {
	err = m.call("list", func() error {
		for key, it := range m.items {
			if strings.Contains(key, "/") {
				continue
			}
			var e session.Export
			if err := json.Unmarshal([]byte(it.data), &e); err != nil {
				return err
			}
			if e.Person.Subject == subject {
				list = append(list, e)
			}
		}
		slices.SortFunc(list, func(a, b session.Export) int { return strings.Compare(b.ID, a.ID) })
		list = list[:min(len(list), int(n))]
		return nil
	})
	return list, err
}

func (m *Memory) WillExpire(_ context.Context, id string, at time.Time) error {
	return m.call("will expire", func() error {
		m.due[jobs.Due{ID: id, At: at.UTC().Truncate(time.Millisecond)}] = true
		return nil
	})
}

func (m *Memory) Expired(_ context.Context, now time.Time) (list []jobs.Due, err error) {
	err = m.call("expired", func() error {
		for d := range m.due {
			if !d.At.After(now) {
				list = append(list, d)
			}
		}
		slices.SortFunc(list, func(a, b jobs.Due) int { return a.At.Compare(b.At) })
		return nil
	})
	return list, err
}

func (m *Memory) HasExpired(_ context.Context, d jobs.Due) error {
	return m.call("has expired", func() error {
		delete(m.due, d)
		return nil
	})
}

// Text is all that is kept, for tests that look for what must not be.
func (m *Memory) Text() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all strings.Builder
	for key, it := range m.items {
		fmt.Fprintln(&all, key, it.data)
	}
	fmt.Fprintln(&all, m.slots, m.claims, m.due)
	return all.String()
}
