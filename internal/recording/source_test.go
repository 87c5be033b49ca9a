package recording

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func zipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readAll(r io.Reader) (string, error) {
	s, err := NewSource(r)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(s)
	return string(b), err
}

func TestContentDecidesWhetherItIsCompressed(t *testing.T) {
	for name, in := range map[string][]byte{
		"plain": []byte("a session"), "gzip": zipped(t, "a session"),
		"gzip of several members": append(zipped(t, "a ses"), zipped(t, "sion")...),
	} {
		if got, err := readAll(bytes.NewReader(in)); err != nil || got != "a session" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if got, err := readAll(strings.NewReader("")); err != nil || got != "" {
		t.Errorf("nothing: got %q, %v", got, err)
	}
}

func TestDamageIsToldFromACutAndFromABrokenConnection(t *testing.T) {
	whole := zipped(t, strings.Repeat("what happened, ", 100))
	if _, err := readAll(bytes.NewReader(whole[:len(whole)-9])); !errors.Is(err, ErrTruncated) {
		t.Errorf("cut: %v", err)
	}
	if _, err := readAll(bytes.NewReader(whole[:5])); !errors.Is(err, ErrTruncated) {
		t.Errorf("cut in the header: %v", err)
	}
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-6] ^= 1
	if _, err := readAll(bytes.NewReader(damaged)); err == nil || err.Error() != "gzip: the compressed data is damaged" {
		t.Errorf("damaged: %v", err)
	}
	broken := io.MultiReader(bytes.NewReader(whole[:40]), iotest.ErrReader(io.ErrUnexpectedEOF))
	_, err := readAll(broken)
	if _, readable := errors.AsType[*Error](err); err == nil || readable || errors.Is(err, ErrTruncated) {
		t.Errorf("a broken connection passes for the recording's fault: %v", err)
	}
}

func TestABombStopsEarly(t *testing.T) {
	bomb := zipped(t, strings.Repeat("0", 128<<20))
	s, err := NewSource(bytes.NewReader(bomb))
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, s)
	if _, ok := errors.AsType[*Error](err); !ok || !strings.Contains(err.Error(), "more than 900 times") {
		t.Errorf("a bomb: %v", err)
	}
	if s.Size() > 65<<20 {
		t.Errorf("it was read to %d bytes", s.Size())
	}
}

func FuzzSource(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := NewSource(bytes.NewReader(in))
		if err != nil {
			return
		}
		_, err = io.Copy(io.Discard, io.LimitReader(s, 1<<20))
		if _, ok := errors.AsType[*Error](err); err != nil && !ok && !errors.Is(err, ErrTruncated) {
			t.Errorf("an error of no known kind: %v", err)
		}
	})
}
