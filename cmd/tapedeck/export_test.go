package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// exporting is an API with one export, which goes through its states look by look.
type exporting struct {
	*httptest.Server
	states []string
	file   string
	claims int64 // bytes that the file has, it says

	keys, passphrases []string
	lost              int // first answers to a start that do not arrive
}

func newExporting(t *testing.T, file string, states ...string) *exporting {
	x := &exporting{states: states, file: file, claims: int64(len(file))}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/sessions/S/exports", func(w http.ResponseWriter, r *http.Request) {
		var ask struct{ Passphrase string }
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
			t.Error(err)
		}
		x.keys, x.passphrases = append(x.keys, r.Header.Get("Idempotency-Key")), append(x.passphrases, ask.Passphrase)
		if x.lost > 0 {
			x.lost--
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprint(w, `{"exportId":"E"}`)
	})
	mux.HandleFunc("GET /api/v1/exports/E", func(w http.ResponseWriter, r *http.Request) {
		state := x.states[0]
		if len(x.states) > 1 {
			x.states = x.states[1:]
		}
		fmt.Fprintf(w, `{"state":%q,"fileName":"ubuntu_1.cast.age","partsDone":1,"partsTotal":2,"error":"the recording is gone"}`, state)
	})
	mux.HandleFunc("POST /api/v1/exports/E/download", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"url":%q,"sha256":"","bytes":%d}`, x.URL+"/file?X-Amz-Signature=secret", x.claims)
	})
	mux.HandleFunc("GET /file", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, x.file) })
	x.Server = httptest.NewServer(mux)
	x.Config.SetKeepAlivesEnabled(false)
	t.Cleanup(x.Close)
	t.Setenv("TAPEDECK_URL", x.URL)
	t.Setenv("TAPEDECK_TOKEN", "token")
	noSettings(t)
	t.Setenv("TAPEDECK_PASSPHRASE", "six words that nobody guesses")
	return x
}

func (x *exporting) run(to string) (path string, err error) {
	c, err := newClient("")
	if err != nil {
		return "", err
	}
	c.pause = func(context.Context, time.Duration) error { return nil }
	return c.export(context.Background(), "S", map[string]string{"passphrase": "six words that nobody guesses"}, to, newProgress(new(bytes.Buffer)))
}

func TestAnExportIsWaitedForAndDownloaded(t *testing.T) {
	t.Chdir(t.TempDir())
	x := newExporting(t, "sealed bytes", "REQUESTED", "RUNNING", "VERIFYING", "READY")
	x.lost = 1
	path, err := x.run("")
	if err != nil || path != "ubuntu_1.cast.age" {
		t.Fatal(path, err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "sealed bytes" {
		t.Errorf("%q %v", data, err)
	}
	if len(x.keys) != 2 || x.keys[0] != x.keys[1] || len(x.keys[0]) < 20 {
		t.Errorf("a start whose answer was lost is asked for with keys %q", x.keys)
	}
	if _, err := x.run(""); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("a file is written over: %v", err)
	}
}

func TestAnExportThatIsNotWholeLeavesNoFile(t *testing.T) {
	x := newExporting(t, "sealed bytes", "READY")
	x.claims++
	to := filepath.Join(t.TempDir(), "x.age")
	_, err := x.run(to)
	if err == nil || !strings.Contains(err.Error(), "there are 12 bytes, not 13") || strings.Contains(err.Error(), "Signature") {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(to)); err != nil || len(left) != 0 {
		t.Errorf("left is %v %v", left, err)
	}
}

func TestAnExportThatFailedSaysWhy(t *testing.T) {
	x := newExporting(t, "", "RUNNING", "FAILED")
	if _, err := x.run(""); err == nil || err.Error() != "the export failed: the recording is gone" {
		t.Errorf("%v", err)
	}
}

func TestAPassphraseIsCheckedBeforeAnythingIsAsked(t *testing.T) {
	x := newExporting(t, "", "READY")
	t.Setenv("TAPEDECK_PASSPHRASE", "fourteen chars")
	var notes bytes.Buffer
	err := run(t.Context(), []string{"export", "S"}, &notes, &notes)
	if err == nil || !strings.Contains(err.Error(), "15") || len(x.keys) != 0 {
		t.Errorf("%v, asked %d times", err, len(x.keys))
	}
	if err := run(t.Context(), []string{"export"}, &notes, &notes); err == nil || !strings.Contains(err.Error(), "ID is missing") {
		t.Errorf("%v", err)
	}
}
