package indextest

import (
	"context"
	"slices"

	"tapedeck/internal/session"
)

// What the reconciler needs, and what it is there for.

// DropRow loses a row, its registration and dictionary entries stay.
func (m *Memory) DropRow(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.rows, id)
	m.ids = slices.DeleteFunc(m.ids, func(other string) bool { return other == id })
	m.sorted = 0
}

// LoseValues loses what the real index has in the values table: dictionary, work lists and marks.
func (m *Memory) LoseValues() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values = newValues()
}

func (m *Memory) TakeNumbers(_ context.Context, n int) (first int64, err error) {
	lost := false
	err = m.write("number", func() {
		if lost = m.last == nil; !lost {
			first = *m.last + 1
			*m.last += int64(n)
		}
	})
	if err == nil && lost {
		err = session.ErrNoNumbers
	}
	return first, err
}

func (m *Memory) StartNumbers(_ context.Context, last int64) error {
	return m.write("start numbers", func() {
		if m.last == nil {
			m.last = &last
		}
	})
}

func (m *Memory) RaiseNumber(_ context.Context, n int64) error {
	return m.write("raise numbers", func() {
		if m.last != nil {
			*m.last = max(*m.last, n)
		}
	})
}

// LastNumber is the highest number that was taken.
func (m *Memory) LastNumber(context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last == nil {
		return 0, nil
	}
	return *m.last, nil
}

func (m *Memory) Rows(_ context.Context, after, to string, n int) ([]session.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sorted < len(m.ids) {
		slices.Sort(m.ids)
		m.sorted = len(m.ids)
	}
	rows := []session.Session{}
	i, _ := slices.BinarySearch(m.ids, after+"0")
	for ; i < len(m.ids) && m.ids[i] <= to && len(rows) < n; i++ {
		rows = append(rows, m.rows[m.ids[i]].session)
	}
	return rows, nil
}

// Cover counts the rows that the dictionary lacks, and adds them.
func (m *Memory) Cover(_ context.Context, rows []session.Session) (added int, err error) {
	err = m.write("cover", func() {
		for _, s := range rows {
			if !m.covered[s.ID] {
				m.covered[s.ID] = true
				added++
			}
		}
	})
	return added, err
}

// Pack packs nothing: the dictionary is the rows themselves.
func (m *Memory) Pack(context.Context) (entries int, err error) {
	return 0, m.write("pack", func() {})
}

// Forget does nothing: this is the table.
func (m *Memory) Forget() {}

func (m *Memory) Mark(_ context.Context, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marks[name], nil
}

func (m *Memory) SetMark(_ context.Context, name, value string) error {
	return m.write("mark", func() { m.marks[name] = value })
}
