// Package ledger makes and reads the play object of a log of file operations: a line of JSON for each, in segments that can
// be fetched one by one, with the index and the table of a tape (docs/format.md). It knows readers and writers only.
package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"tapedeck/internal/recording/filelog"
	"tapedeck/internal/tape"
)

// Operation is a line of the play object.
type Operation struct {
	Ms     int64  `json:"ms"` // since the first line of the log, cut, never less than that of the one before
	Op     string `json:"op"`
	Path   string `json:"path"`
	To     string `json:"to,omitempty"`
	Bytes  *int64 `json:"bytes,omitempty"` // nil where nothing is moved, or nobody counted
	Result string `json:"result"`          // filelog.OK, or why not
	SHA256 string `json:"sha256,omitempty"`
}

// ErrOperation says that a segment holds something that no writer writes.
var ErrOperation = errors.New("ledger: a line of the segment is no operation")

func (o *Operation) appendTo(b []byte) []byte {
	line, err := json.Marshal(o)
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	return append(append(b, line...), '\n')
}

// parse reads the lines of a segment, which have to be exactly those that are written of their operations.
func parse(raw []byte) (list []Operation, err error) {
	var again []byte
	for line := range bytes.Lines(raw) {
		var o Operation
		if err := json.Unmarshal(line, &o); err != nil {
			return nil, fmt.Errorf("%w: %.60q", ErrOperation, line)
		}
		if again = o.appendTo(again[:0]); !bytes.Equal(again, line) {
			return nil, fmt.Errorf("%w: %.60q", ErrOperation, line)
		}
		switch {
		case o.Ms < 0 || o.Bytes != nil && (*o.Bytes < 0 || *o.Bytes > filelog.MaxBytes) || o.Op == "" || o.Result == "":
			return nil, fmt.Errorf("%w: %.60q", ErrOperation, line)
		case len(list) > 0 && o.Ms < list[len(list)-1].Ms:
			return nil, fmt.Errorf("%w: the time goes back: %.60q", ErrOperation, line)
		}
		list = append(list, o)
	}
	return list, nil
}

// Bounds of the totals of an index. Their sums end at filelog.MaxBytes.
const (
	maxTotals = 50 // names
	maxName   = 64 // bytes
)

// totals adds up what the operations come to, in the order in which their names appear.
type totals []tape.Total

func (t *totals) add(o *Operation) {
	n := t.of(o.Op)
	sum := &(*t)[n]
	sum.Count++
	if o.Result != filelog.OK {
		sum.Refused++
	}
	if o.Bytes != nil {
		sum.Bytes = min(sum.Bytes+*o.Bytes, filelog.MaxBytes)
	}
}

// of is where a name's total is: that of "" when the name is too long, or one too many.
func (t *totals) of(name string) int {
	named := func(name string) int { return slices.IndexFunc(*t, func(s tape.Total) bool { return s.Op == name }) }
	n := named(name)
	if n < 0 && (len(name) > maxName || len(*t) >= maxTotals) {
		name = ""
		n = named(name)
	}
	if n < 0 {
		n = len(*t)
		*t = append(*t, tape.Total{Op: name})
	}
	return n
}
