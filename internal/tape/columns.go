package tape

import (
	"encoding/json"
	"fmt"
)

// The lists of an index are arrays of arrays in JSON. Times of segments, resizes and gaps are stored as the difference
// to the one before: that compresses well, however long the recording is.

type (
	segments []Segment
	resizes  []Resize
	gaps     []Gap
)

func (list segments) MarshalJSON() ([]byte, error) {
	rows := make([][]int64, len(list))
	before := int64(0)
	for i, s := range list {
		rows[i] = []int64{s.StartMs - before, s.Bytes, s.RawBytes}
		switch {
		case s.Blind:
			rows[i] = append(rows[i], 1)
		case s.Keyframe:
			rows[i] = append(rows[i], 2)
		}
		before = s.StartMs
	}
	return json.Marshal(rows)
}

func (list *segments) UnmarshalJSON(b []byte) error {
	rows, err := readRows(b, 3, 4)
	if err != nil {
		return err
	}
	*list = make(segments, len(rows))
	at := int64(0)
	for i, r := range rows {
		if r[1] == 0 || r[2] == 0 || max(r[1], r[2]) > maxMember {
			return fmt.Errorf("tape: segment %d is %v", i, r)
		}
		at += r[0]
		(*list)[i] = Segment{StartMs: at, Bytes: r[1], RawBytes: r[2], Blind: len(r) == 4 && r[3] == 1, Keyframe: len(r) == 4 && r[3] == 2}
	}
	return nil
}

func (list resizes) MarshalJSON() ([]byte, error) {
	rows := make([][3]int64, len(list))
	before := int64(0)
	for i, r := range list {
		rows[i] = [3]int64{r.AtMs - before, int64(r.Cols), int64(r.Rows)}
		before = r.AtMs
	}
	return json.Marshal(rows)
}

func (list *resizes) UnmarshalJSON(b []byte) error {
	rows, err := readRows(b, 3, 3)
	if err != nil {
		return err
	}
	*list = make(resizes, len(rows))
	at := int64(0)
	for i, r := range rows {
		at += r[0]
		(*list)[i] = Resize{at, int(r[1]), int(r[2])}
	}
	return nil
}

// A gap is stored as what lies between it and the one before, and its length.
func (list gaps) MarshalJSON() ([]byte, error) {
	rows := make([][2]int64, len(list))
	before := int64(0)
	for i, g := range list {
		rows[i] = [2]int64{g.FromMs - before, g.ToMs - g.FromMs}
		before = g.ToMs
	}
	return json.Marshal(rows)
}

func (list *gaps) UnmarshalJSON(b []byte) error {
	rows, err := readRows(b, 2, 2)
	if err != nil {
		return err
	}
	*list = make(gaps, len(rows))
	at := int64(0)
	for i, r := range rows {
		(*list)[i] = Gap{at + r[0], at + r[0] + r[1]}
		at += r[0] + r[1]
	}
	return nil
}

// readRows reads rows of so many numbers, none of which is negative or longer than any recording.
func readRows(b []byte, least, most int) (rows [][]int64, err error) {
	if err := json.Unmarshal(b, &rows); err != nil {
		return nil, err
	}
	for i, r := range rows {
		if len(r) < least || len(r) > most {
			return nil, fmt.Errorf("tape: row %d is %v", i, r)
		}
		for _, v := range r {
			if v < 0 || v > 1<<40 {
				return nil, fmt.Errorf("tape: row %d is %v", i, r)
			}
		}
	}
	return rows, nil
}

func (m Marker) MarshalJSON() ([]byte, error) { return json.Marshal([2]any{m.AtMs, m.Label}) }

func (m *Marker) UnmarshalJSON(b []byte) error { return array(b, &m.AtMs, &m.Label) }

func array(b []byte, into ...any) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(b, &elements); err != nil {
		return err
	}
	if len(elements) != len(into) {
		return fmt.Errorf("tape: %d elements where %d belong", len(elements), len(into))
	}
	for i, e := range elements {
		if err := json.Unmarshal(e, into[i]); err != nil {
			return err
		}
	}
	return nil
}
