package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/index/indextest"
	"tapedeck/internal/session"
)

// hangUp breaks the connection off.
func hangUp(w http.ResponseWriter) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = c.Close()
	}
}

// refuse answers a problem document.
func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type":"about:blank","title":"t","status":%d,"detail":%q,"code":"c","requestId":"r-9"}`, status, detail)
}

var faults = map[string]func(http.ResponseWriter){
	"503":               func(w http.ResponseWriter) { refuse(w, 503, "the audit log cannot be written") },
	"500":               func(w http.ResponseWriter) { refuse(w, 500, "internal error") },
	"429":               func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
	"502 of a gateway":  func(w http.ResponseWriter) { http.Error(w, "<html>Bad Gateway</html>", http.StatusBadGateway) },
	"a broken line":     hangUp,
	"half of an answer": func(w http.ResponseWriter) { w.Header().Set("Content-Length", "100"); fmt.Fprint(w, `{"items":[`) },
}

func TestAPageThatFailsIsAskedForAgain(t *testing.T) {
	for name, fault := range faults {
		a := newTestAPI(t)
		want := a.putMany(30)
		a.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
			failing := n >= 2 && n <= 4 // the second page, three times
			if failing {
				fault(w)
			}
			return failing
		}
		lines := a.found("--jsonl", "--page-size", "10")
		if len(lines) != len(want) || len(a.requests()) != 6 {
			t.Errorf("%s: %d sessions in %d requests", name, len(lines), len(a.requests()))
		}
		for i, id := range want {
			if i < len(lines) && !strings.Contains(lines[i], id) {
				t.Errorf("%s: session %d is %s", name, i, lines[i])
			}
		}
		if !slices.Equal(a.pauses, []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}) {
			t.Errorf("%s: pauses %v", name, a.pauses)
		}
		asked := a.requests()
		for _, r := range asked[1:4] {
			if r.URL.RawQuery != asked[1].URL.RawQuery {
				t.Errorf("%s: asked again for %s", name, r.URL)
			}
		}
	}
}

func TestAPageThatFailsForGoodEndsWithWhatTheAPISaid(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		asked  int
		status int
		note   string
	}{
		"503":             {faults["503"], 5, exitFailed, "the audit log cannot be written (request r-9)"},
		"502":             {faults["502 of a gateway"], 5, exitFailed, "the API answers 502 Bad Gateway"},
		"a broken line":   {hangUp, 5, exitFailed, "ask URL: EOF"},
		"400":             {func(w http.ResponseWriter) { refuse(w, 400, "the page token has expired") }, 2, exitFailed, "the page token has expired (request r-9)"},
		"401":             {func(w http.ResponseWriter) { refuse(w, 401, "the access token is refused") }, 2, exitNotSignedIn, "the access token is refused (request r-9); it is that of TAPEDECK_TOKEN"},
		"404 of a page":   {func(w http.ResponseWriter) { http.NotFound(w, nil) }, 2, exitFailed, "the API answers 404 Not Found"},
		"hostile problem": {func(w http.ResponseWriter) { refuse(w, 403, "no\u009b2J\u202e") }, 2, exitRefused, "no\ufffd2J\ufffd (request r-9)"},
	} {
		a := newTestAPI(t)
		a.putMany(30)
		a.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
			if n > 1 {
				c.answer(w)
			}
			return n > 1
		}
		out, notes, status := a.search(t.Context(), "--jsonl", "--page-size", "10")
		want := "tapedeck: " + strings.Replace(c.note, "URL", a.URL, 1) + "; the output is incomplete: it ends after 10 sessions\n"
		if status != c.status || notes != want || len(a.requests()) != c.asked || strings.Count(out, "\n") != 10 {
			t.Errorf("%s: status %d after %d requests, %q", name, status, len(a.requests()), notes)
		}
	}
}

func TestWhatTheAPIRefusesAtOnceHasNoOutput(t *testing.T) {
	a := newTestAPI(t)
	for _, c := range []struct {
		args []string
		note string
	}{
		{[]string{"--protocol", "gopher"}, `protocol: "gopher" is none of SSH, SFTP, TELNET, FTP, RDP, VNC, ETC (request r-1)`},
		{[]string{"--from", ""}, `from: "" is not an RFC 3339 time such as 2026-11-23T06:04:05.123Z (request r-1)`},
		{[]string{"--page-size", "201", "--limit", "0"}, "pageSize is 201; 1 to 200 are possible (request r-1)"},
		{[]string{"--time-zone", "Mars/Base", "--json"}, `timeZone: "Mars/Base" is no IANA time zone such as Asia/Seoul (request r-1)`},
		{[]string{"--time-zone", "Mars/Base"}, `"Mars/Base" is no IANA time zone such as Asia/Seoul`},
	} {
		if out, notes, status := a.search(t.Context(), c.args...); status != exitFailed || out != "" || notes != "tapedeck: "+c.note+"\n" {
			t.Errorf("%q: status %d, %q, %q", c.args, status, out, notes)
		}
	}
	t.Setenv("TAPEDECK_TOKEN", "other")
	if _, notes, status := a.search(t.Context()); status != exitNotSignedIn || !strings.Contains(notes, "the access token is refused (request r-1)") {
		t.Errorf("status %d, %q", status, notes)
	}
}

