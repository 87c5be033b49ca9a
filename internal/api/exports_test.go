package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/activity"
	"tapedeck/internal/api"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/audit/audittest"
	"tapedeck/internal/catalog"
	"tapedeck/internal/export"
	"tapedeck/internal/export/exporttest"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/jobs/jobstest"
	"tapedeck/internal/playback"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/internal/settings/settingstest"
)

// desk is the API of exports and settings, with nothing but memory under it. A token is the name of who comes with it:
// e1 and e2 are exporters.
type desk struct {
	*httptest.Server
	t      *testing.T
	index  *indextest.Memory
	files  *archivetest.Exports
	worker *export.Worker
	queue  *exporttest.Queue
	log    *exporttest.Log
	now    time.Time
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, index: indextest.NewMemory(), files: archivetest.NewExports(), queue: &exporttest.Queue{}, now: now}
	clock := func() time.Time { return d.now }
	limit := int64(700 << 20)
	store := settingstest.NewMemory(session.Settings{RequireEncryption: true, PlaybackLimit: &limit, TimeZone: "UTC", RetentionDays: 400})
	table, vault, log := jobstest.NewMemory(), exporttest.NewVault([32]byte{1}), &exporttest.Log{}
	d.worker = &export.Worker{Jobs: table, Slots: table, Files: d.files, Keys: vault, Queue: d.queue, Audit: log, Now: clock, InFlight: 1}
	verify := func(_ context.Context, token string) (session.Person, error) {
		roles := map[string][]session.Role{"e1": {session.Exporter}, "e2": {session.Exporter}, "exporter": {session.Exporter},
			"auditor": {session.Auditor}, "admin": {session.Admin}, "nobody": nil}
		who, limited := strings.CutSuffix(token, " of web servers")
		granted, known := roles[who]
		if !known {
			return session.Person{}, session.Errorf(session.CodeUnauthenticated, "the access token is refused")
		}
		p := session.Person{Subject: token, Roles: granted}
		if limited {
			p.Scope = []session.Condition{{Column: "serverName", Terms: []session.Term{{Text: "web-"}}}}
		}
		return p, nil
	}
	a := &api.Server{Verify: verify, Now: clock, RequestID: func(context.Context) string { return "r-1" },
		Exports: &export.Exports{Index: d.index, Settings: store, Audit: log, Jobs: table, Slots: table, Files: d.files, Keys: vault, Queue: d.queue,
			Originals: exporttest.Signer("https://evidence.test"), Made: exporttest.Signer("https://exports.test"), Now: clock},
		Settings: &settings.Settings{Store: store, Audit: log, RowLife: 1825 * 24 * time.Hour},
		Activity: &activity.Activity{Log: audittest.NewMemory(clock), Audit: log},
		Catalog:  &catalog.Catalog{Index: d.index, Audit: log}, Current: store.Current,
		Playback: &playback.Playback{Index: d.index, Audit: log, Signer: &signer{}, Derived: &derived{}, Settings: store, Now: clock}}
	d.log = log
	d.Server = httptest.NewServer(a.Handler())
	t.Cleanup(d.Close)
	return d
}

func (d *desk) put(state session.State) string {
	id := session.NewID(now, "gw", fmt.Sprint(state))
	rec := &session.Recording{}
	if state == session.Ready {
		rec.Originals = []session.Original{{Stored: d.files.PutOriginal("sessions/"+id+"/a/original/1-x.cast", []byte("hello")), Name: "x.cast", Part: session.PartRecording}}
		rec.Play = play()
		rec.Play.Keys = &session.Stored{Key: "k", Size: 3}
	}
	size, ms := int64(5), int64(5000)
	if err := d.index.PutRow(d.t.Context(), &session.Session{ID: id, No: 1, ActionAt: now, State: state, SizeBytes: &size, DurationMs: &ms}, rec); err != nil {
		d.t.Fatal(err)
	}
	return id
}

func (d *desk) ask(who, method, path, body string, header ...string) (status int, answer map[string]any, head http.Header) {
	d.t.Helper()
	r, err := http.NewRequest(method, d.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+who)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	_ = json.NewDecoder(res.Body).Decode(&answer) // 204 has none
	return res.StatusCode, answer, res.Header
}

