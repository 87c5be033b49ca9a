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
	f, err := parseSearch(args)
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

func TestEveryFlagIsInItsHelp(t *testing.T) {
	n := 0
	for _, c := range commands() {
		f, _ := c.defined()
		help := c.help()
		f.set.VisitAll(func(flag *flag.Flag) {
			n++
			if name := dashed(strings.TrimPrefix(flag.Name, "not-")); !strings.Contains(help, "  "+name) && !strings.Contains(help, ", "+name) {
				t.Errorf("%s: %s is not in the help", c.name, name)
			}
			if f.option(flag.Name) == nil {
				t.Errorf("%s: %s is on no line", c.name, flag.Name)
			}
		})
	}
	if n < 70 {
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

func TestWhatIsWrongWithAFlagIsSaidAsFlagsAreWritten(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"search", "--nam", "x"}, "search: there is no flag --nam; did you mean --name?"},
		{[]string{"search", "--colour"}, "search: there is no flag --colour"},
		{[]string{"search", "--name"}, "search: --name needs a value"},
		{[]string{"search", "--limit", "x"}, `search: --limit "x": a whole number from 0 on is possible`},
		{[]string{"search", "--json", "--csv"}, "search: --csv: one form at a time is possible"},
		{[]string{"grep", "-x", "a", "b"}, "grep: there is no flag -x"},
		{[]string{"push", "x", "--port", "70000"}, `push: --port "70000": a whole number from 0 to 65535 is possible`},
		{[]string{"push", "x", "--action-at", "yesterday"}, `push: --action-at "yesterday": it is no time such as 2026-11-23T06:04:05Z`},
		{[]string{"frame", "x", "--at", "soon"}, `frame: --at "soon": a time such as 12.5 or 1m23.5s is possible`},
	} {
		want := "tapedeck: " + c.want + "; `tapedeck " + c.args[0] + " -h` says what is possible\n"
		if out, notes, status := tapedeck(t, c.args...); status != exitUsage || out != "" || notes != want {
			t.Errorf("%q: status %d, %s", c.args, status, notes)
		}
	}
	for typed, want := range map[string]string{
		"serach": `there is no command "serach"; did you mean search?`,
		"logn":   `there is no command "logn"; did you mean login?`,
		"x":      `there is no command "x"`,
		"":       `there is no command ""`,
	} {
		if _, notes, status := tapedeck(t, typed); status != exitUsage || notes != "tapedeck: "+want+"; `tapedeck help` lists the commands\n" {
			t.Errorf("%q: status %d, %s", typed, status, notes)
		}
	}
}

func TestHelpIsGiven(t *testing.T) {
	for _, c := range commands() {
		want := c.help()
		for _, args := range [][]string{{c.name, "-h"}, {c.name, "x", "--help"}, {"help", c.name}} {
			if out, notes, status := tapedeck(t, args...); status != 0 || notes != "" || out != want {
				t.Errorf("%q: status %d, %s%s", args, status, out, notes)
			}
		}
		for line := range strings.Lines(want) {
			if line = strings.TrimSuffix(line, "\n"); displayWidth(line) > helpWidth && !strings.HasPrefix(line, "  tapedeck ") {
				t.Errorf("%s: a line is too long for a terminal: %s", c.name, line)
			}
		}
		if c.does == "" || c.about == "" || len(c.synopsis) == 0 || !strings.Contains(strings.Join(strings.Fields(overview()), " "), c.name+" "+c.does) {
			t.Errorf("%s is not described", c.name)
		}
	}
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}} {
		if out, notes, status := tapedeck(t, args...); status != 0 || notes != "" || out != overview() {
			t.Errorf("%q: status %d, %s%s", args, status, out, notes)
		}
	}
	if out, notes, status := tapedeck(t); status != exitUsage || out != "" || notes != overview() {
		t.Errorf("nothing: status %d, %s%s", status, out, notes)
	}
}
