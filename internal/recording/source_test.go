package recording

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"
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

func zstandard(t *testing.T, s string, options ...zstd.EOption) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll([]byte(s), nil)
}

// codecs compress as recorders do.
var codecs = map[string]func(t *testing.T, s string) []byte{
	"gzip": zipped,
	"zstd": func(t *testing.T, s string) []byte { return zstandard(t, s) },
}

func readAll(r io.Reader) (string, error) {
	b, err := io.ReadAll(NewSource(r))
	return string(b), err
}

func TestContentDecidesWhetherItIsCompressed(t *testing.T) {
	skipped := []byte("\x53\x2a\x4d\x18\x03\x00\x00\x00abc") // RFC 8878, section 3.1.2
	for name, in := range map[string][]byte{
		"plain": []byte("a session"), "gzip": zipped(t, "a session"), "zstd": zstandard(t, "a session"),
		"gzip of several members":  append(zipped(t, "a ses"), zipped(t, "sion")...),
		"zstd of several frames":   append(zstandard(t, "a ses"), zstandard(t, "sion")...),
		"zstd with frames to skip": slices.Concat(skipped, zstandard(t, "a ses"), skipped, zstandard(t, "sion"), skipped),
		"zstd without checksums":   zstandard(t, "a session", zstd.WithEncoderCRC(false)),
		"zstd of a single segment": zstandard(t, "a session", zstd.WithSingleSegment(true)),
	} {
		if got, err := readAll(bytes.NewReader(in)); err != nil || got != "a session" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	for _, in := range []string{"", "a", "\x1f", "\x1f\x8b\x08\x65 is the time of a ttyrec", "\x1f\x8b\x00\x00", "\x28\xb5\x2f\x00"} {
		if got, err := readAll(strings.NewReader(in)); err != nil || got != in {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
}

func TestNothingIsReadBeforeItIsAskedFor(t *testing.T) {
	NewSource(iotest.ErrReader(errors.New("this part must not be read")))
	read := int64(0)
	NewSource(&fallible{r: strings.NewReader("secret"), kept: &read})
	if read > 0 {
		t.Errorf("%d bytes were read", read)
	}
}

func TestDamageIsToldFromACutAndFromABrokenConnection(t *testing.T) {
	for codec, compress := range codecs {
		whole := compress(t, strings.Repeat("what happened, ", 100)+strings.Repeat("and when: ", 100))
		for n := 2; n < len(whole); n++ {
			if _, err := readAll(bytes.NewReader(whole[:n])); !errors.Is(err, ErrTruncated) {
				t.Errorf("%s, cut at %d of %d: %v", codec, n, len(whole), err)
			}
			broken := io.MultiReader(bytes.NewReader(whole[:n]), iotest.ErrReader(io.ErrUnexpectedEOF))
			_, err := readAll(broken)
			if _, readable := errors.AsType[*Error](err); err == nil || readable || errors.Is(err, ErrTruncated) {
				t.Errorf("%s, broken at %d: it passes for the recording's fault: %v", codec, n, err)
			}
		}
		damaged := bytes.Clone(whole)
		damaged[len(damaged)-3] ^= 1
		if _, err := readAll(bytes.NewReader(damaged)); err == nil || err.Error() != codec+": the compressed data is damaged" {
			t.Errorf("%s, damaged: %v", codec, err)
		}
		if _, err := readAll(bytes.NewReader(append(whole, "something else"...))); err == nil || err.Error() != codec+": the compressed data is damaged" {
			t.Errorf("%s, something follows: %v", codec, err)
		}
	}
}

func TestAnErrorStays(t *testing.T) {
	for codec, compress := range codecs {
		whole := compress(t, "what happened")
		s := NewSource(bytes.NewReader(whole[:len(whole)-1]))
		for range 3 {
			if _, err := io.ReadAll(s); !errors.Is(err, ErrTruncated) {
				t.Errorf("%s: %v", codec, err)
			}
		}
	}
}

func TestABombStopsEarly(t *testing.T) {
	var sizes Sizes
	bomb := zstandard(t, strings.Repeat("0", 128<<20))
	_, err := io.Copy(io.Discard, sizes.Source(bytes.NewReader(bomb)))
	if _, ok := errors.AsType[*Error](err); !ok || err.Error() != "zstd: it is compressed more than 5000 times: it is taken for a bomb" {
		t.Errorf("%d bytes: %v", len(bomb), err)
	}
	if sizes.Raw() > 72<<20 {
		t.Errorf("it was read to %d bytes", sizes.Raw())
	}
}

// A typescript of a program that says the same for ever is compressed as well as a bomb is; its timing file is not.
func TestAllPartsOfARecordingCountForWhatIsABomb(t *testing.T) {
	typescript := zstandard(t, strings.Repeat("y\r\n", 40<<20))
	for kept, refused := range map[int]bool{0: true, 1 << 10: true, 100 << 10: false} {
		var sizes Sizes
		if _, err := io.Copy(io.Discard, sizes.Source(bytes.NewReader(make([]byte, kept)))); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, sizes.Source(bytes.NewReader(typescript))); (err != nil) != refused {
			t.Errorf("beside %d bytes: %v", kept, err)
		}
	}
}

// A frame says how much memory it needs. What `zstd -d` would not give, is not given here.
func TestAFrameThatNeedsMuchMemoryIsRefusedBeforeItGetsIt(t *testing.T) {
	const magic = "\x28\xb5\x2f\xfd"
	for name, c := range map[string]struct{ in, want string }{
		"a window of 128 MiB":  {magic + "\x00\x88\x01\x00\x00", ""}, // RFC 8878, section 3.1.1.1.2; then an empty block
		"a window of 144 MiB":  {magic + "\x00\x89\x01\x00\x00", "zstd: it needs more than 128 MiB of memory"},
		"a window of 3.75 TiB": {magic + "\x00\xff\x01\x00\x00", "zstd: it needs more than 128 MiB of memory"},
		"a length of 4 GiB":    {magic + "\xa0\xff\xff\xff\xff\x01\x00\x00", "zstd: it needs more than 128 MiB of memory"},
		"a dictionary":         {magic + "\x01\x88\x07\x01\x00\x00", "zstd: it needs a dictionary"},
	} {
		_, err := readAll(strings.NewReader(c.in))
		if _, ok := errors.AsType[*Error](err); c.want == "" && err != nil || c.want != "" && (!ok || err.Error() != c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSource(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00\x09\x00\x00a\x00\x00\x00\x00"))
	f.Add([]byte("\x50\x2a\x4d\x18\x01\x00\x00\x00a"))
	f.Fuzz(func(t *testing.T, in []byte) {
		_, err := io.Copy(io.Discard, io.LimitReader(NewSource(bytes.NewReader(in)), 1<<20))
		if _, ok := errors.AsType[*Error](err); err != nil && !ok && !errors.Is(err, ErrTruncated) {
			t.Errorf("an error of no known kind: %v", err)
		}
	})
}