func (d *desk) work() {
	for m, ok := d.queue.Take(); ok; m, ok = d.queue.Take() {
		var message export.Message
		if err := json.Unmarshal([]byte(m), &message); err != nil {
			d.t.Fatal(err)
		}
		if err := d.worker.Run(d.t.Context(), message); err != nil {
			d.t.Fatal(err)
		}
	}
}

const good = `{"passphrase":"vivid-otter-canyon-plume-ledger-frost"}`

func TestAnExportByItsRoutes(t *testing.T) {
	d := newDesk(t)
	path := "/sessions/" + d.put(session.Ready) + "/exports"
	status, started, _ := d.ask("e1", "POST", path, good, "Idempotency-Key", "k")
	if status != 202 {
		t.Fatalf("%d %v", status, started)
	}
	at := "/exports/" + started["exportId"].(string)
	if _, e, _ := d.ask("e1", "GET", at, ""); e["state"] != "REQUESTED" || e["partsTotal"] != 1.0 || e["partsDone"] != 0.0 || e["etaSeconds"] != nil || e["error"] != nil {
		t.Errorf("%v", e)
	}
	if status, p, _ := d.ask("e1", "POST", at+"/download", ""); status != 409 || p["code"] != "not_ready" {
		t.Errorf("before it is ready: %d %v", status, p)
	}
	d.work()
	status, a, _ := d.ask("e1", "POST", at+"/download", "")
	if status != 200 || a["bytes"].(float64) < 150+5+16 || a["sha256"] != "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" {
		t.Errorf("%d %v", status, a)
	}
	if _, list, _ := d.ask("e1", "GET", "/exports", ""); len(list["items"].([]any)) != 1 {
		t.Errorf("%v", list)
	}
	if _, list, _ := d.ask("e2", "GET", "/exports", ""); len(list["items"].([]any)) != 0 {
		t.Errorf("another's list: %v", list)
	}
	for name, c := range map[string]struct {
		who, method, path, body string
		key                     string
		status                  int
		code                    string
	}{
		"14 characters":            {"e1", "POST", path, `{"passphrase":"fourteen chars"}`, "", 422, "passphrase_too_short"},
		"129 characters":           {"e1", "POST", path, `{"passphrase":"` + strings.Repeat("a long one ", 11) + `12345678"}`, "", 422, "passphrase_too_long"},
		"a lone surrogate":         {"e1", "POST", path, `{"passphrase":"half of a pair \ud800 here"}`, "", 422, "passphrase_not_text"},
		"all blanks":               {"e1", "POST", path, `{"passphrase":"                    "}`, "", 422, "passphrase_blank"},
		"one that everybody has":   {"e1", "POST", path, `{"passphrase":"passwordpassword"}`, "", 422, "passphrase_common"},
		"no passphrase":            {"e1", "POST", path, `{}`, "", 422, "encryption_required"},
		"no JSON":                  {"e1", "POST", path, `{`, "", 400, "invalid_request"},
		"another body, same key":   {"e1", "POST", path, `{"passphrase":"another passphrase of mine"}`, "k", 409, "idempotency_conflict"},
		"an auditor":               {"auditor", "POST", path, good, "", 403, "forbidden"},
		"not archived yet":         {"e1", "POST", "/sessions/" + d.put(session.Waiting) + "/exports", good, "", 409, "not_ready"},
		"no such session":          {"e1", "POST", "/sessions/00000000000000000000000000/exports", good, "", 404, "not_found"},
		"another's job":            {"e2", "GET", at, "", "", 404, "not_found"},
		"another's job, to cancel": {"e2", "DELETE", at, "", "", 404, "not_found"},
		"as it is":                 {"e1", "POST", path[:len(path)-len("exports")] + "download", "", "", 422, "encryption_required"},
	} {
		header := []string{}
		if c.key != "" {
			header = append(header, "Idempotency-Key", c.key)
		}
		if status, p, _ := d.ask(c.who, c.method, c.path, c.body, header...); status != c.status || p["code"] != c.code || p["requestId"] != "r-1" {
			t.Errorf("%s: %d %v", name, status, p)
		}
	}
	d.now = d.now.Add(export.FileLife)
	if status, p, _ := d.ask("e1", "POST", at+"/download", ""); status != 410 || p["detail"] != "the file of this export is gone; export again" {
		t.Errorf("after a day: %d %v", status, p)
	}
	if status, _, _ := d.ask("e1", "DELETE", at, ""); status != 204 {
		t.Errorf("deleted: %d", status)
	}
}

