package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tapedeck/internal/events"
	"tapedeck/internal/metrics"
	"tapedeck/internal/session"
)

var (
	at  = time.Date(2026, 11, 24, 1, 2, 3, 45e6, time.UTC)
	ada = session.Person{Subject: "auth0|ada", Name: "애다", Email: "ada@example.test", Roles: []session.Role{session.Exporter}}
)

// bus is a bus whose answers a test gives; each call's entry is kept.
type bus struct {
	*events.Bus
	entries []map[string]any
	said    bytes.Buffer // logs and metrics
}

func newBus(t *testing.T, name string, answer func(call int, w http.ResponseWriter)) *bus {
	b := &bus{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Entries []map[string]any }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Entries) != 1 || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "PutEvents") {
			t.Errorf("%v, %+v", err, in)
		}
		b.entries = append(b.entries, in.Entries...)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		answer(len(b.entries), w)
	}))
	t.Cleanup(s.Close)
	b.Bus = events.New(eventbridge.New(eventbridge.Options{Region: "us-east-1", BaseEndpoint: &s.URL, RetryMaxAttempts: 2,
		Credentials: aws.CredentialsProvider(credentials.NewStaticCredentialsProvider("a", "b", ""))}), name)
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&b.said, nil)))
	metrics.To(&b.said, "f", time.Now)
	t.Cleanup(func() {
		slog.SetDefault(before)
		metrics.To(nil, "", nil)
	})
	return b
}

func taken(_ int, w http.ResponseWriter) {
	_, _ = io.WriteString(w, `{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}`)
}

func announcements() map[string]session.Announcement {
	ms, size := int64(90_000), int64(14_850)
	s := &session.Session{ID: session.NewID(at, "gw", "1"), No: 7, ActionAt: at, Name: "Kim \"K\" <b>", Email: "kim@example.test", Account: "ubuntu", ServerName: "web-01",
		Host: "10.2.3.4", Protocol: "SSH", ClientIP: "192.0.2.7", State: session.Ready, SessionRecord: "ubuntu_20261124_010203", DurationMs: &ms, SizeBytes: &size}
	bad := *s
	bad.State, bad.Reason, bad.DurationMs = session.Unreadable, "no reader for it", nil
	e := &session.Export{ID: session.NewID(at, "export", "1"), SessionID: s.ID, SessionRecord: s.SessionRecord, Person: ada, FileName: "a.cast.age", Header: []byte("age"),
		Wrapped: []byte("WRAPPED"), FileSize: 15_000, SHA256: strings.Repeat("ab", 32), ExpiresAt: at.Add(24 * time.Hour), UploadID: "UPLOAD"}
	return map[string]session.Announcement{"archived": session.AnnounceArchived(at, "gw-1", s), "unreadable": session.AnnounceArchived(at, "gw-1", &bad),
		"opened": session.AnnounceOpened(at, ada, "r-1", s), "exported": session.AnnounceExported(at, e)}
}

func TestWhatIsPutOnTheBusIsWhatItsSchemaSays(t *testing.T) {
	for name, a := range announcements() {
		b := newBus(t, "security", taken)
		b.Announce(t.Context(), a)
		if len(b.entries) != 1 || b.said.Len() > 0 {
			t.Fatalf("%s: %+v, %s", name, b.entries, b.said.String())
		}
		entry := b.entries[0]
		if entry["EventBusName"] != "security" || entry["Source"] != "tapedeck" || entry["DetailType"] != name || entry["Time"] != 1795482123.045 {
			t.Errorf("%s: %+v", name, entry)
		}
		detail := entry["Detail"].(string)
		schema, err := jsonschema.NewCompiler().Compile("../../docs/events/" + name + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(detail))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %s\n%v", name, detail, err)
		}
		for key := range value.(map[string]any) {
			less := map[string]any{}
			for k, v := range value.(map[string]any) {
				if k != key {
					less[k] = v
				}
			}
			if schema.Validate(less) == nil {
				t.Errorf("%s: the schema does not ask for %s", name, key)
			}
		}
		if more := map[string]any{"url": "https://x"}; schema.Validate(more) == nil {
			t.Errorf("%s: the schema takes anything", name)
		}
		for _, secret := range []string{"WRAPPED", "UPLOAD", "V1JBUFBFRA", "roles", "http"} {
			if strings.Contains(detail, secret) {
				t.Errorf("%s holds %s: %s", name, secret, detail)
			}
		}
	}
}

func TestWhatTheBusDoesNotTakeIsTriedAgain(t *testing.T) {
	b := newBus(t, "security", func(call int, w http.ResponseWriter) {
		if call < 3 {
			_, _ = io.WriteString(w, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException","ErrorMessage":"later"}]}`)
			return
		}
		taken(call, w)
	})
	b.Announce(t.Context(), announcements()["opened"])
	if len(b.entries) != 3 || b.said.Len() > 0 {
		t.Errorf("%d calls, %s", len(b.entries), b.said.String())
	}
}

func TestWhatIsLostIsLoggedAndCountedAndNothingElse(t *testing.T) {
	for name, answer := range map[string]func(int, http.ResponseWriter){
		"never taken": func(_ int, w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"no"}]}`)
		},
		"not allowed": func(_ int, w http.ResponseWriter) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"AccessDeniedException","message":"no"}`)
		},
	} {
		b := newBus(t, "security", answer)
		b.Announce(t.Context(), announcements()["archived"])
		lines := strings.Split(strings.TrimSpace(b.said.String()), "\n")
		if len(lines) != 2 || !strings.Contains(lines[0], `"EventsFailed":1`) || !strings.Contains(lines[1], `"msg":"an event is lost","type":"archived"`) {
			t.Errorf("%s: %q", name, lines)
		}
		for _, line := range lines {
			if !json.Valid([]byte(line)) || strings.Contains(line, "Kim") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}

func TestAnEventIsPutWhenItsRequestHasEnded(t *testing.T) {
	b := newBus(t, "security", taken)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.Announce(ctx, announcements()["archived"])
	if len(b.entries) != 1 {
		t.Errorf("%d calls", len(b.entries))
	}
}

func TestWithoutABusNothingIsPut(t *testing.T) {
	b := newBus(t, "", taken)
	b.Announce(t.Context(), announcements()["archived"])
	if len(b.entries) > 0 || b.said.Len() > 0 {
		t.Errorf("%+v, %s", b.entries, b.said.String())
	}
}
