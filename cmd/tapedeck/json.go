package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
)

// arrayOutput writes one JSON array of items, as the API gave them. Until its end it is no JSON, so that what
// was broken off is not taken for the whole.
type arrayOutput struct {
	w       *bufio.Writer
	started bool
}

func (o *arrayOutput) page(items []json.RawMessage) error {
	for _, item := range items {
		separator := "[\n"
		if o.started {
			separator = ",\n"
		}
		o.started = true
		if err := writeCompact(o.w, separator, item, ""); err != nil {
			return err
		}
	}
	return nil
}

func (o *arrayOutput) end() error {
	end := "\n]\n"
	if !o.started {
		end = "[]\n"
	}
	_, err := o.w.WriteString(end)
	return err
}

// linesOutput writes one item a line, as the API gave it.
type linesOutput struct{ w *bufio.Writer }

func (o *linesOutput) page(items []json.RawMessage) error {
	for _, item := range items {
		if err := writeCompact(o.w, "", item, "\n"); err != nil {
			return err
		}
	}
	return nil
}

func (o *linesOutput) end() error { return nil }

// writeCompact writes an item on one line, whatever blanks it came with.
func writeCompact(w *bufio.Writer, before string, item json.RawMessage, after string) error {
	line := bytes.NewBufferString(before)
	if err := json.Compact(line, item); err != nil {
		return err
	}
	line.WriteString(after)
	_, err := w.Write(line.Bytes())
	return err
}

// printJSON writes a value on one line.
func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
