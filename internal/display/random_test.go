package display

import (
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"testing"
)

// random draws instructions of every sort, with arguments that are near each other, some of them wrong.
func random(r *rand.Rand) (opcode string, args []int) {
	layer := func() int { return r.IntN(7) - 3 }
	mask := func() int {
		return []int{0x1, 0x2, 0x4, 0x6, 0x8, 0x9, 0xA, 0xB, 0xC, 0xE, 0xE, 0xE, 0xF, 0x3}[r.IntN(14)]
	}
	n := func() int { return r.IntN(90) - 10 }
	colour := func() int { return []int{0, 9, 64, 128, 200, 255}[r.IntN(6)] }
	switch r.IntN(20) {
	case 0, 1:
		return "size", []int{layer(), n(), n()}
	case 2, 3, 4:
		return "rect", []int{layer(), n(), n(), n(), n()}
	case 5, 6, 7:
		return "cfill", []int{mask(), layer(), colour(), colour(), colour(), colour()}
	case 8, 9:
		return "copy", []int{layer(), n(), n(), n(), n(), mask(), layer(), n(), n()}
	case 10:
		return "transfer", []int{layer(), n(), n(), n(), n(), r.IntN(17), layer(), n(), n()}
	case 11, 12:
		return "move", []int{layer(), layer(), n(), n(), r.IntN(3)}
	case 13:
		return "cursor", []int{n(), n(), layer(), n(), n(), n(), n()}
	case 14:
		return "shade", []int{layer(), colour()}
	case 15:
		return "dispose", []int{layer()}
	case 16:
		return []string{"reset", "close", "push", "pop", "identity"}[r.IntN(5)], []int{layer()}
	case 17, 18:
		return "img", []int{mask(), layer(), n(), n(), r.IntN(len(images))}
	}
	if r.IntN(8) > 0 {
		return "rect", []int{layer(), 0, 0, 64, 64}
	}
	return []string{"clip", "start", "line", "curve", "cstroke"}[r.IntN(5)], []int{layer(), n(), n(), n(), n(), n(), n(), n(), n()}
}

// images are photographs, and some that are none.
var images = func() (list [][]byte) {
	for _, name := range []string{"lossy-64x64.webp", "lossy-33x17.webp", "lossy-4x7.webp", "420-33x17.jpeg", "gray-33x17.jpeg", "lossy-alpha-33x17.webp", "alpha-33x17.png"} {
		data, err := os.ReadFile("testdata/images/" + name)
		if err != nil {
			panic(err)
		}
		list = append(list, data)
	}
	return list
}()

func step(r *rand.Rand, displays ...*Display) (errs []error) {
	opcode, numbers := random(r)
	if opcode == "img" {
		for _, d := range displays {
			errs = append(errs, d.Image(numbers[0], numbers[1], numbers[2], numbers[3], images[numbers[4]]))
		}
		return errs
	}
	var args [][]byte
	for _, v := range numbers {
		args = append(args, fmt.Append(nil, v))
	}
	for _, d := range displays {
		errs = append(errs, d.Draw(opcode, args))
	}
	return errs
}

// checkRandom draws what a seed says, and after each some instructions lets a display that a keyframe made go along.
func checkRandom(t testing.TB, seed uint64) (keyframes int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	d := New()
	for range 12 {
		for range 1 + r.IntN(20) {
			step(r, d)
		}
		b, err := d.AppendKeyframe(nil)
		if errors.Is(err, ErrDoubtful) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		keyframes++
		checkRoom(t, d)
		made := New()
		play(t, made, b)
		if x, y, mask, ok := d.Pointed(); ok {
			made.Pointer(x, y, mask)
		}
		if err := d.Compare(made); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, b)
		}
		play(t, d, b)
		if err := made.Compare(d); err != nil {
			t.Fatalf("seed %d: drawn on itself: %v\n%s", seed, err, b)
		}
		for range r.IntN(20) {
			if errs := step(r, d, made); !errors.Is(errs[0], errs[1]) {
				t.Fatalf("seed %d: %v, %v", seed, errs[0], errs[1])
			}
		}
		if err := d.Compare(made); err != nil {
			t.Fatalf("seed %d: they go on differently: %v\n%s", seed, err, b)
		}
	}
	return keyframes
}

func TestADisplayMadeOfAKeyframeGoesOnAsTheOneItWasMadeOf(t *testing.T) {
	keyframes := 0
	for seed := range uint64(400) {
		keyframes += checkRandom(t, seed)
	}
	checkRandom(t, 3124) // a buffer that lost its size
	if keyframes < 1000 {
		t.Errorf("%d keyframes", keyframes)
	}
}

func TestPhotographsThatAreDecodedLateLookAsIfTheyHadBeenAtOnce(t *testing.T) {
	most := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		late, once := New(), New()
		for range 100 {
			step(r, late, once)
			undrawn := 0
			for i, l := range once.layers {
				l.develop(l.pix.Rect)
				undrawn += checkPieces(t, late.layers[i])
			}
			most = max(most, undrawn)
		}
		if err := once.Compare(late); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		checkRoom(t, late)
	}
	if most < 3 {
		t.Errorf("at most %d photographs waited", most)
	}
}

// checkPieces compares what a layer's pieces say with each other.
func checkPieces(t *testing.T, l *layer) (undrawn int) {
	t.Helper()
	owned := map[image.Point]bool{}
	for _, p := range l.pieces {
		if !p.drawn {
			undrawn++
		}
		for _, r := range p.seen {
			if r.Empty() || !r.In(p.at) || !r.In(l.pix.Rect) {
				t.Fatalf("of a photograph at %v is seen %v", p.at, r)
			}
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					if owned[image.Pt(x, y)] {
						t.Fatalf("two photographs are seen at %d, %d", x, y)
					}
					owned[image.Pt(x, y)] = true
				}
			}
		}
	}
	if !l.pix.SubImage(l.solid).(*image.RGBA).Opaque() {
		t.Fatalf("%v is not opaque", l.solid)
	}
	return undrawn
}

// checkRoom compares what a display counts with what its layers have.
func checkRoom(t testing.TB, d *Display) {
	t.Helper()
	var pieces, bytes, tiled int
	for _, l := range d.layers {
		pieces += len(l.pieces)
		for _, p := range l.pieces {
			bytes += len(p.data)
		}
		for _, tile := range l.tiles {
			tiled += area(tile.pix.Rect)
		}
	}
	if r := d.room; r.pieces != pieces || r.bytes != bytes || r.tiled != tiled || r.keeps != nil {
		t.Fatalf("%d pieces of %d bytes and tiles of %d pixels, not %+v", pieces, bytes, tiled, r)
	}
}

func FuzzDrawing(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRandom(t, seed) })
}