func TestTooManyExportsSayWhenToTryAgain(t *testing.T) {
	d := newDesk(t)
	if _, _, head := d.ask("admin", "PUT", "/settings", `{"exportEncryption":"notRequired","playbackLimitBytes":null,"timeZone":"UTC","retentionDays":400}`, "If-Match", `"0"`); head.Get("ETag") != `"1"` {
		t.Fatalf("%v", head)
	}
	path := "/sessions/" + d.put(session.Ready) + "/exports"
	for range 3 {
		if status, p, _ := d.ask("e1", "POST", path, `{}`); status != 202 {
			t.Fatalf("%d %v", status, p)
		}
	}
	if status, p, head := d.ask("e1", "POST", path, `{}`); status != 429 || p["code"] != "too_many_exports" || head.Get("Retry-After") != "60" {
		t.Errorf("%d %v %v", status, p, head)
	}
}

func TestSettingsByTheirRoutes(t *testing.T) {
	d := newDesk(t)
	status, s, head := d.ask("admin", "GET", "/settings", "")
	want := "map[exportEncryption:required playbackLimitBytes:7.340032e+08 retentionDays:400 timeZone:UTC]"
	if status != 200 || fmt.Sprint(s) != want || head.Get("ETag") != `"0"` {
		t.Errorf("%d %v %v", status, s, head)
	}
	put := func(encryption, limit, zone, days string) string {
		return `{"exportEncryption":` + encryption + `,"playbackLimitBytes":` + limit + `,"timeZone":` + zone + `,"retentionDays":` + days + `}`
	}
	for name, c := range map[string]struct {
		who, method, body, match string
		status                   int
		code                     string
	}{
		"an auditor":            {"auditor", "GET", "", "", 403, "forbidden"},
		"an exporter":           {"e1", "PUT", put(`"required"`, "1", `"UTC"`, "1"), `"0"`, 403, "forbidden"},
		"no If-Match":           {"admin", "PUT", put(`"required"`, "1", `"UTC"`, "1"), "", 428, "precondition_required"},
		"an old If-Match":       {"admin", "PUT", put(`"required"`, "1", `"UTC"`, "1"), `"7"`, 412, "settings_changed"},
		"an If-Match of others": {"admin", "PUT", put(`"required"`, "1", `"UTC"`, "1"), `W/"x"`, 412, "settings_changed"},
		"no limit of nothing":   {"admin", "PUT", put(`"required"`, "0", `"UTC"`, "1"), `"0"`, 400, "invalid_request"},
		"half a byte":           {"admin", "PUT", put(`"required"`, "1.5", `"UTC"`, "1"), `"0"`, 400, "invalid_request"},
		"another word":          {"admin", "PUT", put(`"maybe"`, "1", `"UTC"`, "1"), `"0"`, 400, "invalid_request"},
		"no such zone":          {"admin", "PUT", put(`"required"`, "1", `"Mars/Base"`, "1"), `"0"`, 400, "invalid_request"},
		"no days":               {"admin", "PUT", put(`"required"`, "1", `"UTC"`, "0"), `"0"`, 400, "invalid_request"},
		"longer than rows":      {"admin", "PUT", put(`"required"`, "1", `"UTC"`, "1826"), `"0"`, 400, "invalid_request"},
	} {
		header := []string{}
		if c.match != "" {
			header = append(header, "If-Match", c.match)
		}
		if status, p, _ := d.ask(c.who, c.method, "/settings", c.body, header...); status != c.status || p["code"] != c.code {
			t.Errorf("%s: %d %v", name, status, p)
		}
	}
	body, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if status, again, head := d.ask("admin", "PUT", "/settings", string(body), "If-Match", `"0"`); status != 200 || fmt.Sprint(again) != want || head.Get("ETag") != `"0"` {
		t.Errorf("PUT takes what GET gives: %d %v %v", status, again, head)
	}
	if status, _, head := d.ask("admin", "PUT", "/settings", put(`"notRequired"`, "1", `"Asia/Seoul"`, "1825"), "If-Match", `"0"`); status != 200 || head.Get("ETag") != `"1"` {
		t.Errorf("%d %v", status, head)
	}
}
