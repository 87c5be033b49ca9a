package display

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What chromium makes of each image lies beside it: red, green, blue and alpha of each pixel, not multiplied
// (web/e2e/images.test.mjs). JPEG leaves it to the decoder how exact its cosines are: Go and libjpeg-turbo differ by up to 3.
func TestImagesAreDecodedAsTheBrowserDoesIt(t *testing.T) {
	paths, err := filepath.Glob("testdata/images/*.rgba")
	if err != nil || len(paths) < 20 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path[:len(path)-len(".rgba")])
		if err != nil {
			t.Fatal(err)
		}
		pix, err := decode(data)
		if err != nil || len(pix.Pix) != len(want) {
			t.Errorf("%s: %v, %v", path, pix.Rect, err)
			continue
		}
		wrong, most := 0, 0
		for i, got := range pix.Pix {
			v := int(want[i])
			if i%4 < 3 { // as the canvas has it
				v = (v*int(want[i/4*4+3]) + 127) / 255
			}
			if d := int(got) - v; d != 0 {
				wrong++
				most = max(most, d, -d)
			}
		}
		if most > 0 && (!strings.Contains(path, ".jpeg") || most > 3) {
			t.Errorf("%s: %d of %d channels are wrong, by %d at most", path, wrong, len(want), most)
		}
	}
}

func TestAPhotographThatTurnsOutToBeNoneIsDoubtfulUntilItIsCovered(t *testing.T) {
	data := slices.Clone(images[0])
	if err := New().Image(14, 0, 0, 0, data[:len(data)/2]); !errors.Is(err, ErrImage) {
		t.Errorf("half of one: %v", err)
	}
	data = data[:len(data)/4*2] // and with the lengths of a whole one
	binary.LittleEndian.PutUint32(data[4:], uint32(len(data)-8))
	binary.LittleEndian.PutUint32(data[16:], uint32(len(data)-20))
	if _, err := decode(data); !errors.Is(err, ErrImage) {
		t.Fatal(err)
	}
	d := New()
	feed(t, d, "size 0 64 64")
	if err := d.Image(14, 0, 0, 0, data); err != nil || d.TakeFailed() != 0 {
		t.Fatal(err)
	}
	feed(t, d, "rect 0 0 0 64 63; cfill 14 0 1 2 3 255")
	if _, err := d.AppendKeyframe(nil); !errors.Is(err, ErrDoubtful) || d.TakeFailed() != 1 || d.TakeFailed() != 0 {
		t.Errorf("a row of it is seen: %v", err)
	}
	feed(t, d, "rect 0 0 0 64 64; cfill 14 0 1 2 3 255")
	if _, err := d.AppendKeyframe(nil); err != nil {
		t.Errorf("nothing of it is seen: %v", err)
	}
}

// What is taken for a photograph without being decoded is opaque and of that size, unless it turns out to be none.
func FuzzPhotographs(f *testing.F) {
	paths, err := filepath.Glob("testdata/images/*[gp]")
	if err != nil || len(paths) < 20 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)*3/4])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := photoOf(data)
		if p != nil && inBounds(p.size) == nil && p.size.X*p.size.Y > 1<<20 {
			t.Skip() // it would take long
		}
		pix, err := decode(data)
		if err != nil && !errors.Is(err, ErrImage) && !errors.Is(err, ErrBounds) {
			t.Fatal(err)
		}
		if err == nil && p != nil && (pix.Rect.Size() != p.size || !pix.Opaque()) {
			t.Fatalf("%v, opaque %v, is taken for %v", pix.Rect, pix.Opaque(), p.size)
		}
	})
}
