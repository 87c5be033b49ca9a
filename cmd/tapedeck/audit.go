package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"tapedeck/internal/session"
)

var auditCommand = command{
	name: "audit", group: groupArchive, does: "list who was given what, as a table, JSON or CSV",
	synopsis: []string{""},
	about: `Lists the audit log, newest first. Each entry was written before the act; "given" includes what a player fetched ahead, and is
not "watched". Needs the role admin, for all sessions. Reading the log is an entry of its own. What is given several times is
answered by any of its values; different flags must all be answered.`,
	online: true,
	examples: []example{
		{"tapedeck audit --person eli@example.com --from 2026-11-01", "what somebody was given"},
		{"tapedeck audit --session 01M86PTPG0PEH2TDABKQBSHG1E --from 2026-01-01 --limit 0", "what was done with a session"},
		{"tapedeck audit --action refused --jsonl", "what was asked for without the right to it, for another program"},
	},
	define: func(flags *flags) action {
		f := newSearchFlags(auditList)
		f.defineAudit(flags)
		return func(ctx context.Context, arguments []string, out, notes io.Writer) error {
			if err := named("audit", arguments); err != nil {
				return err
			}
			f.take(nil)
			c, err := newClient(flags.archive)
			if err != nil {
				return err
			}
			return c.search(ctx, f, out, newProgress(notes))
		}
	},
}

func (f *searchFlags) defineAudit(flags *flags) {
	parameter := func(name, value, help string) *option {
		return flags.each(name, value, help, func(v string) error { f.query.Add(name, v); return nil })
	}
	var acts session.List
	for _, act := range session.Acts {
		acts = append(acts, string(act))
	}
	parameter("action", "V", oneOf(acts)).words = acts
	parameter("person", "V", "subject of a person, or their e-mail address")
	parameter("session", "ID", "what was done with a session")
	parameter("gateway", "NAME", "what a gateway did")
	f.ofEveryList(flags)
}

var auditList = &listing{
	path: "/audit", item: "entry", did: "written", usually: "today and yesterday", usual: "of today and yesterday",
	csv:     "times in UTC, details as JSON; what a spreadsheet would take for a formula begins with an apostrophe",
	columns: []string{"at", "person", "personName", "personEmail", "gateway", "action", "sessionId", "detail", "requestId", "id"},
	record: func(item json.RawMessage) ([]string, error) {
		e, err := readEntry(item)
		if err != nil {
			return nil, err
		}
		var detail strings.Builder
		plain := json.NewEncoder(&detail)
		plain.SetEscapeHTML(false) // "400 -> 300" is for people
		if err := plain.Encode(e.Detail); err != nil {
			return nil, err
		}
		return []string{e.At, plainText(e.Person), plainText(e.PersonName), plainText(e.PersonEmail), plainText(e.Gateway), plainText(e.Action),
			plainText(e.SessionID), strings.TrimSpace(detail.String()), plainText(e.RequestID), plainText(e.ID)}, nil
	},
	head: func(zone *time.Location) []string {
		return []string{"Time (" + zone.String() + ")", "Who", "What", "Session", "Details"}
	},
	row: func(item json.RawMessage, zone *time.Location) ([]string, error) {
		e, err := readEntry(item)
		if err != nil {
			return nil, err
		}
		at, err := session.ParseTime(e.At)
		if err != nil {
			return nil, err
		}
		return []string{at.In(zone).Format(time.DateTime), whoOf(e), e.Action, e.SessionID, detailsOf(e)}, nil
	},
}

// auditEntry is an entry as the API gives it.
type auditEntry struct {
	ID          string            `json:"id"`
	At          string            `json:"at"`
	Action      string            `json:"action"`
	Person      string            `json:"person"`
	PersonName  string            `json:"personName"`
	PersonEmail string            `json:"personEmail"`
	SessionID   string            `json:"sessionId"`
	Gateway     string            `json:"gateway"`
	RequestID   string            `json:"requestId"`
	Detail      map[string]string `json:"detail"`
}

func readEntry(item json.RawMessage) (*auditEntry, error) {
	e := new(auditEntry)
	if err := json.Unmarshal(item, e); err != nil {
		return nil, errors.New("the API's answer holds an entry that cannot be read")
	}
	return e, nil
}

func whoOf(e *auditEntry) string {
	for _, who := range []string{e.PersonEmail, e.PersonName, e.Person} {
		if who != "" {
			return who
		}
	}
	if e.Gateway != "" {
		return "gateway " + e.Gateway
	}
	return ""
}

// unsaid are details for machines: --json and --csv have them.
var unsaid = []string{"segments", "transcript", "index", "encoder", "expiresAt", "pageSize", "firstPage", "version", "export", "sha256", "digest", "video"}

// detailsOf is what of it, in one line.
func detailsOf(e *auditEntry) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
		if !slices.Contains(unsaid, name) {
			all = append(all, name+" "+e.Detail[name])
		}
	}
	return strings.Join(all, "; ")
}
