package main

import (
	"bufio"
	"encoding/json"
	"time"
)

// cellLimit is how wide a cell of the table may be, and lastLimit its last one.
const (
	cellLimit = 40
	lastLimit = 160
)

// tableOutput writes a table for people. Its columns are as wide as the pages so far need.
type tableOutput struct {
	w      *bufio.Writer
	list   *listing
	zone   *time.Location
	widths []int // nil before the head is written
}

func (o *tableOutput) page(items []json.RawMessage) error {
	var rows [][]string
	if o.widths == nil && len(items) > 0 {
		head := o.list.head(o.zone)
		o.widths = make([]int, len(head))
		rows = append(rows, head)
	}
	for _, item := range items {
		row, err := o.list.row(item, o.zone)
		if err != nil {
			return err
		}
		rows = append(rows, fitted(row))
	}
	for _, row := range rows {
		for i, cell := range row {
			o.widths[i] = max(o.widths[i], displayWidth(cell))
		}
	}
	for _, row := range rows {
		o.write(row)
	}
	return nil
}

func (o *tableOutput) end() error { return nil }

// fitted makes cells fit for a terminal.
func fitted(row []string) []string {
	for i, cell := range row {
		limit := cellLimit
		if i == len(row)-1 {
			limit = lastLimit
		}
		if cell == "" {
			cell = "-"
		}
		row[i] = fit(printable(cell), limit)
	}
	return row
}

// write writes one line; what cannot be written is told by the next flush.
func (o *tableOutput) write(row []string) {
	last := len(row) - 1
	for i, cell := range row[:last] {
		o.w.WriteString(pad(cell, o.widths[i]))
		o.w.WriteString("  ")
	}
	o.w.WriteString(row[last])
	o.w.WriteByte('\n')
}
