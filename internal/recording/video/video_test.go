package video

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tapedeck/internal/recording"
)

const films = "../../../testdata/recordings/video/"

func film(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(films + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAFilmSaysWhatItIsAndHowLong(t *testing.T) {
	for name, want := range map[string]Film{
		"film.mp4":      {Type: "video/mp4", Duration: 8 * time.Second},
		"fragments.mp4": {Type: "video/mp4"}, // its length stands nowhere
		"film.webm":     {Type: "video/webm", Duration: 8 * time.Second},
		"live.webm":     {Type: "video/webm", Duration: 7800 * time.Millisecond}, // up to the start of its last picture
	} {
		data := film(t, name)
		got, err := Read(iotest.HalfReader(bytes.NewReader(data)))
		got.scale = 0
		if err != nil || got != want || !Looks(data[:Head]) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAFilmThatIsCutOff(t *testing.T) {
	whole := film(t, "film.mp4") // its description comes last
	for n := Head; n < len(whole); n += 97 {
		f, err := Read(bytes.NewReader(whole[:n]))
		if e, ok := errors.AsType[*recording.Error](err); (!ok || !strings.Contains(e.What, "moov")) && !f.Truncated {
			t.Fatalf("after %d bytes: %+v, %v", n, f, err)
		}
	}
	live := film(t, "live.webm")
	f, err := Read(bytes.NewReader(live[:len(live)-100]))
	if err != nil || !f.Truncated || f.Duration < 7*time.Second {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestABrokenConnectionIsNoFilmThatIsCutOff(t *testing.T) {
	broken := errors.New("connection reset")
	for _, name := range []string{"film.mp4", "film.webm"} {
		data := film(t, name)
		if _, err := Read(io.MultiReader(bytes.NewReader(data[:len(data)/2]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// boxed is a box of MP4.
func boxed(kind string, body ...byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}

func TestWhatIsNoFilmSaysSo(t *testing.T) {
	ftyp := boxed("ftyp", []byte("isom0000")...)
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"nothing":                       {nil, "video: it is neither MP4 nor WebM"},
		"text":                          {[]byte("a recording of text"), "video: it is neither MP4 nor WebM"},
		"a box smaller than its head":   {append(ftyp, 0, 0, 0, 7, 'f', 'r', 'e', 'e'), "video: byte 24: a box of 7 bytes"},
		"a box beyond all bounds":       {append(ftyp, append([]byte{0, 0, 0, 1, 'f', 'r', 'e', 'e'}, bytes.Repeat([]byte{255}, 8)...)...), "video: byte 32: a box of 18446744073709551615 bytes"},
		"a box larger than its own":     {append(ftyp, boxed("moov", boxed("free", 1)[:8]...)...), "video: byte 32: a box that is larger than the one that it is in"},
		"a description that ends early": {append(ftyp, boxed("moov", boxed("mvhd", 0, 0, 0, 0, 1)...)...), "video: byte 37: a mvhd that ends early"},
		"no description":                {ftyp, "video: it lacks what describes the film (moov): it was probably cut off"},
		"EBML of another kind":          {append(bytes.Clone(ebmlID), 0x84, 0x42, 0x82, 0x81, 'x', 0, 0, 0, 0, 0), "video: byte 10: a number of 9 bytes"},
	} {
		_, err := Read(bytes.NewReader(c.in))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"film.mp4", "fragments.mp4", "film.webm", "live.webm"} {
		f.Add(film(f, name)[:600])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Read(bytes.NewReader(data))
		if _, ok := errors.AsType[*recording.Error](err); err != nil && !ok {
			t.Fatal(err)
		}
		if got.Duration < 0 || got.Duration > recording.MaxLength {
			t.Fatal(got)
		}
	})
}
