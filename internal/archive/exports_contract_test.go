package archive_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tapedeck/internal/archive"
	"tapedeck/internal/archive/archivetest"
	"tapedeck/internal/session"
)

func TestExportsInMemoryKeepTheirContract(t *testing.T) {
	x := archivetest.NewExports()
	archivetest.ExportsContract(t, archivetest.ExportsEngine{Files: x, PutOriginal: x.PutOriginal}, 1001)
}

// putOriginal puts an object into the evidence bucket, as archiving does.
func putOriginal(t *testing.T, client *s3.Client, bucket string) func(key string, data []byte) session.Stored {
	return func(key string, data []byte) session.Stored {
		t.Helper()
		out, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data)})
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		return session.Stored{Key: key, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), VersionID: aws.ToString(out.VersionId)}
	}
}

func TestExportsOnS3KeepTheirContract(t *testing.T) {
	client, b := versity(t)
	archivetest.ExportsContract(t, archivetest.ExportsEngine{Files: archive.NewExports(client, b.Derived, "", b.Evidence),
		PutOriginal: putOriginal(t, client, b.Evidence)}, 1001)
}

func TestContractOfSignedFiles(t *testing.T) {
	client, b := versity(t)
	key := "sessions/x/a/original/0-a b.cast"
	first := putOriginal(t, client, b.Evidence)(key, []byte("first"))
	second := putOriginal(t, client, b.Evidence)(key, []byte("second"))
	other := putOriginal(t, client, b.Evidence)("sessions/y/a/original/0-a b.cast", []byte("other"))
	if first.VersionID == second.VersionID {
		t.Fatal("the bucket keeps no versions")
	}
	signer := archive.NewSigner(&roles{}, s3With(os.Getenv("TAPEDECK_VERSITYGW")), "role", b.Evidence, time.Now)
	sign := func(life time.Duration) string {
		t.Helper()
		signed, err := signer.SignFile(t.Context(), session.Person{Subject: "ada"}, key, first.VersionID, "한글 \"a\".cast", life)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	get := func(address string) (*http.Response, string) {
		t.Helper()
		res, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var body bytes.Buffer
		if _, err := body.ReadFrom(res.Body); err != nil {
			t.Fatal(err)
		}
		return res, body.String()
	}
	signed, short := sign(time.Minute), sign(time.Second)
	res, body := get(signed)
	if _, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition")); res.StatusCode != http.StatusOK || body != "first" || err != nil || params["filename"] != "한글 \"a\".cast" {
		t.Errorf("%d %q, saved as %q, %v", res.StatusCode, body, params["filename"], err)
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
		"another object": changed(func(u *url.URL, q url.Values) {
			u.Path = strings.Replace(u.Path, "/x/", "/y/", 1)
			q.Set("versionId", other.VersionID)
		}),
		"another version":   changed(func(_ *url.URL, q url.Values) { q.Set("versionId", second.VersionID) }),
		"whichever version": changed(func(_ *url.URL, q url.Values) { q.Del("versionId") }),
		"another name":      changed(func(_ *url.URL, q url.Values) { q.Set("response-content-disposition", `attachment; filename="x"`) }),
		"no name":           changed(func(_ *url.URL, q url.Values) { q.Del("response-content-disposition") }),
		"shown as a page":   changed(func(_ *url.URL, q url.Values) { q.Set("response-content-type", "text/html") }),
		"for an hour":       changed(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Expires", "3600") }),
		"another signature": changed(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Signature", strings.Repeat("0", 64)) }),
	} {
		if res, body := get(address); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d %q", name, res.StatusCode, body)
		}
	}
	for status, end := 0, time.Now().Add(10*time.Second); status != http.StatusForbidden; {
		res, _ := get(short)
		if status = res.StatusCode; time.Now().After(end) {
			t.Fatalf("an address of a second is good after ten: %d", status)
		}
	}
}

func TestAttachmentsKeepTheirNames(t *testing.T) {
	for name, want := range map[string]string{
		"ubuntu_20261123-01.cast.age": `attachment; filename="ubuntu_20261123-01.cast.age"`,
		"한.cast":                      `attachment; filename="_.cast"; filename*=UTF-8''%ED%95%9C.cast`,
		"a\"b\\c%d\r\nX: y":           `attachment; filename="a_b_c_d__X: y"; filename*=UTF-8''a%22b%5Cc%25d%0D%0AX%3A%20y`,
	} {
		if got := archive.Attachment(name); got != want {
			t.Errorf("%q: %s", name, got)
		}
		if _, params, err := mime.ParseMediaType(archive.Attachment(name)); err != nil || params["filename"] != name {
			t.Errorf("%q is saved as %q, %v", name, params["filename"], err)
		}
	}
}
