package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"tapedeck/internal/session"
)

var searchUsage = `usage: tapedeck search [TERM...] [flags]

Finds sessions, newest first. A TERM is looked for in all of the search fields, whatever its case; in double quotes
of its own, as in '"root"', it is a whole value. What is given several times is answered by any of its values;
different flags must all be answered.

  --name T, --email T, --account T, --server-name T, --host T, --client-ip T, --client-name T
                       a term in one field; --client-ip also takes a network such as 10.2.0.0/16
  --any T              the same as a bare TERM
  --os V               ` + oneOf(session.ServerOS) + `
  --protocol V         ` + oneOf(session.Protocol) + `
  --connected-from V   ` + oneOf(session.ConnectedFrom) + `
  --not-...            before the name of any of these, as in --not-account, leaves out what it finds

  --from T, --to T     started at or after, and before: RFC 3339 or a day such as 2026-11-01. Without either it is the
                       current month
  --time-zone Z        zone of such days and of the table's times, as Asia/Seoul (default: the organisation's)
  --limit N            at most so many sessions, 0: all (default: 50 in a table, otherwise all)
  --page-size N        sessions to ask for at a time (default: 200)

  --json, --jsonl      sessions as in the API, in one array or one a line
  --csv                times in UTC, Duration in milliseconds, Size in bytes; what a spreadsheet would take for a
                       formula begins with an apostrophe
`

func oneOf(l session.List) string {
	return strings.Join(l[:len(l)-1], ", ") + " or " + l[len(l)-1]
}

// conditionFlags are the flags that search and filter, by the API's parameters.
var conditionFlags = []struct{ flag, parameter string }{
	{"name", "name"}, {"email", "email"}, {"account", "account"}, {"server-name", "serverName"}, {"host", "host"},
	{"client-ip", "clientIp"}, {"client-name", "clientName"}, {"any", "any"},
	{"os", "serverOs"}, {"protocol", "protocol"}, {"connected-from", "connectedFrom"},
}

// Forms of a result, by their flags.
const (
	formTable = ""
	formArray = "json"
	formLines = "jsonl"
	formCSV   = "csv"
)

// tableLimit is how many sessions a table shows unless it is asked for more.
const tableLimit = 50

// searchFlags are what a search asks for, and the form of its result.
type searchFlags struct {
	query url.Values // the API's parameters
	size  int        // sessions of a page
	limit int        // sessions of the result; 0: all
	form  string
}

func parseSearch(args []string, notes io.Writer) (*searchFlags, error) {
	f := &searchFlags{query: url.Values{}, limit: -1}
	terms, err := parseAround(f.define(), args, notes)
	if err != nil {
		return nil, err
	}
	for _, t := range terms {
		f.query.Add("any", t)
	}
	if f.limit < 0 {
		f.limit = 0
		if f.form == formTable {
			f.limit = tableLimit
		}
	}
	return f, nil
}

func (f *searchFlags) define() *flag.FlagSet {
	flags := flag.NewFlagSet("search", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), searchUsage) }
	for _, c := range conditionFlags {
		for prefix, not := range map[string]string{"": "", "not-": "not."} {
			flags.Func(prefix+c.flag, "", func(v string) error {
				f.query.Add(not+c.parameter, v)
				return nil
			})
		}
	}
	for name, parameter := range map[string]string{"from": "from", "to": "to", "time-zone": "timeZone"} {
		flags.Func(name, "", func(v string) error {
			f.query.Set(parameter, v)
			return nil
		})
	}
	flags.IntVar(&f.size, "page-size", session.MaxPageSize, "")
	flags.Func("limit", "", func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return errors.New("a whole number from 0 on is possible")
		}
		f.limit = n
		return nil
	})
	for _, form := range []string{formArray, formLines, formCSV} {
		flags.BoolFunc(form, "", func(string) error {
			if f.form != formTable && f.form != form {
				return errors.New("one form at a time is possible")
			}
			f.form = form
			return nil
		})
	}
	return flags
}
