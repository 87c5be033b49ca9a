package reel

import (
	"bytes"
	"errors"

	"tapedeck/internal/display"
	"tapedeck/internal/recording"
	"tapedeck/internal/recording/guac"
)

// Bounds of nested instructions.
const (
	maxNested  = 1 << 20 // bytes that wait for their end, of each parser
	maxParsers = 8
	maxDepth   = 3
)

// nested is what came in nests and is no whole instruction yet.
type nested map[int][]byte

// nest takes instructions out of a nest: they may come in pieces.
func (w *Writer) nest(args [][]byte, depth int) error {
	n, err := 0, error(display.ErrInvalid)
	if len(args) >= 2 {
		n, err = display.Number(args[0])
	}
	if err != nil {
		w.left["invalid"]++
		return nil
	}
	if w.nested == nil {
		w.nested = nested{}
	}
	if depth >= maxDepth || len(w.nested[n])+len(args[1]) > maxNested || len(w.nested) >= maxParsers && w.nested[n] == nil {
		w.left["bounds"]++
		return nil
	}
	waiting := append(w.nested[n], args[1]...)
	w.nested[n] = nil // a nest within finds no half of itself
	read := 0
	for i, err := range guac.Instructions(bytes.NewReader(waiting)) {
		if err != nil {
			if !errors.Is(err, recording.ErrTruncated) {
				w.left["invalid"]++
				read = len(waiting)
			}
			break
		}
		read += len(i.Raw)
		if err := w.add(i, depth+1); err != nil {
			return err
		}
	}
	if w.nested[n] = bytes.Clone(waiting[read:]); read == len(waiting) {
		delete(w.nested, n)
	}
	return nil
}
