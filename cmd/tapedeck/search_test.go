package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/session"
)

var update = flag.Bool("update", false, "write the golden files anew")

func pointer[T any](v T) *T { return &v }

// odd are sessions whose values are no plain words.
func odd() []session.Session {
	at := func(minute int) time.Time { return now.Add(-time.Duration(minute) * time.Minute) }
	return []session.Session{
		{No: 1, ActionAt: at(1), Name: "김서준", Email: "seojun@example.test", Account: "ubuntu", ServerName: "web-01", ServerOS: "Ubuntu", Host: "10.2.3.4",
			Port: pointer(22), Protocol: "SSH", ClientIP: "192.0.2.7", ClientName: "SSH-2.0-OpenSSH_9.6", ConnectedFrom: "Proxy", State: session.Ready,
			DurationMs: pointer(int64(90_000)), SizeBytes: pointer(int64(14_850)), SessionRecord: "ubuntu_20261124_205900"},
		{No: 2, ActionAt: at(2), Name: "佐藤 陽菜", Account: "ec2-user", ServerName: "ﾊｽﾃｨｵﾝ", ServerOS: session.ETC, ServerOSRaw: "Plan 9", ClientIP: "2001:db8:1::5",
			State: session.Unreadable, Reason: `the manifest's "format" is none of asciicast, script`, SessionRecord: "ec2-user_20261124_205800"},
		{No: 3, ActionAt: at(3), State: session.Waiting, SessionRecord: "_20261124_205700"},
		{No: 4, ActionAt: at(4), Name: "=HYPERLINK(\"http://evil.test\",\"a\")", Email: "+1", Role: "-1", Account: "@SUM(A1)", ServerName: "\tx", Host: "\rx",
			ClientName: "a,b\r\nc", State: session.Ready, SessionRecord: "@SUM(A1)_20261124_205600"},
		{No: 5, ActionAt: at(5), Name: "\x1b[31mred\x1b[0m\x07\n", Account: "\u202egnp.exe\u2066", ServerName: "a\u009b2Jb\u2028c\x7f\x00", ClientIP: "x\r\ny",
			Protocol: "SSH", State: session.Ready, Reason: "\x1b]0;title\x07", SessionRecord: strings.Repeat("아주긴이름", 20)},
		{No: 12345, ActionAt: at(6), Name: "👩‍💻 Zoë é", Account: "re\u0301sume\u0301", ServerName: "각", Protocol: "SSH", State: session.Ready},
	}
}

func TestEachFormIsWhatItWas(t *testing.T) {
	a := newTestAPI(t)
	for _, s := range odd() {
		a.put(s)
	}
	for name, args := range map[string][]string{"search.txt": {}, "search.csv": {"--csv"}, "search.json": {"--json"}, "search.jsonl": {"--jsonl"}} {
		out, notes, status := a.search(t.Context(), args...)
		if status != 0 || notes != "" {
			t.Fatalf("%s: status %d, %s", name, status, notes)
		}
		path := "testdata/" + name
		if *update {
			if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out != string(want) {
			t.Errorf("%s is\n%s", name, out)
		}
	}
}

func TestTheResultIsWholeWhateverThePages(t *testing.T) {
	for _, ends := range []bool{false, true} {
		a := newTestAPI(t)
		if ends {
			a.serve(&early{Memory: a.index})
		}
		want := a.putMany(450)
		for _, size := range []string{"200", "7", "1"} {
			var ids []string
			for _, line := range a.found("--jsonl", "--page-size", size) {
				var s struct{ ID string }
				if err := json.Unmarshal([]byte(line), &s); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, s.ID)
			}
			if !slices.Equal(ids, want) {
				t.Errorf("pages of %s that end early (%v): %d sessions", size, ends, len(ids))
			}
		}
		var array []json.RawMessage
		if err := json.Unmarshal([]byte(strings.Join(a.found("--json"), "\n")), &array); err != nil || len(array) != 450 {
			t.Errorf("JSON: %d sessions, %v", len(array), err)
		}
		if lines := a.found("--csv"); len(lines) != 451 || !strings.HasSuffix(lines[450], want[449]+"\r") {
			t.Errorf("CSV: %d lines, the last %q", len(lines), lines[len(lines)-1])
		}
		if lines := a.found("--limit", "0"); len(lines) != 451 || !strings.HasSuffix(lines[450], want[449]) {
			t.Errorf("table: %d lines, the last %q", len(lines), lines[len(lines)-1])
		}
	}
}

