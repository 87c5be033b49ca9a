package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/api"
	"tapedeck/internal/catalog"
	"tapedeck/internal/index/indextest"
	"tapedeck/internal/playback"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/internal/tape"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// audit writes down what was recorded, or refuses.
type audit struct {
	events []session.Event
	err    error
}

func (a *audit) Record(_ context.Context, e session.Event) error {
	if a.err != nil {
		return session.Errorf(session.CodeUnavailable, "the audit log cannot be written")
	}
	a.events = append(a.events, e)
	return nil
}

// signer makes addresses that tell what was signed.
type signer struct{ signed int }

func (s *signer) SignRange(_ context.Context, p session.Person, key string, from, to int64, _ time.Duration) (string, error) {
	s.signed++
	return fmt.Sprintf("https://s3.test/%s?%d-%d&%s", key, from, to, p.Subject), nil
}

func (s *signer) SignVideo(_ context.Context, p session.Person, key, version, mediaType string, _ time.Duration) (string, error) {
	s.signed++
	return fmt.Sprintf("https://s3.test/%s?%s&%s&%s", key, version, mediaType, p.Subject), nil
}

// derived has one table, of two segments.
type derived struct{ asked int }

func (d *derived) ReadRange(_ context.Context, key string, offset, bytes int64) ([]byte, error) {
	d.asked++
	if key != "t" || offset+bytes > 2*tape.RecordSize {
		return nil, fmt.Errorf("%s has no bytes %d to %d", key, offset, offset+bytes)
	}
	var table []byte
	for n := range int64(2) {
		r := tape.Record{StartMs: n * 4000, Play: tape.Part{Offset: n * 10, Bytes: 10, RawBytes: 20}, Text: tape.Part{Offset: 0, Bytes: 3 * n, RawBytes: 3 * n}}
		r.Play.SHA256[0] = byte(n + 1)
		table = r.AppendTo(table)
	}
	return table[offset : offset+bytes], nil
}

type server struct {
	*httptest.Server
	index  *indextest.Memory
	audit  *audit
	signer *signer
	fault  error // of the verifier
}

func newServer(t *testing.T) *server {
	s := &server{index: indextest.NewMemory(), audit: &audit{}, signer: &signer{}}
	limit := int64(1000)
	fixed := settings.Fixed{PlaybackLimit: &limit, RequireEncryption: true, TimeZone: "UTC", RetentionDays: 400}
	verify := func(_ context.Context, token string) (session.Person, error) {
		if s.fault != nil {
			return session.Person{}, s.fault
		}
		switch token {
		case "auditor":
			return session.Person{Subject: "ada", Roles: []session.Role{session.Auditor}}, nil
		case "admin":
			return session.Person{Subject: "mina", Roles: []session.Role{session.Admin}}, nil
		case "limited": // to web servers
			return session.Person{Subject: "lim", Roles: []session.Role{session.Auditor},
				Scope: []session.Condition{{Column: "serverName", Terms: []session.Term{{Text: "web-"}}}}}, nil
		case "nobody":
			return session.Person{Subject: "nobody"}, nil
		}
		return session.Person{}, session.Errorf(session.CodeUnauthenticated, "the access token is refused")
	}
	a := &api.Server{Verify: verify, Current: fixed.Current, Now: func() time.Time { return now },
		RequestID: func(context.Context) string { return "r-1" },
		Catalog:   &catalog.Catalog{Index: s.index, Audit: s.audit},
		Playback:  &playback.Playback{Index: s.index, Audit: s.audit, Signer: s.signer, Originals: s.signer, Derived: &derived{}, Settings: fixed, Now: func() time.Time { return now }}}
	s.Server = httptest.NewServer(a.Handler())
	t.Cleanup(s.Close)
	return s
}

// play is what derived has.
func play() *session.Play {
	return &session.Play{Encoder: 2, Object: session.Stored{Key: "o", Size: 20, SHA256: "aa"}, Index: session.Stored{Key: "i", Size: 4, SHA256: "bb"},
		Table: session.Stored{Key: "t", Size: 2 * tape.RecordSize}, Transcript: session.Stored{Key: "x", Size: 3}}
}

