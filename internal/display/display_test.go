package display

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"strings"
	"testing"

	"tapedeck/internal/recording/guac"
)

// feed draws instructions that are written shortly: "size 0 64 64; rect 0 0 0 8 8". Those that are not drawn are errors.
func feed(t testing.TB, d *Display, script string) {
	t.Helper()
	for _, s := range strings.Split(script, ";") {
		f := strings.Fields(s)
		if len(f) == 0 {
			continue
		}
		if err := try(d, f); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func try(d *Display, fields []string) error {
	args := make([][]byte, len(fields)-1)
	for i, a := range fields[1:] {
		args[i] = []byte(a)
	}
	return d.Draw(fields[0], args)
}

// fromKeyframe is a new display that a display's keyframe made, and the keyframe.
func fromKeyframe(t testing.TB, d *Display) (*Display, string) {
	t.Helper()
	b, err := d.AppendKeyframe(nil)
	if err != nil {
		t.Fatal(err)
	}
	made := New()
	play(t, made, b)
	return made, string(b)
}

// play draws instructions as they are stored.
func play(t testing.TB, d *Display, b []byte) {
	t.Helper()
	var s Streams
	for i, err := range guac.Instructions(bytes.NewReader(b)) {
		if err != nil {
			t.Fatal(err)
		}
		switch string(i.Opcode) {
		case "img":
			err = s.Begin(i.Args)
		case "blob":
			s.Blob(1, i.Args[1])
			s.Blob(0, i.Args[1])
		case "end":
			n, _ := Number(i.Args[0])
			var done *Stream
			if done, err = s.End(n); err == nil {
				err = d.Show(done)
			}
		default:
			err = d.Draw(string(i.Opcode), i.Args)
		}
		if err != nil {
			t.Fatalf("%.60q: %v", i.Raw, err)
		}
	}
}

// at is a pixel of a canvas, as it is kept.
func at(d *Display, layer, x, y int) color.RGBA { return d.layers[layer].pix.RGBAAt(x, y) }

// An outer layer of 64x64 with a red square, a buffer, a turned and shaded layer, and the rest of what can be said.
const everything = `size 0 100 70; rect 0 0 0 50 50; cfill 14 0 255 0 0 255; rect 0 60 60 8 8; cfill 14 0 0 0 255 128;
	size 1 30 30; move 1 0 5 6 2; rect 1 0 0 30 30; cfill 14 1 0 255 0 255; shade 1 100;
	size 3 10 10; move 3 1 1 1 0; size 2 20 20; move 2 1 3 3 0; rect 2 1 1 3 3; cfill 12 2 9 8 7 6; distort 2 0.5 0 0 0.5 1 1;
	copy 0 0 0 50 50 14 -1 3 4; rect -2 0 0 11 16; cfill 14 -2 1 2 3 255; cursor 4 5 -2 0 0 11 16; rect -3 0 0 4 4; rect -3 9 9 4 4;
	transfer 0 0 0 20 20 12 -4 0 0; rect -5 0 0 5 5; cfill 12 -5 5 5 5 5; rect 0 3 3 3 3`

func TestAKeyframeMakesTheSameDisplayAndChangesNothingInOneThatIsSo(t *testing.T) {
	for name, script := range map[string]string{
		"nothing":                             "",
		"only a size":                         "size 0 640 480",
		"everything":                          everything,
		"what lies beyond a layer's edge":     "size 0 60 60; rect 0 0 0 64 64; cfill 14 0 1 2 3 255",
		"a buffer that fills its canvas":      "rect -1 0 0 64 64; cfill 14 -1 1 2 3 255; rect -1 0 0 1 1; cfill 14 -1 9 9 9 255",
		"layers in the order of their coming": "size 0 9 9; size 5 3 3; size 2 3 3; move 2 5 0 0 0; move 2 0 0 0 0; size 4 2 2; move 5 4 0 0 0; move 5 0 1 1 0",
		"a layer on one with a higher number": "size 0 9 9; move 1 7 1 1 1",
		"a buffer that replaces":              "rect -1 0 0 5 5; cfill 12 -1 5 5 5 255; rect -1 1 1 2 2; cfill 12 -1 5 5 5 9",
		"one that is like another":            "size 0 200 200; rect 0 9 9 99 99; cfill 14 0 5 5 5 255; rect 0 1 1 5 5; cfill 14 0 5 6 5 255; copy 0 0 0 150 150 14 -1 0 0; rect -1 0 0 3 3; cfill 14 -1 1 1 1 255",
		"a path of two":                       "size 0 64 64; rect 0 1 1 5 5; rect 0 3 3 9 9; cfill 14 0 1 1 1 99; cfill 14 0 1 1 1 99",
		"a disposed buffer":                   "rect -1 0 0 5 5; cfill 12 -1 5 5 5 255; dispose -1; size 2 5 5; dispose 2",
	} {
		d := New()
		feed(t, d, script)
		made, keyframe := fromKeyframe(t, d)
		if err := d.Compare(made); err != nil {
			t.Errorf("%s: %v\n%s", name, err, keyframe)
		}
		play(t, d, []byte(keyframe))
		if err := made.Compare(d); err != nil {
			t.Errorf("%s: drawn on itself: %v\n%s", name, err, keyframe)
		}
		more := "size 0 130 130; rect 0 0 0 120 3; cfill 14 0 3 3 3 70; rect -1 60 60 30 30; cfill 11 -1 4 4 4 90; size 1 99 99; copy -1 0 0 40 40 14 0 9 9"
		feed(t, d, more)
		feed(t, made, more)
		if err := d.Compare(made); err != nil {
			t.Errorf("%s: they go on differently: %v", name, err)
		}
	}
}

func TestWhatIsNotKnownHasNoKeyframeUntilItIsCovered(t *testing.T) {
	const base = "size 0 64 64; size 1 64 64; rect 0 0 0 64 64; cfill 14 0 9 9 9 255;"
	for name, c := range map[string]struct{ doubt, cure string }{
		"a line":              {"start 0 1 1; line 0 9 9; cstroke 14 0 0 0 1 9 9 9 255", "rect 0 0 0 64 64; cfill 14 0 1 1 1 255"},
		"an arc that is full": {"arc 0 9 9 9 0 6 0; cfill 14 0 9 9 9 255", "rect 0 0 0 64 64; cfill 14 0 1 1 1 255"},
		"a curve":             {"curve 0 1 1 2 2 3 3", "close 0; rect 0 0 0 1 1"},
		"a pattern":           {"rect 0 0 0 5 5; lfill 14 0 1", "rect 0 0 0 1 1; cfill 12 0 1 1 1 255"},
		"a copy of it":        {"rect 1 0 0 5 5; lfill 14 1 0; copy 1 0 0 9 9 14 0 9 9; dispose 1", "rect 0 0 0 64 64; cfill 14 0 1 1 1 255"},
		"a clip":              {"rect 0 0 0 5 5; clip 0", "reset 0"},
		"a transformation":    {"transform 0 1 0 0 1 5 5", "identity 0"},
		"a saved state":       {"push 0", "pop 0"},
		"a layer without one": {"size 2 9 9; move 1 2 0 0 0; dispose 2", "move 1 0 0 0 0"},
		"what is drawn in it": {"transform 0 1 0 0 1 5 5; rect 0 0 0 9 9; cfill 14 0 1 1 1 255; identity 0; rect 0 0 0 1 1; cfill 14 0 1 1 1 255", "rect 0 0 0 64 64; cfill 14 0 1 1 1 255"},
	} {
		d := New()
		feed(t, d, base+c.doubt)
		if _, err := d.AppendKeyframe(nil); !errors.Is(err, ErrDoubtful) {
			t.Errorf("%s: %v", name, err)
		}
		feed(t, d, c.cure)
		made, _ := fromKeyframe(t, d)
		if err := d.Compare(made); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEachMaskJoinsPixelsAsTheCanvasDoes(t *testing.T) {
	none := color.RGBA{}
	for m, c := range map[mask]struct{ both, onlyDrawn, onlyThere color.RGBA }{
		destinationIn:   {color.RGBA{0, 0, 128, 128}, none, none},
		destinationOut:  {color.RGBA{0, 0, 127, 127}, none, color.RGBA{0, 0, 255, 255}},
		sourceIn:        {color.RGBA{128, 0, 0, 128}, none, none},
		sourceAtop:      {color.RGBA{128, 0, 127, 255}, none, color.RGBA{0, 0, 255, 255}},
		sourceOut:       {none, color.RGBA{128, 0, 0, 128}, none},
		destinationAtop: {color.RGBA{0, 0, 128, 128}, color.RGBA{128, 0, 0, 128}, none},
		xor:             {color.RGBA{0, 0, 127, 127}, color.RGBA{128, 0, 0, 128}, color.RGBA{0, 0, 255, 255}},
		destinationOver: {color.RGBA{0, 0, 255, 255}, color.RGBA{128, 0, 0, 128}, color.RGBA{0, 0, 255, 255}},
		replace:         {color.RGBA{128, 0, 0, 128}, color.RGBA{128, 0, 0, 128}, none},
		over:            {color.RGBA{128, 0, 127, 255}, color.RGBA{128, 0, 0, 128}, color.RGBA{0, 0, 255, 255}},
		plus:            {color.RGBA{128, 0, 255, 255}, color.RGBA{128, 0, 0, 128}, color.RGBA{0, 0, 255, 255}},
	} {
		d := New()
		feed(t, d, fmt.Sprintf("size 0 30 10; rect 0 0 0 20 10; cfill 14 0 0 0 255 255; rect 0 10 0 20 10; cfill %d 0 255 0 0 128", m))
		if both, drawn, there := at(d, 0, 15, 5), at(d, 0, 25, 5), at(d, 0, 5, 5); both != c.both || drawn != c.onlyDrawn || there != c.onlyThere {
			t.Errorf("mask %#x: %v %v %v; want %v", int(m), both, drawn, there, c)
		}
	}
}

func TestAnInstructionOutOfBoundsChangesNothing(t *testing.T) {
	for script, want := range map[string]error{
		"size 0 100000 100000":               ErrBounds,
		"size -1 16384 16384":                ErrBounds,
		"size 0 -1 5":                        ErrInvalid,
		"rect -1 2000000000 0 2000000000 5":  ErrBounds,
		"copy 0 0 0 64 64 14 -1 16380 0":     ErrBounds,
		"transfer 0 0 0 64 64 12 -1 16380 0": ErrBounds,
		"copy 0 0 0 64 64 3 -1 0 0":          ErrInvalid,
		"cfill 14 0 256 0 0 0":               ErrInvalid,
		"cfill 14 0 1 1":                     ErrInvalid,
		"move 1 1 0 0 0":                     ErrInvalid,
		"move 0 1 0 0 0":                     ErrInvalid,
		"size 99999999999 1 1":               ErrInvalid,
		"size x 1 1":                         ErrInvalid,
		"distort 1 NaN 0 0 1 0 0":            ErrInvalid,
		"cursor 0 0 0 0 0 5000 5000":         ErrBounds,
		"explode 0":                          ErrUnknown,
	} {
		d := New()
		feed(t, d, "size 0 64 64; size 1 9 9; size -1 9 9; rect 0 0 0 64 64; cfill 14 0 1 2 3 255")
		before, _ := fromKeyframe(t, d)
		if err := try(d, strings.Fields(script)); !errors.Is(err, want) {
			t.Errorf("%s: %v", script, err)
		}
		if err := before.Compare(d); err != nil {
			t.Errorf("%s: %v", script, err)
		}
	}
}

func TestLayersAndPixelsAreBounded(t *testing.T) {
	d := New()
	for i := range 1_000_000 {
		try(d, []string{"size", fmt.Sprint(1 + i*2000), "4096", "4096"})
		try(d, []string{"size", fmt.Sprint(-1 - i), "64", "64"})
	}
	if len(d.layers) > MaxLayers || d.pixels > MaxPixels {
		t.Errorf("%d layers of %d pixels", len(d.layers), d.pixels)
	}
	sum := 0
	for _, l := range d.layers {
		sum += len(l.pix.Pix) / 4
	}
	if sum != d.pixels {
		t.Errorf("%d pixels are counted, there are %d", d.pixels, sum)
	}
}

func TestImagesOfEachKindAreDrawnAndOthersSaid(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.NRGBA{200, 100, 50, 128}, color.Black})
	var asPNG, asGIF, huge bytes.Buffer
	if err := errors.Join(png.Encode(&asPNG, m), gif.Encode(&asGIF, m, nil), png.Encode(&huge, image.NewAlpha(image.Rect(0, 0, 16400, 1)))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"png": {asPNG.Bytes(), nil}, "gif": {asGIF.Bytes(), nil}, "nothing": {nil, ErrImage}, "rubbish": {[]byte("\x89PNG rubbish"), ErrImage},
		"cut off": {asPNG.Bytes()[:60], ErrImage}, "too large": {huge.Bytes(), ErrBounds},
	} {
		if err := New().Image(14, -1, 0, 0, c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := New()
	if err := d.Image(14, -1, 1, 1, asPNG.Bytes()); err != nil {
		t.Fatal(err)
	}
	if w, h := d.SizeOf(-1); w != 4 || h != 3 || at(d, -1, 1, 1) != (color.RGBA{100, 50, 25, 128}) {
		t.Errorf("%dx%d, %v", w, h, at(d, -1, 1, 1))
	}
}

func TestStreamsComeAcrossEachOtherAndAreBounded(t *testing.T) {
	var s Streams
	begin := func(n string) error {
		return s.Begin([][]byte{[]byte(n), []byte("14"), []byte("0"), []byte("image/png"), []byte("1"), []byte("2")})
	}
	if err := errors.Join(begin("1"), begin("2")); err != nil {
		t.Fatal(err)
	}
	s.Blob(1, []byte("YWI="))
	s.Blob(2, []byte("eHk="))
	s.Blob(1, []byte("Y2Q="))
	if s.Blob(3, []byte("eHk=")) {
		t.Error("a stream that nobody began is known")
	}
	if one, err := s.End(1); err != nil || string(one.Data) != "abcd" || one.X != 1 || one.Y != 2 {
		t.Errorf("%+v, %v", one, err)
	}
	s.Blob(2, []byte("!!!"))
	if _, err := s.End(2); !errors.Is(err, ErrImage) {
		t.Errorf("rubbish in base64: %v", err)
	}
	if one, err := s.End(2); one != nil || err != nil {
		t.Errorf("it ended twice: %+v, %v", one, err)
	}
	for i := range 1000 {
		begin(fmt.Sprint(i))
		s.Blob(i, bytes.Repeat([]byte("AAAA"), 1<<18))
	}
	if len(s.open) > maxStreams || s.held > maxHeld {
		t.Errorf("%d streams, %d bytes", len(s.open), s.held)
	}
}

func TestThePictureIsWhatAViewerSees(t *testing.T) {
	d := New()
	feed(t, d, `size 0 20 20; rect 0 0 0 20 20; cfill 14 0 0 0 200 255; size 1 10 10; move 1 0 5 5 0; rect 1 0 0 64 64; cfill 14 1 255 0 0 255; shade 1 128;
		size 2 4 4; move 2 0 6 6 1; rect 2 0 0 4 4; cfill 14 2 0 255 0 255; rect -1 0 0 2 2; cfill 14 -1 9 9 9 255; cursor 1 1 -1 0 0 2 2`)
	d.Pointer(2, 2, 0)
	p := d.Picture()
	for pt, want := range map[image.Point]color.RGBA{{0, 0}: {0, 0, 200, 255}, {16, 16}: {0, 0, 200, 255}, {7, 7}: {0, 255, 0, 255}, {1, 1}: {9, 9, 9, 255}, {3, 3}: {0, 0, 200, 255}} {
		if got := p.RGBAAt(pt.X, pt.Y); got != want {
			t.Errorf("at %v: %v, want %v", pt, got, want)
		}
	}
	if got := p.RGBAAt(12, 12); got.R < 120 || got.R > 135 || got.B < 95 || got.B > 105 {
		t.Errorf("a layer of half the strength: %v", got)
	}
}
