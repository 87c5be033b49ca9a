package display

import "image"

// mask is a channel mask of the protocol: one of the compositing operators of Porter and Duff.
type mask int

const (
	destinationIn   mask = 0x1
	destinationOut  mask = 0x2
	sourceIn        mask = 0x4
	sourceAtop      mask = 0x6
	sourceOut       mask = 0x8
	destinationAtop mask = 0x9
	xor             mask = 0xA
	destinationOver mask = 0xB
	replace         mask = 0xC
	over            mask = 0xE
	plus            mask = 0xF
)

func (m mask) known() bool {
	switch m {
	case destinationIn, destinationOut, sourceIn, sourceAtop, sourceOut, destinationAtop, xor, destinationOver, replace, over, plus:
		return true
	}
	return false
}

// everywhere reports whether an operator changes the canvas also where nothing is drawn: it clears it there.
func (m mask) everywhere() bool {
	switch m {
	case destinationIn, sourceIn, sourceOut, destinationAtop, replace:
		return true
	}
	return false
}

// paint is what is drawn: rows of pixels with premultiplied alpha, as the canvas has them.
type paint struct {
	row    func(y int) []byte // of a rectangle's row, counted from its top
	opaque bool
}

// draw draws onto a rectangle, as the layer's operator says.
func (l *layer) draw(r image.Rectangle, p paint) {
	seen := r.Intersect(l.pix.Rect)
	if !l.op.covers() || !p.opaque {
		l.develop(seen)
	}
	l.fades(seen, p.opaque)
	if l.op.everywhere() {
		l.clearAround(seen)
		l.disown(l.pix.Rect)
	}
	l.disown(seen)
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		at := l.pix.PixOffset(seen.Min.X, y)
		src := p.row(y - r.Min.Y)[4*(seen.Min.X-r.Min.X):]
		blend(l.op, l.pix.Pix[at:at+4*seen.Dx()], src[:4*seen.Dx()], p.opaque)
	}
	switch {
	case l.op == replace:
		l.covered(l.pix.Rect)
	case l.op == over && p.opaque:
		l.covered(seen)
	}
	if l.context != (context{}) {
		l.blur(l.pix.Rect)
	}
}

// fades takes note of what is opaque when a rectangle is drawn.
func (l *layer) fades(seen image.Rectangle, opaque bool) {
	switch {
	case l.op == replace && opaque:
		l.solid = seen
	case l.op == over && opaque && l.solid.In(seen):
		l.solid = seen
	case l.op == over, l.op == sourceAtop, l.op == destinationOver, l.op == plus: // opaque stays opaque
	default:
		l.solid = image.Rectangle{}
	}
}

// opaque reports whether all pixels of a rectangle of the canvas are.
func (l *layer) opaque(r image.Rectangle) bool {
	if r.In(l.solid) {
		return true
	}
	if !l.pix.SubImage(r).(*image.RGBA).Opaque() {
		return false
	}
	if area(r) > area(l.solid) {
		l.solid = r
	}
	return true
}

func (l *layer) clearAround(r image.Rectangle) {
	for y := range l.pix.Rect.Dy() {
		row := l.pix.Pix[y*l.pix.Stride : (y+1)*l.pix.Stride]
		if y < r.Min.Y || y >= r.Max.Y {
			clear(row)
			continue
		}
		clear(row[:4*r.Min.X])
		clear(row[4*r.Max.X:])
	}
}

func blend(m mask, dst, src []byte, opaque bool) {
	if m == replace || m == over && opaque {
		copy(dst, src)
		return
	}
	for i := 0; i+3 < len(dst); i += 4 {
		d, s := dst[i:i+4:i+4], src[i:i+4:i+4]
		if m == over {
			switch s[3] {
			case 0:
				continue
			case 255:
				copy(d, s)
				continue
			}
		}
		fs, fd := m.shares(uint32(s[3]), uint32(d[3]))
		for c := range d {
			d[c] = byte(min(255, (uint32(s[c])*fs+127)/255+(uint32(d[c])*fd+127)/255))
		}
	}
}

// shares are how much of the source and of the destination a pixel becomes, of 255, by the alpha of both.
func (m mask) shares(s, d uint32) (fs, fd uint32) {
	switch m {
	case destinationIn:
		return 0, s
	case destinationOut:
		return 0, 255 - s
	case sourceIn:
		return d, 0
	case sourceAtop:
		return d, 255 - s
	case sourceOut:
		return 255 - d, 0
	case destinationAtop:
		return 255 - d, s
	case xor:
		return 255 - d, 255 - s
	case destinationOver:
		return 255 - d, 255
	case plus:
		return 255, 255
	}
	return 255, 255 - s
}

// colour paints with one colour.
func colour(width int, r, g, b, a int) paint {
	row := make([]byte, 4*width)
	for i := 0; i < len(row); i += 4 {
		for c, v := range [3]int{r, g, b} {
			row[i+c] = byte((v*a + 127) / 255)
		}
		row[i+3] = byte(a)
	}
	return paint{func(int) []byte { return row }, a == 255}
}

// picture paints with an image, whose bounds begin at 0, 0.
func picture(m *image.RGBA) paint {
	return paint{func(y int) []byte { return m.Pix[y*m.Stride:] }, m.Opaque()}
}