func (s *server) put(t *testing.T, state session.State, size int64) string {
	t.Helper()
	at, ms := now.Add(-time.Hour), int64(5000)
	id := session.NewID(at, "gw", fmt.Sprint(state, size))
	row := &session.Session{ID: id, No: 1, ActionAt: at, State: state, Reason: "", SizeBytes: &size, DurationMs: &ms}
	rec := &session.Recording{Play: play()}
	if err := s.index.PutRow(context.Background(), row, rec); err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *server) get(t *testing.T, path, token string) (status int, body map[string]any, header http.Header) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body, res.Header
}

func TestEveryRefusalIsAProblemThatNamesItsRequest(t *testing.T) {
	s := newServer(t)
	waiting := s.put(t, session.Waiting, 5)
	for path, c := range map[string]struct {
		token  string
		status int
		code   string
	}{
		"/sessions":                            {"", 401, "unauthenticated"},
		"/me":                                  {"bad", 401, "unauthenticated"},
		"/sessions/" + waiting:                 {"nobody", 403, "forbidden"},
		"/sessions?pageSize=1":                 {"nobody", 403, "forbidden"},
		"/sessions/" + waiting + "/playback":   {"nobody", 403, "forbidden"},
		"/sessions/00000000000000000000000000": {"auditor", 404, "not_found"},
		"/sessions/nonsense/playback":          {"auditor", 404, "not_found"},
		"/sessions/" + waiting + "/playback?":  {"auditor", 409, "not_ready"},
		"/nothing":                             {"auditor", 404, "not_found"},
		"/sessions?pageSize=0":                 {"auditor", 400, "invalid_request"},
		"/sessions?pageSize=-1":                {"auditor", 400, "invalid_request"},
		"/sessions?pageSize=201":               {"auditor", 400, "invalid_request"},
		"/sessions?pageSize=10000":             {"auditor", 400, "invalid_request"},
		"/sessions?pageSize=ten":               {"auditor", 400, "invalid_request"},
		"/sessions?from=yesterday":             {"auditor", 400, "invalid_request"},
		"/sessions?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z": {"auditor", 400, "invalid_request"},
		"/sessions?frm=2026-11-02T00:00:00Z":                          {"auditor", 400, "invalid_request"},
		"/sessions?pageSize=1&pageSize=2":                             {"auditor", 400, "invalid_request"},
	} {
		status, body, header := s.get(t, path, c.token)
		if status != c.status || body["code"] != c.code || body["requestId"] != "r-1" || body["status"] != float64(c.status) || body["detail"] == "" {
			t.Errorf("%s: %d %v", path, status, body)
		}
		if header.Get("Content-Type") != "application/problem+json" || header.Get("Cache-Control") != "no-store" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, header)
		}
	}
}

func TestOnlyHealthNeedsNoToken(t *testing.T) {
	s := newServer(t)
	if status, body, _ := s.get(t, "/health", ""); status != 200 || body["status"] != "ok" {
		t.Errorf("%d %v", status, body)
	}
}

func TestASessionHasAllItsKeys(t *testing.T) {
	s := newServer(t)
	s.put(t, session.Ready, 5)
	_, body, _ := s.get(t, "/sessions?from=2026-11-01T00:00:00Z", "auditor")
	item := body["items"].([]any)[0].(map[string]any)
	want := strings.Fields("id no actionAt name email role account serverName serverOs host port protocol clientIp clientName connectedFrom state reason durationMs sizeBytes sessionRecord serverOsRaw protocolRaw connectedFromRaw")
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(item)); !slices.Equal(got, want) {
		t.Errorf("keys %q", got)
	}
	if item["name"] != "" || item["port"] != nil || item["actionAt"] != "2026-11-24T11:00:00.000Z" {
		t.Errorf("%v", item)
	}
	if body["complete"] != true || body["nextPageToken"] != nil || body["searchedBackTo"] != nil {
		t.Errorf("%v", body)
	}
}

func TestARangeWithoutLengthIsEmpty(t *testing.T) {
	s := newServer(t)
	s.put(t, session.Ready, 5)
	status, body, _ := s.get(t, "/sessions?from=2026-11-24T11:00:00Z&to=2026-11-24T11:00:00Z", "auditor")
	if status != 200 || len(body["items"].([]any)) != 0 {
		t.Errorf("%d %v", status, body)
	}
}