func TestJSONHoldsSessionsAsTheAPIGivesThem(t *testing.T) {
	a := newTestAPI(t)
	a.before = func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		fmt.Fprint(w, `{"items": [ {"id":"1", "later": 9007199254740993,
			"x":"<\u00e9>"} ], "nextPageToken": null, "complete": true, "searchedBackTo": null}`)
		return true
	}
	if lines := a.found("--jsonl"); len(lines) != 1 || lines[0] != `{"id":"1","later":9007199254740993,"x":"<\u00e9>"}` {
		t.Errorf("%q", lines)
	}
}

func TestNothingFoundIsAnEmptyArrayAHeadOrANote(t *testing.T) {
	a := newTestAPI(t)
	for _, c := range []struct {
		args       []string
		out, notes string
	}{
		{[]string{"--json"}, "[]\n", ""},
		{[]string{"--jsonl"}, "", ""},
		{[]string{"--csv"}, strings.Join(csvColumns, ",") + "\r\n", ""},
		{nil, "", "no sessions in the current month; --from and --to look elsewhere\n"},
		{[]string{"--from", "2026-01-01"}, "", "no sessions\n"},
	} {
		if out, notes, status := a.search(t.Context(), c.args...); status != 0 || out != c.out || notes != c.notes {
			t.Errorf("%q: %q, %q, %d", c.args, out, notes, status)
		}
	}
}

func TestALimitEndsTheResultAndSaysSo(t *testing.T) {
	a := newTestAPI(t)
	ids := a.putMany(450)
	for _, c := range []struct {
		args  []string
		lines int
		asked []string // page sizes
		note  string
	}{
		{nil, 51, []string{"50"}, "50 sessions; there may be more: --limit 0 shows all\n"},
		{[]string{"--limit", "450"}, 451, []string{"200", "200", "50"}, ""},
		{[]string{"--limit", "210", "--jsonl"}, 210, []string{"200", "10"}, "210 sessions; there may be more: --limit 0 shows all\n"},
		{[]string{"--limit", "3", "--page-size", "2", "--csv"}, 4, []string{"2", "1"}, "3 sessions; there may be more: --limit 0 shows all\n"},
	} {
		before := len(a.requests())
		out, notes, status := a.search(t.Context(), c.args...)
		var asked []string
		for _, r := range a.requests()[before:] {
			asked = append(asked, r.URL.Query().Get("pageSize"))
		}
		if status != 0 || strings.Count(out, "\n") != c.lines || notes != c.note || !slices.Equal(asked, c.asked) || !strings.Contains(out, ids[0]) {
			t.Errorf("%q: %d lines, asked for %q, %q", c.args, strings.Count(out, "\n"), asked, notes)
		}
	}
}

func TestTheTablesTimesAreOfTheOrganisationsZoneOrTheOneThatIsNamed(t *testing.T) {
	a := newTestAPI(t)
	a.put(session.Session{No: 1, ActionAt: now})
	for zone, want := range map[string]string{"": "2026-11-24 21:00:00", "America/New_York": "2026-11-24 07:00:00", "UTC": "2026-11-24 12:00:00"} {
		var args []string
		name := "Asia/Seoul"
		if zone != "" {
			args, name = []string{"--time-zone", zone}, zone
		}
		if lines := a.found(args...); !strings.Contains(lines[0], "Action At ("+name+")") || !strings.Contains(lines[1], want) {
			t.Errorf("%s: %q", zone, lines)
		}
	}
}

