package main

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"tapedeck/internal/session"
)

var searchCommand = command{
	name: "search", group: groupArchive, does: "find sessions, as a table, JSON or CSV",
	synopsis: []string{"[TERM...]"},
	about: `Finds sessions, newest first. A TERM is looked for in all of the search fields, whatever its case; in double quotes
of its own, as in '"root"', it is a whole value. What is given several times is answered by any of its values; different
flags must all be answered.`,
	online: true,
	examples: []example{
		{"tapedeck search kim --os Windows --client-ip 10.2.0.0/16 --from 2026-11-01", "as a table; --json, --jsonl and --csv give the whole result"},
		{`tapedeck search '"root"' --not-protocol SFTP`, "whole values, and what is left out"},
		{"tapedeck search --csv --from 2026-10-01 --to 2026-11-01 >october.csv", "a month for a spreadsheet"},
	},
	define: func(flags *flags) action {
		f := newSearchFlags(sessionList)
		f.define(flags)
		return func(ctx context.Context, terms []string, out, notes io.Writer) error {
			f.take(terms)
			c, err := newClient(flags.archive)
			if err != nil {
				return err
			}
			return c.search(ctx, f, out, newProgress(notes))
		}
	},
}

func oneOf(l session.List) string {
	return strings.Join(l[:len(l)-1], ", ") + " or " + l[len(l)-1]
}

// conditionFlags are the flags that search and filter, by the API's parameters.
var conditionFlags = []struct {
	flag, parameter string
	words           session.List // of a filter
}{
	{"name", "name", nil}, {"email", "email", nil}, {"account", "account", nil}, {"server-name", "serverName", nil}, {"host", "host", nil},
	{"client-ip", "clientIp", nil}, {"client-name", "clientName", nil}, {"any", "any", nil},
	{"os", "serverOs", session.ServerOS}, {"protocol", "protocol", session.Protocol}, {"connected-from", "connectedFrom", session.ConnectedFrom},
}

// Forms of a result, by their flags.
const (
	formTable = ""
	formArray = "json"
	formLines = "jsonl"
	formCSV   = "csv"
)

// tableLimit is how many items a table shows unless it is asked for more.
const tableLimit = 50

// searchFlags are what is asked of one of the API's lists, and the form of its result.
type searchFlags struct {
	list  *listing
	query url.Values // the API's parameters
	size  int        // items of a page
	limit int        // items of the result; 0: all
	form  string
}

func newSearchFlags(list *listing) *searchFlags {
	return &searchFlags{list: list, query: url.Values{}, limit: -1, size: session.MaxPageSize}
}

// take adds the terms that belong to no flag, and sets what was not said.
func (f *searchFlags) take(terms []string) {
	for _, t := range terms {
		f.query.Add("any", t)
	}
	if f.limit < 0 {
		f.limit = 0
		if f.form == formTable {
			f.limit = tableLimit
		}
	}
}

func (f *searchFlags) define(flags *flags) {
	fields := flags.line("T", "a term in one field; --client-ip also takes a network such as 10.2.0.0/16")
	for _, c := range conditionFlags {
		o := fields
		switch {
		case c.words != nil:
			o = flags.line("V", oneOf(c.words))
			o.words = c.words
		case c.flag == "any":
			o = flags.line("T", "the same as a bare TERM")
		}
		flags.on(o, c.flag, func(v string) error { f.query.Add(c.parameter, v); return nil })
	}
	not := flags.line("V", "before the name of any of these, as in --not-account, leaves out what it finds")
	not.called = "--not-..."
	for _, c := range conditionFlags {
		o := not
		if c.words != nil {
			o = flags.line("V", "")
			o.words = c.words
		}
		flags.on(o, "not-"+c.flag, func(v string) error { f.query.Add("not."+c.parameter, v); return nil })
	}
	f.ofEveryList(flags)
}

// ofEveryList are the flags that every list has: its range, how much of it, in which form.
func (f *searchFlags) ofEveryList(flags *flags) {
	parameter := func(name, value, help, parameter string) {
		flags.each(name, value, help, func(v string) error { f.query.Set(parameter, v); return nil })
	}
	parameter("from", "TIME", f.list.did+" then or after: RFC 3339, or a day such as 2026-11-01. Without --from and --to it is "+f.list.usually, "from")
	parameter("to", "TIME", f.list.did+" before", "to")
	parameter("time-zone", "ZONE", "zone of such days and of the table's times, as Asia/Seoul (default: the organisation's)", "timeZone")
	things := plural(f.list.item)
	flags.each("limit", "N", "at most so many "+things+", 0: all (default: 50 in a table, otherwise all)", wholeNumber(&f.limit))
	flags.each("page-size", "N", things+" to ask for at a time (default: 200)", wholeNumber(&f.size))
	for _, h := range []struct{ form, help string }{{formArray, things + " as in the API, in one array"}, {formLines, things + " as in the API, one a line"}, {formCSV, f.list.csv}} {
		flags.each(h.form, "", h.help, func(string) error {
			if f.form != formTable && f.form != h.form {
				return errors.New("one form at a time is possible")
			}
			f.form = h.form
			return nil
		})
	}
}

func wholeNumber(p *int) func(v string) error {
	return func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return errors.New("a whole number from 0 on is possible")
		}
		*p = n
		return nil
	}
}
