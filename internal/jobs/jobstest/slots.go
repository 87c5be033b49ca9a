package jobstest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tapedeck/internal/jobs"
	"tapedeck/internal/session"
)

const orphaned = 2 * time.Minute

func (m *Memory) TakeSlots(_ context.Context, id, subject string, now time.Time) error {
	return m.call("take slots", func() error {
		for _, group := range []struct {
			name, full string
			n          int
		}{{"person " + subject, "you have %d exports under way", jobs.PerPerson}, {"all", "%d exports are under way", jobs.InAll}} {
			if !m.take(group.name, group.n, id, now) {
				m.free(id)
				return session.Errorf(session.CodeTooManyExports, group.full, group.n)
			}
		}
		return nil
	})
}

func (m *Memory) take(group string, n int, id string, now time.Time) bool {
	free := ""
	for i := range n {
		sk := fmt.Sprintf("%s#%02d", group, i)
		s, taken := m.slots[sk]
		if s.id == id {
			m.slots[sk] = slot{id, now}
			return true
		}
		if taken && m.left(s, now) {
			delete(m.slots, sk)
			taken = false
		}
		if !taken && free == "" {
			free = sk
		}
	}
	if free != "" {
		m.slots[free] = slot{id, now}
	}
	return free != ""
}

func (m *Memory) left(s slot, now time.Time) bool {
	e, err := m.load(s.id)
	if err != nil {
		return now.Sub(s.since) > orphaned
	}
	return !e.State.Active()
}

func (m *Memory) free(id string) {
	for sk, s := range m.slots {
		if s.id == id {
			delete(m.slots, sk)
		}
	}
}

func (m *Memory) FreeSlots(_ context.Context, id string) error {
	return m.call("free slots", func() error {
		m.free(id)
		return nil
	})
}

func (m *Memory) Slotted(context.Context) (ids []string, err error) {
	err = m.call("slotted", func() error {
		for sk, s := range m.slots {
			if strings.HasPrefix(sk, "all#") {
				ids = append(ids, s.id)
			}
		}
		return nil
	})
	return ids, err
}

func (m *Memory) Claim(_ context.Context, key []string, id string, now time.Time) (bound string, err error) {
	err = m.call("claim", func() error {
		k := strings.Join(key, "\x00")
		if c, there := m.claims[k]; there && now.Before(c.until) {
			bound = c.id
			return nil
		}
		m.claims[k], bound = claim{id, now.Add(24 * time.Hour)}, id
		return nil
	})
	return bound, err
}

// Taken is how many slots are taken.
func (m *Memory) Taken() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.slots)
}