func TestASearchFindsWhatItsConditionsSay(t *testing.T) {
	a := newTestAPI(t)
	for i, s := range []session.Session{
		{Name: "Kim Minji", ServerOS: "Windows", Protocol: "RDP", ClientIP: "10.2.7.1", Account: "admin"},
		{Name: "Kim Minji", ServerOS: "Windows", Protocol: "RDP", ClientIP: "10.3.7.1", Account: "admin"},
		{Name: "김서준", Email: "kim@example.test", ServerOS: "Ubuntu", Protocol: "SSH", Account: "root"},
		{Name: "Olivia", ServerOS: "Ubuntu", Protocol: "SFTP", Account: "root2"},
	} {
		s.No, s.ActionAt = int64(i+1), now.Add(-time.Duration(i)*time.Hour)
		a.put(s)
	}
	for _, c := range []struct {
		want string // numbers
		args []string
	}{
		{"1 2 3 4", nil},
		{"1 2 3", []string{"KIM"}},
		{"1 2 3 4", []string{"kim", "olivia"}},
		{"1 2", []string{"--name", "kim"}},
		{"1", []string{"kim", "--os", "windows", "--protocol", "rdp", "--client-ip", "10.2.0.0/16"}},
		{"3", []string{"--account", `"root"`}},
		{"4", []string{"--not-any", "kim"}},
		{"3 4", []string{"--not-os", "Windows"}},
		{"1 2", []string{"--to", "2026-12-01", "--from", "2026-11-24T11:00:00Z"}},
	} {
		var got []string
		for _, line := range a.found(append(c.args, "--jsonl")...) {
			var s struct{ No int }
			if err := json.Unmarshal([]byte(line), &s); err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(s.No))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %s", c.args, got, c.want)
		}
	}
}

func TestTheCommandAsAWhole(t *testing.T) {
	a := newTestAPI(t)
	id := a.put(session.Session{No: 7, ActionAt: now, Name: "Kim"})
	var out strings.Builder
	if err := run(t.Context(), []string{"search", "kim"}, &out, io.Discard); err != nil || !strings.Contains(out.String(), id) {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestCtrlCEndsWithItsStatusAndSaysThatTheOutputIsIncomplete(t *testing.T) {
	for name, at := range map[string]int{"before the first page": 1, "on the third": 3} {
		a := newTestAPI(t)
		a.putMany(450)
		ctx, interrupt := context.WithCancel(t.Context())
		a.before = func(n int, _ http.ResponseWriter, r *http.Request) bool {
			if n == at {
				interrupt()
				<-r.Context().Done() // until the program has gone
			}
			return n == at
		}
		out, notes, status := a.search(ctx, "--json", "--page-size", "100")
		want := fmt.Sprintf("tapedeck: interrupted; the output is incomplete: it ends after %d sessions\n", (at-1)*100)
		if status != 130 || notes != want || json.Valid([]byte(out)) || strings.Count(out, `"id"`) != (at-1)*100 || len(a.pauses) > 0 {
			t.Errorf("%s: status %d, %q, %d sessions", name, status, notes, strings.Count(out, `"id"`))
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left") }

func TestOutputThatCannotBeWrittenIsAnError(t *testing.T) {
	a := newTestAPI(t)
	a.putMany(3)
	for _, form := range []string{"--json", "--jsonl", "--csv", "--limit=0"} {
		if err := run(t.Context(), []string{"search", form}, full{}, io.Discard); err == nil || err.Error() != "no space left" {
			t.Errorf("%s: %v", form, err)
		}
	}
}

func TestProgressIsOneLineThatIsWrittenOver(t *testing.T) {
	var w strings.Builder
	p := &progress{w: &w, on: true}
	p.show(several(0, "session"), time.Time{})
	p.show(several(1200, "session"), time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC))
	p.clear()
	p.clear()
	if want := "0 sessions\r\x1b[K1,200 sessions, searched back to 2026-10-03\r\x1b[K"; w.String() != want {
		t.Errorf("%q", w.String())
	}
	for n, want := range map[int]string{7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	if newProgress(&w).on {
		t.Error("what is no terminal is told")
	}
}