func TestAnAPIThatWouldMakeTheResultLessOrEndlessIsAnError(t *testing.T) {
	page := func(items, token, complete string) string {
		return fmt.Sprintf(`{"items":%s,"nextPageToken":%s,"complete":%s,"searchedBackTo":null}`, items, token, complete)
	}
	for name, c := range map[string]struct {
		pages []string // the last one again and again
		want  string
	}{
		"the same token":          {[]string{page("[{}]", `"a"`, "true")}, "circles"},
		"a circle":                {[]string{page("[]", `"a"`, "false"), page("[]", `"b"`, "false"), page("[]", `"a"`, "false")}, "circles"},
		"an early end":            {[]string{page("[{}]", "null", "false")}, "ends the search early"},
		"no word of completeness": {[]string{`{"items":[],"nextPageToken":null}`}, "ends the search early"},
		"another API":             {[]string{`{}`}, "no page of sessions"},
		"null":                    {[]string{`null`}, "no page of sessions"},
		"a web page":              {[]string{"<!doctype html>"}, "the address of an archive?"},
		"another type":            {[]string{page("5", "null", "true")}, "the address of an archive?"},
		"more than was asked":     {[]string{page("["+strings.Repeat("{},", 200)+"{}]", "null", "true")}, "201 sessions where 200"},
		"no session":              {[]string{page(`[{"no":"x"}]`, "null", "true")}, "cannot be read"},
		"too large":               {[]string{strings.Repeat(" ", answerLimit+1)}, "larger than 16 MiB"},
	} {
		a := newTestAPI(t)
		a.before = func(n int, w http.ResponseWriter, _ *http.Request) bool {
			fmt.Fprint(w, c.pages[min(n, len(c.pages))-1])
			return true
		}
		_, notes, status := a.search(t.Context(), "--csv")
		if status != exitFailed || !strings.Contains(notes, c.want) || len(a.requests()) > 3 || len(a.pauses) > 0 {
			t.Errorf("%s: status %d after %d requests, %q", name, status, len(a.requests()), notes)
		}
	}
}

func TestAnAddressThatIsNoneIsToldBeforeItIsAsked(t *testing.T) {
	for address, want := range map[string]string{
		"":                     "nobody is signed in, and it is not known where: `tapedeck login URL`",
		"tapedeck.example.com": "TAPEDECK_URL: it is no address",
		"ftp://example.com":    "TAPEDECK_URL: the address does not begin with https",
		"http://":              "TAPEDECK_URL: the address is not a whole one",
		"http://example.com":   "TAPEDECK_URL: the address begins with http: what is sent there could be read on the way",
	} {
		t.Setenv("TAPEDECK_URL", address)
		t.Setenv("TAPEDECK_TOKEN", "token")
		noSettings(t)
		if _, err := newClient(""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// waitForReady waits as push does.
func waitForReady(t *testing.T, id string) error {
	t.Helper()
	c, err := newClient("")
	if err != nil {
		t.Fatal(err)
	}
	return c.waitReady(t.Context(), id)
}

// arriving has a session that is not there at first, then waits, then is ready.
type arriving struct {
	*indextest.Memory
	states []session.State
}

func (a *arriving) Session(context.Context, string) (*session.Session, *session.Recording, error) {
	s := &session.Session{State: a.states[0]}
	a.states = a.states[1:]
	if s.State == "" {
		return nil, nil, session.Errorf(session.CodeNotFound, "there is no such session")
	}
	return s, nil, nil
}

func TestWaitEndsWhenTheSessionIsReadyOrNeverWillBe(t *testing.T) {
	a := newTestAPI(t)
	bad := a.put(session.Session{No: 2, ActionAt: now, State: session.Unreadable, Reason: "no\x1b[2J reader"})
	if err := waitForReady(t, bad); err == nil || err.Error() != "the session is unreadable: no\ufffd[2J reader" {
		t.Error(err)
	}
	coming := &arriving{a.index, []session.State{"", session.Waiting, session.Ready}}
	a.serve(coming)
	if err := waitForReady(t, bad); err != nil || len(coming.states) > 0 {
		t.Error(err, coming.states)
	}
	t.Setenv("TAPEDECK_TOKEN", "other")
	if err := waitForReady(t, bad); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}
