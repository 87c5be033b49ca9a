package guac

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"

	"tapedeck/internal/recording"
)

const recordings = "../../../testdata/recordings/guac/"

// raw is a recording, decompressed.
func raw(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// parse gives the instructions of a recording, encoded again, and the error that ended them.
func parse(r io.Reader) (again []byte, count int, err error) {
	for i, err := range Instructions(r) {
		if err != nil {
			return again, count, err
		}
		again = Append(again, string(i.Opcode), i.Args...)
		count++
	}
	return again, count, nil
}

func TestWhatIsReadIsEncodedAgainToTheSameBytes(t *testing.T) {
	files, _ := filepath.Glob(recordings + "*.guac.gz")
	if len(files) < 4 {
		t.Fatalf("%d recordings", len(files))
	}
	for _, path := range files {
		data := raw(t, path)
		again, count, err := parse(bytes.NewReader(data))
		cut := errors.Is(err, recording.ErrTruncated)
		if err != nil && !cut || cut != strings.Contains(path, "killed") {
			t.Errorf("%s: %v", path, err)
		}
		if count < 1000 || !bytes.HasPrefix(data, again) || !cut && len(again) != len(data) {
			t.Errorf("%s: %d instructions of %d bytes are not its %d", path, count, len(again), len(data))
		}
	}
}

func TestTheKilledRecordingEndsWithItsLastWholeInstruction(t *testing.T) {
	data := raw(t, recordings+"vnc-killed-mid-instruction.guac.gz")
	again, count, err := parse(bytes.NewReader(data))
	if count != 2203 || len(data)-len(again) != 1348 || !errors.Is(err, recording.ErrTruncated) {
		t.Errorf("%d instructions, %d bytes after them, %v", count, len(data)-len(again), err)
	}
}

func TestLengthsCountCharactersAndNotBytes(t *testing.T) {
	in := "4.name,13.🚀 deploy 東京 𝒳;4.name,5.łódź!;4.sync,1.1,1.0;4.name,0.;"
	for name, r := range map[string]io.Reader{"at once": strings.NewReader(in), "byte by byte": iotest.OneByteReader(strings.NewReader(in))} {
		var got []string
		for i, err := range Instructions(r) {
			if err != nil {
				t.Fatal(name, err)
			}
			got = append(got, fmt.Sprintf("%s %q", i.Opcode, i.Args))
		}
		if want := `name ["🚀 deploy 東京 𝒳"]|name ["łódź!"]|sync ["1" "0"]|name [""]`; strings.Join(got, "|") != want {
			t.Errorf("%s: %s", name, strings.Join(got, "|"))
		}
	}
	if got := Append(nil, "name", "🚀é"); string(got) != "4.name,2.🚀é;" {
		t.Errorf("encoded as %q", got)
	}
}

func TestWhatIsNoInstructionIsRefusedWithItsPlace(t *testing.T) {
	long := strings.Repeat("1", 9) + ".x;"
	for in, want := range map[string]string{
		"4.sync,1.1;hello":                            "guacamole: byte 11: the length of an element is missing",
		"4.sync,1.1;.x;":                              "guacamole: byte 11: the length of an element is missing",
		"4.sync,3.1;4.sync,1.2;":                      "guacamole: byte 12: an element does not end where its length says",
		"4.sync,1.12;":                                "guacamole: byte 10: an element does not end where its length says",
		"4.name,1.łó;":                                "guacamole: byte 11: an element does not end where its length says",
		"4.blob,10.4294967296;4.sync,1.1;" + long:     "guacamole: byte 32: an element has a length of more than 8 digits",
		"4.blob,10.4294967296,4294967296.x;":          "guacamole: byte 21: an element has a length of more than 8 digits",
		"4.blob,16777216.x;":                          "guacamole: byte 16: an instruction is longer than 16 MiB",
		"4.rect" + strings.Repeat(",1.0", 1024) + ";": "guacamole: byte 4099: an instruction has more than 1024 elements",
		"4.sync,-1.;":                                 "guacamole: byte 7: the length of an element is missing",
	} {
		_, _, err := parse(strings.NewReader(in))
		if bad, ok := errors.AsType[*recording.Error](err); !ok || bad.Error() != want {
			t.Errorf("%.40q: %v", in, err)
		}
	}
}

func TestWhateverIsCutOffIsTruncatedAndNothingElse(t *testing.T) {
	in := "4.size,1.0,2.64,2.64;4.name,2.🚀é;4.sync,1.1;"
	for n := range len(in) {
		again, _, err := parse(strings.NewReader(in[:n]))
		whole := n == 0 || in[n-1] == ';'
		if whole != (err == nil) || !whole && !errors.Is(err, recording.ErrTruncated) || !strings.HasPrefix(in, string(again)) {
			t.Errorf("%q: %v", in[:n], err)
		}
	}
}

func TestASourceThatFailsIsNoRecordingThatWasCutOff(t *testing.T) {
	broken := errors.New("the connection broke")
	_, count, err := parse(io.MultiReader(strings.NewReader("4.sync,1.1;4.sync,1."), iotest.ErrReader(broken)))
	if count != 1 || !errors.Is(err, broken) {
		t.Errorf("%d instructions, %v", count, err)
	}
}

func TestALongInstructionIsReadWhole(t *testing.T) {
	in := Append(nil, "blob", "1", strings.Repeat("é", 4<<20))
	again, count, err := parse(bytes.NewReader(in))
	if err != nil || count != 1 || !bytes.Equal(again, in) {
		t.Errorf("%d instructions, %d bytes, %v", count, len(again), err)
	}
}

func TestARecordingIsKnownByItsFirstInstruction(t *testing.T) {
	for head, want := range map[string]bool{
		"4.size,1.0,4.1024,3.768;": true, "3.end,1.1;4.size,1.0": true, "9.terminate;": true,
		"": false, "4.siz": false, "4.size": false, "5.size,": false, "4.SIZE,": false, `{"version": 2}`: false, "12:00 up": false, "0.25 11\n": false,
	} {
		if Looks([]byte(head)) != want {
			t.Errorf("%q: not %v", head, want)
		}
	}
}

func FuzzInstructions(f *testing.F) {
	for _, s := range []string{"4.size,1.0,2.64,2.64;4.sync,1.1,1.0;", "4.name,2.🚀é;", "4.blob,99999999.x", "1.\xff;", "3.end,1.1;", "4.name,2.a\x80;"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		again, _, err := parse(bytes.NewReader(in))
		slow, _, err2 := parse(iotest.OneByteReader(bytes.NewReader(in)))
		if !bytes.Equal(again, slow) || fmt.Sprint(err) != fmt.Sprint(err2) {
			t.Fatalf("%q and %v, or %q and %v: it depends on how the bytes come", again, err, slow, err2)
		}
		if err == nil {
			if third, _, err := parse(bytes.NewReader(again)); err != nil || !bytes.Equal(third, again) {
				t.Fatalf("%q is read again as %q, %v", again, third, err)
			}
		}
	})
}

func BenchmarkInstructions(b *testing.B) {
	data := raw(b, recordings+"rdp-xrdp-1280x720.guac.gz")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := parse(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
