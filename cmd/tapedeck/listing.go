package main

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"tapedeck/internal/session"
)

// listing is one of the API's lists, and how its items are told.
type listing struct {
	path    string // of the API
	item    string // what one of it is, such as "session"
	did     string // what an item did at its time
	usually string // the range of a question that names none
	usual   string // the same, behind "no sessions"
	csv     string // what its CSV is like, for the help

	columns []string // of CSV
	record  func(item json.RawMessage) ([]string, error)
	head    func(zone *time.Location) []string                                // of a table
	row     func(item json.RawMessage, zone *time.Location) ([]string, error) // its cells, as they came
}

var sessionList = &listing{
	path: "/sessions", item: "session", did: "started", usually: "the current month", usual: "in the current month",
	csv:     "times in UTC, Duration in milliseconds, Size in bytes; what a spreadsheet would take for a formula begins with an apostrophe",
	columns: csvColumns, record: sessionRecord,
	head: func(zone *time.Location) []string {
		return []string{"No", "Action At (" + zone.String() + ")", "Name", "Account", "Server Name", "Protocol", "Client IP", "State", "Session Record", "id"}
	},
	row: func(item json.RawMessage, zone *time.Location) ([]string, error) {
		s, err := readSession(item)
		if err != nil {
			return nil, err
		}
		return []string{strconv.FormatInt(s.No, 10), s.ActionAt.In(zone).Format(time.DateTime), s.Name, s.Account, s.ServerName,
			s.Protocol, s.ClientIP, string(s.State), s.SessionRecord, s.ID}, nil
	},
}

func readSession(item json.RawMessage) (*session.Session, error) {
	s := new(session.Session)
	if err := json.Unmarshal(item, s); err != nil {
		return nil, errors.New("the API's answer holds a session that cannot be read")
	}
	return s, nil
}
