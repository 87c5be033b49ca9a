package archive_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"tapedeck/internal/archive"
	"tapedeck/internal/session"
)

func TestContractOfSignedFilms(t *testing.T) {
	client, b := versity(t)
	key := "sessions/x/a/original/1-film.mp4"
	first := putOriginal(t, client, b.Evidence)(key, []byte("0123456789"))
	second := putOriginal(t, client, b.Evidence)(key, []byte("another film"))
	other := putOriginal(t, client, b.Evidence)("sessions/y/a/original/1-film.mp4", []byte("other"))
	sts := &roles{}
	signer := archive.NewSigner(sts, s3With(os.Getenv("TAPEDECK_VERSITYGW")), "role", b.Evidence, time.Now)
	sign := func(life time.Duration) string {
		t.Helper()
		signed, err := signer.SignVideo(t.Context(), session.Person{Subject: "ada"}, key, first.VersionID, "video/mp4", life)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	get := func(address, bytes string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bytes != "" {
			r.Header.Set("Range", bytes)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res, string(body)
	}
	signed, short := sign(time.Minute), sign(time.Second)
	if len(sts.names) != 1 || sts.names[0] != "ada" {
		t.Errorf("roles assumed: %q", sts.names)
	}
	for bytes, want := range map[string]string{"": "0123456789", "bytes=0-": "0123456789", "bytes=0-0": "0", "bytes=3-5": "345", "bytes=7-": "789", "bytes=-2": "89"} {
		status := http.StatusPartialContent
		if bytes == "" {
			status = http.StatusOK
		}
		res, body := get(signed, bytes)
		if res.StatusCode != status || body != want || res.Header.Get("Content-Type") != "video/mp4" || res.Header.Get("Content-Disposition") != "inline" {
			t.Errorf("range %q: %d %q, %v", bytes, res.StatusCode, body, res.Header)
		}
	}
	changed := func(change func(u *url.URL, q url.Values)) string {
		u, err := url.Parse(signed)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		change(u, q)
		u.RawQuery = q.Encode()
		return u.String()
	}
	for name, address := range map[string]string{
		"another film": changed(func(u *url.URL, q url.Values) {
			u.Path = strings.Replace(u.Path, "/x/", "/y/", 1)
			q.Set("versionId", other.VersionID)
		}),
		"another version":   changed(func(_ *url.URL, q url.Values) { q.Set("versionId", second.VersionID) }),
		"whichever version": changed(func(_ *url.URL, q url.Values) { q.Del("versionId") }),
		"as a page":         changed(func(_ *url.URL, q url.Values) { q.Set("response-content-type", "text/html") }),
		"as a file":         changed(func(_ *url.URL, q url.Values) { q.Set("response-content-disposition", "attachment") }),
		"for an hour":       changed(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Expires", "3600") }),
		"another signature": changed(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Signature", strings.Repeat("0", 64)) }),
	} {
		if res, body := get(address, "bytes=0-3"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d %q", name, res.StatusCode, body)
		}
	}
	for status, end := 0, time.Now().Add(10*time.Second); status != http.StatusForbidden; {
		res, _ := get(short, "bytes=0-3")
		if status = res.StatusCode; time.Now().After(end) {
			t.Fatalf("an address of a second is good after ten: %d", status)
		}
	}
	if address, err := signer.SignVideo(t.Context(), session.Person{Subject: "ada"}, key, first.VersionID, "video/mp4", time.Hour); err == nil {
		t.Errorf("for longer than the credentials: %s", address)
	}
}
