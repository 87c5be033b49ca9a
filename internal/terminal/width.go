package terminal

import "slices"

// bmpWidths are the widths of the characters below U+10000.
var bmpWidths = func() (t [1 << 16]uint8) {
	for i := range t {
		t[i] = 1
	}
	set := func(ranges [][2]rune, width uint8) {
		for _, r := range ranges {
			for c := r[0]; c <= r[1] && c < 1<<16; c++ {
				t[c] = width
			}
		}
	}
	set([][2]rune{{0, 0x1f}, {0x7f, 0x9f}}, 0)
	set(zeroWidth, 0)
	set(wide, 2)
	return
}()

// width is the number of columns that a character takes.
func width(r rune) int {
	switch {
	case r < 1<<16:
		return int(bmpWidths[r])
	case within(zeroWidth, r):
		return 0
	case within(wide, r):
		return 2
	}
	return 1
}

func within(ranges [][2]rune, r rune) bool {
	_, found := slices.BinarySearchFunc(ranges, r, func(in [2]rune, r rune) int {
		switch {
		case in[1] < r:
			return -1
		case in[0] > r:
			return 1
		}
		return 0
	})
	return found
}

// joining is what xterm.js remembers of the character before, to join the next one to it: 0 after anything else than
// a character.
type joining uint8

func (j joining) width() int   { return int(j >> 1) }
func (j joining) joined() bool { return j&1 != 0 }

// next gives the properties of a character that follows another one.
func (j joining) next(r rune) joining {
	w := width(r)
	if w == 0 && j.width() > 0 {
		return j | 1
	}
	return joining(w << 1)
}
