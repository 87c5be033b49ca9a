package main

import (
	"flag"
	"io"
	"strings"
	"testing"
)

func TestWhatIsAskedForReachesTheAPI(t *testing.T) {
	args := []string{"kim", "--email", "@example.test", `"root"`, "--email=b", "--not-account", "root", "--os", "windows", "--not-os", "ETC", "--server-name", "",
		"--client-ip", "10.2.0.0/16", "--not-any", "x", "--from", "2026-01-01", "--from", "2026-11-01", "--to", "2026-12-01", "--time-zone", "Asia/Seoul", "--", "--json", "-x"}
	f, err := parseSearch(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := `any=kim&any=%22root%22&any=--json&any=-x&clientIp=10.2.0.0%2F16&email=%40example.test&email=b&from=2026-11-01&not.account=root&` +
		`not.any=x&not.serverOs=ETC&serverName=&serverOs=windows&timeZone=Asia%2FSeoul&to=2026-12-01`
	if got := f.query.Encode(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if f.form != formTable || f.limit != tableLimit || f.size != 200 {
		t.Errorf("%+v", f)
	}
}

func TestEveryFlagIsInTheUsage(t *testing.T) {
	n := 0
	(&searchFlags{}).define().VisitAll(func(f *flag.Flag) {
		n++
		if name := "--" + strings.TrimPrefix(f.Name, "not-"); !strings.Contains(searchUsage, name+" ") && !strings.Contains(searchUsage, name+",") {
			t.Errorf("%s is not in the usage", name)
		}
	})
	if n < 30 {
		t.Errorf("%d flags", n)
	}
}

func TestWrongUsageIsToldInOneLine(t *testing.T) {
	a := newTestAPI(t)
	for _, args := range [][]string{{"search", "--nam", "x"}, {"search", "--json", "--csv"}, {"search", "--limit", "-1"}, {"search", "--page-size", "x"},
		{"search", "--name"}, {"push"}, {"push", "a", "b"}, {"push", "a", "--gateway", "../x"}, {"nothing"},
		{"pack"}, {"pack", "a"}, {"pack", "a", "b", "c"}, {"pack", "a", "b", "--fast"}, {"frame", "a"}, {"frame", "--at", "1"}, {"frame", "a", "--at", "x"},
		{"frame", "a", "--at", "1", "--text", "--dump"}, {"verify"}, {"verify", "a", "b"}, {"grep", "a"}, {"grep", "(", "a"}, {"play"}, {"play", "a", "b"}} {
		var notes strings.Builder
		err := run(t.Context(), args, io.Discard, &notes)
		if status := exitStatus(t.Context(), err, &notes); status != exitUsage || strings.Count(notes.String(), "\n") != 1 || !strings.Contains(notes.String(), "`tapedeck ") {
			t.Errorf("%q: status %d, %q", args, status, notes.String())
		}
	}
	if len(a.requests()) > 0 {
		t.Error("the API was asked")
	}
}

func TestHelpIsGiven(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{{nil, usage}, {[]string{"search", "-h"}, searchUsage}, {[]string{"search", "kim", "--help"}, searchUsage}, {[]string{"push", "-h"}, pushUsage},
		{[]string{"pack", "-h"}, packUsage}, {[]string{"play", "-h"}, playUsage}, {[]string{"frame", "-h"}, frameUsage}, {[]string{"grep", "-h"}, grepUsage},
		{[]string{"verify", "-h"}, verifyUsage}} {
		var notes strings.Builder
		err := run(t.Context(), c.args, io.Discard, &notes)
		if status := exitStatus(t.Context(), err, &notes); status != exitUsage || !strings.HasPrefix(notes.String(), c.want) {
			t.Errorf("%q: status %d, %q", c.args, status, notes.String())
		}
	}
}
