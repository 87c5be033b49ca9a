package main

import (
	"bufio"
	"encoding/json"
	"strconv"
	"strings"

	"tapedeck/internal/session"
)

// csvColumns are those of the list in its order, then what it shows on demand.
var csvColumns = []string{"No", "Action At", "Name", "Email", "Role", "Account", "Server Name", "Server OS", "Host", "Port",
	"Protocol", "Client IP", "Client Name", "Connected From", "Duration", "Size", "State", "Reason", "id"}

// csvOutput writes a head and one record an item (RFC 4180).
type csvOutput struct {
	w      *bufio.Writer
	list   *listing
	headed bool
}

func (o *csvOutput) page(items []json.RawMessage) error {
	if !o.headed {
		o.headed = true
		o.record(o.list.columns)
	}
	for _, item := range items {
		record, err := o.list.record(item)
		if err != nil {
			return err
		}
		o.record(record)
	}
	return nil
}

func sessionRecord(item json.RawMessage) ([]string, error) {
	s, err := readSession(item)
	if err != nil {
		return nil, err
	}
	return []string{strconv.FormatInt(s.No, 10), session.FormatTime(s.ActionAt), plainText(s.Name), plainText(s.Email),
		plainText(s.Role), plainText(s.Account), plainText(s.ServerName), plainText(s.ServerOS), plainText(s.Host), number(s.Port),
		plainText(s.Protocol), plainText(s.ClientIP), plainText(s.ClientName), plainText(s.ConnectedFrom), number(s.DurationMs),
		number(s.SizeBytes), plainText(string(s.State)), plainText(s.Reason), plainText(s.ID)}, nil
}

func (o *csvOutput) end() error { return nil }

// record writes one record; what cannot be written is told by the next flush.
func (o *csvOutput) record(fields []string) {
	for i, f := range fields {
		if i > 0 {
			o.w.WriteByte(',')
		}
		if strings.ContainsAny(f, "\",\r\n") {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		o.w.WriteString(f)
	}
	o.w.WriteString("\r\n")
}

// plainText puts an apostrophe before what spreadsheets take for the start of a formula.
func plainText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// number is a number's text; nothing when it is unknown.
func number[T int | int64](n *T) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}
