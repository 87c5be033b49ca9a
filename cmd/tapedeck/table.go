package main

import (
	"bufio"
	"encoding/json"
	"strconv"
	"time"

	"tapedeck/internal/session"
)

// cellLimit is how wide a cell of the table may be.
const cellLimit = 40

// tableOutput writes a table for people. Its columns are as wide as the pages so far need.
type tableOutput struct {
	w      *bufio.Writer
	zone   *time.Location
	widths []int // nil before the head is written
}

func (o *tableOutput) page(items []json.RawMessage) error {
	var rows [][]string
	if o.widths == nil && len(items) > 0 {
		head := []string{"No", "Action At (" + o.zone.String() + ")", "Name", "Account", "Server Name", "Protocol", "Client IP", "State", "Session Record", "id"}
		o.widths = make([]int, len(head))
		rows = append(rows, head)
	}
	for _, item := range items {
		s, err := readSession(item)
		if err != nil {
			return err
		}
		rows = append(rows, o.row(s))
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

func (o *tableOutput) row(s *session.Session) []string {
	row := []string{strconv.FormatInt(s.No, 10), s.ActionAt.In(o.zone).Format(time.DateTime), s.Name, s.Account, s.ServerName,
		s.Protocol, s.ClientIP, string(s.State), s.SessionRecord, s.ID}
	for i, cell := range row {
		if cell == "" {
			cell = "-"
		}
		row[i] = fit(printable(cell), cellLimit)
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