func TestPlaybackSignsExactlyTheRangesThatItNames(t *testing.T) {
	s := newServer(t)
	id := s.put(t, session.Ready, 5)
	status, body, _ := s.get(t, "/sessions/"+id+"/playback", "auditor")
	index := body["index"].(map[string]any)
	segment := body["segments"].([]any)[0].(map[string]any)
	if status != 200 || index["range"] != "bytes=0-3" || index["url"] != "https://s3.test/i?0-3&ada" || segment["range"] != "bytes=0-9" || segment["sha256"] != "01"+strings.Repeat("0", 62) {
		t.Errorf("%d %v", status, body)
	}
	if len(s.audit.events) != 1 || s.audit.events[0].Action != session.ActPlay || s.audit.events[0].SessionID != id {
		t.Errorf("audit %+v", s.audit.events)
	}
}

func TestAFilmIsGivenByOneAddress(t *testing.T) {
	s := newServer(t)
	at, size := now.Add(-time.Hour), int64(900)
	id := session.NewID(at, "gw", "film")
	v := &session.Video{Stored: session.Stored{Key: "k.webm", VersionID: "v1", Size: size}, Type: "video/webm"}
	if err := s.index.PutRow(t.Context(), &session.Session{ID: id, ActionAt: at, State: session.Ready, SizeBytes: &size}, &session.Recording{Play: &session.Play{Encoder: 5, Video: v}}); err != nil {
		t.Fatal(err)
	}
	status, body, _ := s.get(t, "/sessions/"+id+"/playback", "auditor")
	want := "map[bytes:900 contentType:video/webm url:https://s3.test/k.webm?v1&video/webm&ada]"
	if status != 200 || body["playable"] != true || fmt.Sprint(body["video"]) != want || body["index"] != nil || len(body["segments"].([]any)) != 0 || body["expiresAt"] == nil {
		t.Errorf("%d %v", status, body)
	}
	if _, body, _ := s.get(t, "/sessions/"+s.put(t, session.Ready, 5)+"/playback", "auditor"); body["video"] != nil {
		t.Errorf("text: %v", body)
	}
}

func TestRangesAreGivenAfterTheyAreRecorded(t *testing.T) {
	s := newServer(t)
	id := s.put(t, session.Ready, 5)
	path := "/sessions/" + id + "/ranges"
	status, body := s.post(t, path, `{"segments":[1],"transcript":[0,1]}`)
	segments, lines := body["segments"].([]any), body["transcript"].([]any)
	if status != 200 || len(segments) != 1 || len(lines) != 1 || segments[0].(map[string]any)["url"] != "https://s3.test/o?10-19&ada" || lines[0].(map[string]any)["range"] != "bytes=0-2" || lines[0].(map[string]any)["n"] != 1.0 {
		t.Errorf("%d %v", status, body)
	}
	if d := s.audit.events[0].Detail; d["segments"] != "1-1" || d["seconds"] != "4.000-5.000" || d["transcript"] != "1-1" || d["transcriptSeconds"] != "4.000-5.000" || d["expiresAt"] == "" {
		t.Errorf("recorded is %v", d)
	}
	signed := s.signer.signed
	for ask, want := range map[string]struct {
		status int
		detail string
	}{
		`{"segments":[2]}`:  {400, "the recording has segments 0 to 1"},
		`{"segments":[-1]}`: {400, "the recording has segments 0 to 1"},
		`{"segments":[]}`:   {400, "0 ranges are asked for; 1 to 64 are possible"},
		`{"segments":[` + strings.Repeat("0,", 999) + `0]}`: {400, "1000 ranges are asked for; 1 to 64 are possible"},
		`{"segments":"all"}`: {400, "the request cannot be read"},
		``:                   {400, "the request cannot be read"},
	} {
		if status, body := s.post(t, path, ask); status != want.status || body["detail"] != want.detail {
			t.Errorf("%.40s: %d %v", ask, status, body["detail"])
		}
	}
	s.audit.err = errors.New("down")
	if status, _ := s.post(t, path, `{"segments":[0]}`); status != 503 {
		t.Errorf("without a record: %d", status)
	}
	if s.signer.signed != signed {
		t.Error("an address was signed that was not given")
	}
	s.audit.err = nil
	for _, state := range []session.State{session.Waiting, session.Incomplete, session.Unreadable, session.Expired} {
		if status, body := s.post(t, "/sessions/"+s.put(t, state, 7)+"/ranges", `{"segments":[0]}`); status != 409 || body["code"] != "not_ready" {
			t.Errorf("%s: %d %v", state, status, body)
		}
	}
	if status, _ := s.post(t, "/sessions/"+s.put(t, session.Ready, 1000)+"/ranges", `{"segments":[0]}`); status != 409 {
		t.Errorf("over the limit: %d", status)
	}
}

