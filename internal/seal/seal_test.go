package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"testing"

	"filippo.io/age"
)

const testPassphrase = "correct horse battery staple"

// quick makes a header and a sealer with a passphrase that costs next to nothing.
func quick(t testing.TB) (Header, *Sealer) {
	t.Helper()
	h, key, err := newHeader(testPassphrase, 2)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSealer(h, key)
	if err != nil {
		t.Fatal(err)
	}
	return h, s
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// sealParts seals the parts of a recording in an order by chance, and puts them one after another.
func sealParts(t testing.TB, s *Sealer, plain []byte, partSize int) []byte {
	t.Helper()
	parts := make([][]byte, max(1, (len(plain)+partSize-1)/partSize))
	for _, n := range mathrand.Perm(len(parts)) {
		part := plain[n*partSize : min((n+1)*partSize, len(plain))]
		var err error
		parts[n], err = s.Part(nil, bytes.NewReader(part), int64(n*partSize), int64(len(part)), int64(len(plain)))
		if err != nil {
			t.Fatal(err)
		}
		if want := s.header.PartSize(int64(n*partSize), int64(len(part))); int64(len(parts[n])) != want {
			t.Fatalf("part %d has %d bytes, PartSize says %d", n, len(parts[n]), want)
		}
	}
	return slices.Concat(parts...)
}

// stock opens a file with the stock library.
func stock(file []byte, passphrase string) ([]byte, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(file), id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestPartsMadeInAnyOrderAreAFileThatTheStockLibraryOpens(t *testing.T) {
	h, s := quick(t)
	for _, partSize := range []int{ChunkSize, 3 * ChunkSize, 16 * ChunkSize} {
		sizes := []int{0, 1, 15, ChunkSize - 1, ChunkSize, ChunkSize + 1, 2 * ChunkSize, partSize - 1, partSize, partSize + 1,
			2*partSize - 1, 2 * partSize, 2*partSize + 1}
		for range 8 {
			sizes = append(sizes, mathrand.IntN(5*partSize))
		}
		for _, size := range sizes {
			plain := random(size)
			file := sealParts(t, s, plain, partSize)
			if got := int64(len(file)); got != h.SealedSize(int64(size)) {
				t.Errorf("%d bytes in parts of %d: the file has %d bytes, SealedSize says %d", size, partSize, got, h.SealedSize(int64(size)))
			}
			if got, err := stock(file, testPassphrase); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes in parts of %d: %d bytes come back, %v", size, partSize, len(got), err)
			}
		}
	}
}

func TestTheHeaderHasWorkFactor18(t *testing.T) {
	h, key, err := New(testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`\Aage-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} 18\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n\z`)
	if nonce := len(h) - nonceSize; !form.Match(h[:nonce]) {
		t.Errorf("the header is %q", h)
	}
	if _, err := NewSealer(h, key); err != nil {
		t.Error(err)
	}
}

func TestAnotherPassphraseDoesNotOpenTheFile(t *testing.T) {
	_, s := quick(t)
	file := sealParts(t, s, []byte("hello"), ChunkSize)
	for _, wrong := range []string{testPassphrase + ".", testPassphrase[1:], "Correct horse battery staple"} {
		if _, err := stock(file, wrong); !errors.Is(err, age.ErrIncorrectIdentity) {
			t.Errorf("with %q: %v", wrong, err)
		}
	}
}

func TestNoTwoHeadersShareAnything(t *testing.T) {
	a, keyA, _ := newHeader(testPassphrase, 2)
	b, keyB, _ := newHeader(testPassphrase, 2)
	if keyA == keyB || keyA == (FileKey{}) || bytes.Equal(a, b) || bytes.Equal(a[len(a)-nonceSize:], b[len(b)-nonceSize:]) {
		t.Error("key, header or nonce came twice")
	}
}

func TestAKeyThatIsNotTheHeadersIsRefused(t *testing.T) {
	h, key, err := newHeader(testPassphrase, 2)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(key) {
		wrong := key
		wrong[bit/8] ^= 1 << (bit % 8)
		if _, err := NewSealer(h, wrong); !errors.Is(err, ErrKey) {
			t.Errorf("bit %d of the key is another: %v", bit, err)
		}
	}
	for name, wrong := range map[string]Header{
		"none": nil, "only a nonce": h[len(h)-nonceSize:], "without its nonce": h[:len(h)-nonceSize],
		"cut off": h[:len(h)-1], "followed by a chunk": append(slices.Clone(h), 0)} {
		if _, err := NewSealer(wrong, key); err == nil {
			t.Errorf("a header that is %s is taken", name)
		}
	}
	for _, n := range []int{0, 15, 17, 32} {
		if _, err := ToFileKey(make([]byte, n)); !errors.Is(err, ErrKey) {
			t.Errorf("a key of %d bytes: %v", n, err)
		}
	}
}

func TestAChangedBitInAnyChunkIsNoticed(t *testing.T) {
	h, s := quick(t)
	const total = 4*ChunkSize + 100
	plain := random(total)
	file := sealParts(t, s, plain, 2*ChunkSize)
	for n := range Chunks(total) {
		at, length := h.Chunk(n, total)
		chunk := file[at : at+length]
		if got, err := s.Open(nil, chunk, n, total); err != nil || !bytes.Equal(got, plain[n*ChunkSize:min((n+1)*ChunkSize, total)]) {
			t.Errorf("chunk %d: %d bytes come back, %v", n, len(got), err)
		}
		for _, byteAt := range []int64{0, mathrand.Int64N(length), length - 1} {
			chunk[byteAt] ^= 1
			if _, err := s.Open(nil, chunk, n, total); !errors.Is(err, ErrChunk) {
				t.Errorf("byte %d of chunk %d is another: Open says %v", byteAt, n, err)
			}
			if _, err := stock(file, testPassphrase); err == nil {
				t.Errorf("byte %d of chunk %d is another: the stock library opens it", byteAt, n)
			}
			chunk[byteAt] ^= 1
		}
	}
}

func TestAChunkOpensOnlyInItsPlace(t *testing.T) {
	h, s := quick(t)
	const total = 3 * ChunkSize
	file := sealParts(t, s, random(total), ChunkSize)
	chunk := func(n int64) []byte { at, length := h.Chunk(n, total); return file[at : at+length] }
	for name, open := range map[string]func() ([]byte, error){
		"another's place":         func() ([]byte, error) { return s.Open(nil, chunk(0), 1, total) },
		"the end, and it was not": func() ([]byte, error) { return s.Open(nil, chunk(1), 1, 2*ChunkSize) },
		"not the end, and it was": func() ([]byte, error) { return s.Open(nil, chunk(2), 2, 4*ChunkSize) },
		"no place":                func() ([]byte, error) { return s.Open(nil, chunk(0), -1, total) },
		"after the end":           func() ([]byte, error) { return s.Open(nil, chunk(0), 3, total) },
		"its place, cut off":      func() ([]byte, error) { return s.Open(nil, chunk(0)[:100], 0, total) },
		"its place in another file": func() ([]byte, error) {
			_, other := quick(t)
			return other.Open(nil, chunk(0), 0, total)
		},
	} {
		if _, err := open(); !errors.Is(err, ErrChunk) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSamePartIsSealedToTheSameBytesByManyAtOnce(t *testing.T) {
	_, s := quick(t)
	plain := random(3*ChunkSize + 5)
	want := sealParts(t, s, plain, len(plain))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := s.Part(nil, bytes.NewReader(plain), 0, int64(len(plain)), int64(len(plain)))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("it is another: %v", err)
			}
		})
	}
	all.Wait()
}
