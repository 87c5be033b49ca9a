package video

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
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
		"fragments.mp4": {Type: "video/mp4", Duration: 8 * time.Second}, // its length stands nowhere: it is that of its fragments
		"film.webm":     {Type: "video/webm", Duration: 8 * time.Second},
		"live.webm":     {Type: "video/webm", Duration: 7800 * time.Millisecond}, // up to the start of its last picture
	} {
		data := film(t, name)
		got, err := Read(iotest.HalfReader(bytes.NewReader(data)))
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

// words are numbers of 32 bits.
func words(numbers ...uint32) (b []byte) {
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func TestAFilmInFragmentsIsAsLongAsTheyAre(t *testing.T) {
	ftyp := boxed("ftyp", []byte("isom0000")...)
	tracks := slices.Concat(boxed("mvhd", words(0, 0, 0, 1000, 0)...),
		boxed("trak", append(boxed("tkhd", words(0, 0, 0, 1)...), boxed("mdia", boxed("mdhd", words(0, 0, 0, 90_000, 0, 0)...)...)...)...),
		boxed("trak", append(boxed("tkhd", words(0, 0, 0, 2)...), boxed("mdia", boxed("mdhd", words(0, 0, 0, 48_000, 0, 0)...)...)...)...),
		boxed("mvex", append(boxed("trex", words(0, 1, 1, 3000, 0, 0)...), boxed("trex", words(0, 2, 1, 1024, 0, 0)...)...)...))
	start := append(ftyp, boxed("moov", tracks...)...)
	fragment := func(boxes ...[]byte) []byte {
		return append(boxed("moof", boxed("traf", slices.Concat(boxes...)...)...), boxed("mdat", 1, 2, 3)...)
	}
	usual := fragment(boxed("tfhd", words(0, 1)...), boxed("trun", words(0, 30)...))
	for name, c := range map[string]struct {
		fragments []byte
		want      time.Duration
	}{
		"none":                    {nil, 0},
		"the track's length":      {usual, time.Second},
		"three of them":           {slices.Concat(usual, usual, usual), 3 * time.Second},
		"the fragment's length":   {fragment(boxed("tfhd", words(8, 1, 6000)...), boxed("trun", words(1, 30, 99)...)), 2 * time.Second},
		"the samples' own":        {fragment(boxed("tfhd", words(3, 1, 0, 0, 1)...), boxed("trun", words(0x301, 2, 99, 45_000, 7, 90_000, 7)...)), 1500 * time.Millisecond},
		"after a pause":           {fragment(boxed("tfhd", words(0, 1)...), boxed("tfdt", words(1<<24, 0, 900_000)...), boxed("trun", words(0, 30)...)), 11 * time.Second},
		"the longer of two":       {slices.Concat(usual, fragment(boxed("tfhd", words(0, 2)...), boxed("trun", words(0, 94)...))), 2005333333},
		"a track that is unknown": {fragment(boxed("tfhd", words(0, 9)...), boxed("trun", words(0, 30)...)), 0},
		"cut off in the second":   {slices.Concat(usual, usual[:20]), time.Second},
	} {
		f, err := Read(bytes.NewReader(slices.Concat(start, c.fragments)))
		if err != nil || f.Duration != c.want || f.Truncated != (name == "cut off in the second") {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	for want, wrong := range map[string][]byte{
		"a trun that ends early": fragment(boxed("tfhd", words(0, 1)...), boxed("trun", words(0x100, 1<<31, 5)...)),
		"a trun of 4 bytes":      fragment(boxed("tfhd", words(0, 1)...), boxed("trun", words(0)...)),
		"a tfhd that ends early": fragment(boxed("tfhd", words(8, 1)...)),
	} {
		if _, err := Read(bytes.NewReader(append(start, wrong...))); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	var many []byte
	for n := range uint32(200) {
		many = append(many, boxed("trak", boxed("tkhd", words(0, 0, 0, n)...)...)...)
	}
	if _, err := Read(bytes.NewReader(append(ftyp, boxed("moov", many...)...))); err == nil || !strings.HasSuffix(err.Error(), "more than 100 tracks") {
		t.Errorf("200 tracks: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(film(f, "fragments.mp4")[:1500])
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