func (s *server) post(t *testing.T, path, ask string) (status int, body map[string]any) {
	t.Helper()
	return s.postAs(t, "auditor", path, ask)
}

func (s *server) postAs(t *testing.T, token, path, ask string) (status int, body map[string]any) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.URL+path, strings.NewReader(ask))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body
}

func TestKeysAreGivenToAdministrators(t *testing.T) {
	s := newServer(t)
	id := s.put(t, session.Ready, 5)
	path, ask := "/sessions/"+id+"/keys", `{"segments":[0,1]}`
	if status, body := s.postAs(t, "admin", path, ask); status != 404 || body["detail"] != "nothing that was typed is kept of this session" {
		t.Errorf("of a terminal: %d %v", status, body)
	}
	row, rec, err := s.index.Session(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	rec.Play.Keys = &session.Stored{Key: "k", Size: 3}
	if err := s.index.PutRow(t.Context(), row, rec); err != nil {
		t.Fatal(err)
	}
	if status, body := s.post(t, path, ask); status != 403 || body["code"] != "forbidden" || body["segments"] != nil {
		t.Errorf("to an auditor: %d %v", status, body)
	}
	status, body := s.postAs(t, "admin", path, ask)
	segments, _ := body["segments"].([]any)
	if status != 200 || len(segments) != 1 || segments[0].(map[string]any)["url"] != "https://s3.test/k?0-2&mina" || segments[0].(map[string]any)["n"] != 1.0 {
		t.Errorf("%d %v", status, body)
	}
	if e := s.audit.events[len(s.audit.events)-1]; e.Action != session.ActKeys || e.SessionID != id || e.Detail["seconds"] != "4.000-5.000" || s.signer.signed != 1 {
		t.Errorf("recorded is %+v", e)
	}
}

func TestWhatIsTooLargeSaysSoInTwoSentences(t *testing.T) {
	s := newServer(t)
	_, body, _ := s.get(t, "/sessions/"+s.put(t, session.Ready, 1000)+"/playback", "auditor")
	want := "[The file exceeds 1000bytes, and the session cannot be replayed directly. To view this session, download the file and play it locally.]"
	if body["playable"] != false || body["reason"] != "too_large" || fmt.Sprint(body["message"]) != want || s.signer.signed != 0 {
		t.Errorf("%v", body)
	}
	if _, body, _ = s.get(t, "/sessions/"+s.put(t, session.Ready, 999)+"/playback", "auditor"); body["playable"] != true {
		t.Errorf("one byte less: %v", body)
	}
}

func TestWithoutARecordNothingIsGiven(t *testing.T) {
	s := newServer(t)
	id := s.put(t, session.Ready, 5)
	s.audit.err = errors.New("down")
	for _, path := range []string{"/sessions?from=2026-11-01T00:00:00Z", "/sessions/" + id, "/sessions/" + id + "/playback"} {
		status, body, _ := s.get(t, path, "auditor")
		if status != 503 || body["code"] != "unavailable" || strings.Contains(fmt.Sprint(body), id) {
			t.Errorf("%s: %d %v", path, status, body)
		}
	}
	if s.signer.signed != 0 {
		t.Error("an address was signed without a record")
	}
}

func TestARefusalIsInTheAuditLog(t *testing.T) {
	s := newServer(t)
	if status, _, _ := s.get(t, "/sessions", "nobody"); status != 403 {
		t.Fatalf("status %d", status)
	}
	if len(s.audit.events) != 1 || s.audit.events[0].Action != session.ActRefused || s.audit.events[0].Person.Subject != "nobody" {
		t.Errorf("audit %+v", s.audit.events)
	}
	s.audit.err = errors.New("down")
	if status, _, _ := s.get(t, "/sessions", "nobody"); status != 403 {
		t.Errorf("without a log: status %d", status)
	}
}

func TestWhatIsInternalStaysInside(t *testing.T) {
	s := newServer(t)
	s.fault = errors.New("secret detail")
	status, body, _ := s.get(t, "/me", "auditor")
	if status != 500 || body["detail"] != "internal error" || strings.Contains(fmt.Sprint(body), "secret") {
		t.Errorf("%d %v", status, body)
	}
}
