package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"tapedeck/internal/reconcile"
)

// answers is a Lambda service with one function, that answers with these payloads in turn.
func answers(t *testing.T, payloads ...string) (asked *[]reconcile.Options) {
	t.Helper()
	asked = new([]reconcile.Options)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var o reconcile.Options
		if err := json.NewDecoder(r.Body).Decode(&o); err != nil || !strings.HasSuffix(r.URL.Path, "/functions/the-function/invocations") {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		n := len(*asked)
		if *asked = append(*asked, o); n >= len(payloads) {
			t.Errorf("asked for the %d. time", n+1)
			return
		}
		if strings.Contains(payloads[n], "errorMessage") {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
		}
		_, _ = io.WriteString(w, payloads[n])
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x",
		"AWS_SECRET_ACCESS_KEY": "x", "TAPEDECK_RECONCILER": "the-function"} {
		t.Setenv(name, value)
	}
	return asked
}

func TestReconcileGoesOnUntilTheEnd(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []reconcile.Options
	}{
		{nil, []reconcile.Options{{}, {}}},
		{[]string{"--everything"}, []reconcile.Options{{Everything: true}, {}}},
		{[]string{"--rebuild"}, []reconcile.Options{{Rebuild: true}, {Rebuild: true, Continue: true}}},
	} {
		asked := answers(t, `{"restored":5,"failed":0,"done":false}`, `{"restored":2,"packed":7,"done":true}`)
		var out, notes bytes.Buffer
		if err := runCommand(context.Background(), "reconcile", append(c.args, "--json"), &out, &notes); err != nil {
			t.Fatal(err)
		}
		var total reconcile.Report
		if err := json.Unmarshal(out.Bytes(), &total); err != nil || total != (reconcile.Report{Restored: 7, Packed: 7, Done: true}) {
			t.Errorf("%q: %s, %v", c.args, out.String(), err)
		}
		if !reflect.DeepEqual(*asked, c.want) || !strings.Contains(notes.String(), "restored 5") {
			t.Errorf("%q: asked for %+v; %s", c.args, *asked, notes.String())
		}
	}
}

func TestReconcileSaysWhatFailed(t *testing.T) {
	for answer, want := range map[string]string{
		`{"failed":3,"done":true}`:       "something failed or is lost",
		`{"lost":1,"done":true}`:         "something failed or is lost",
		`{"indexLost":true,"done":true}`: "tapedeck reconcile --rebuild",
		`{"errorMessage":"numbers would be given twice","errorType":"wrapError"}`: "the reconciler failed: numbers would be given twice",
	} {
		answers(t, answer)
		err := runCommand(context.Background(), "reconcile", []string{"--function", "the-function"}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", answer, err)
		}
	}
	t.Setenv("TAPEDECK_RECONCILER", "")
	if err := runCommand(context.Background(), "reconcile", nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "TAPEDECK_RECONCILER") {
		t.Errorf("without a name: %v", err)
	}
}

func TestReconcileCanBeEnded(t *testing.T) {
	answers(t, `{}`)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := runCommand(ctx, "reconcile", nil, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReconcileRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, args := range [][]string{{"everything"}, {"--everthing"}, {"--json", "--rebuild", "now"}} {
		err := runCommand(context.Background(), "reconcile", args, io.Discard, io.Discard)
		if _, ok := errors.AsType[*usageError](err); !ok {
			t.Errorf("%q: %v", args, err)
		}
	}
}
