package display

import "image"

// functions are the binary raster operations of the protocol, by number, on what a pixel was and what is drawn. Those
// that only move or keep pixels are not among them.
var functions = map[int]func(s, d byte) byte{
	0x0: func(s, d byte) byte { return 0 },
	0x1: func(s, d byte) byte { return s & d },
	0x2: func(s, d byte) byte { return s &^ d },
	0x4: func(s, d byte) byte { return ^s & d },
	0x6: func(s, d byte) byte { return s ^ d },
	0x7: func(s, d byte) byte { return s | d },
	0x8: func(s, d byte) byte { return ^(s | d) },
	0x9: func(s, d byte) byte { return ^(s ^ d) },
	0xA: func(s, d byte) byte { return ^d },
	0xB: func(s, d byte) byte { return s | ^d },
	0xC: func(s, d byte) byte { return ^s },
	0xD: func(s, d byte) byte { return ^s | d },
	0xE: func(s, d byte) byte { return ^(s & d) },
	0xF: func(s, d byte) byte { return 255 },
}

// Functions with a meaning of their own.
const (
	put     = 0x3 // the pixels as they are, alpha too
	keep    = 0x5 // nothing
	inverse = 0xC // alone among the others, it takes the source's alpha
)

// transfer combines pixels without regard to alpha. Like a copy, it is cut at the source's canvas; unlike one, it
// reads what is beside the canvas as transparent black.
func (d *Display) transfer(a []int) error {
	if a[5] < 0 || a[5] > 0xF || a[3] < 0 || a[4] < 0 {
		return ErrInvalid
	}
	src, dst, err := d.both(a[0], a[6])
	if err != nil {
		return err
	}
	w, h := min(a[3], src.pix.Rect.Dx()-a[1]), min(a[4], src.pix.Rect.Dy()-a[2])
	if a[5] == keep || w <= 0 || h <= 0 {
		return nil
	}
	if w > MaxSide || h > MaxSide || w*h > MaxPixels {
		return ErrBounds
	}
	if err := d.fit(dst, a[7], a[8], w, h); err != nil {
		return err
	}
	from := image.Rect(a[1], a[2], a[1]+w, a[2]+h)
	pix := image.NewRGBA(image.Rect(0, 0, w, h))
	inside := from.Intersect(src.pix.Rect)
	src.develop(inside)
	for y := inside.Min.Y; y < inside.Max.Y; y++ {
		at := src.pix.PixOffset(inside.Min.X, y)
		copy(pix.Pix[pix.PixOffset(inside.Min.X-a[1], y-a[2]):], src.pix.Pix[at:at+4*inside.Dx()])
	}
	doubt := src.doubt.Intersect(from).Add(image.Pt(a[7]-a[1], a[8]-a[2]))
	dst.combine(image.Pt(a[7], a[8]), pix, a[5])
	dst.blur(doubt)
	d.touch(dst)
	return nil
}

// combine writes pixels where neither clip nor operator holds.
func (l *layer) combine(at image.Point, pix *image.RGBA, function int) {
	onto := pix.Rect.Add(at).Intersect(l.pix.Rect)
	if function != put {
		l.develop(onto)
	}
	l.disown(onto)
	for y := onto.Min.Y; y < onto.Max.Y; y++ {
		to := l.pix.PixOffset(onto.Min.X, y)
		dst := l.pix.Pix[to : to+4*onto.Dx()]
		src := pix.Pix[pix.PixOffset(onto.Min.X-at.X, y-at.Y):]
		if function == put {
			copy(dst, src)
			continue
		}
		for i := 0; i < len(dst); i += 4 {
			combinePixel(dst[i:i+4:i+4], src[i:i+4:i+4], function)
		}
	}
	if function == put {
		l.covered(onto)
	}
	if function == put || function == inverse { // the only ones that change alpha
		l.solid = image.Rectangle{}
	}
}

func combinePixel(dst, src []byte, function int) {
	do, alpha := functions[function], dst[3]
	if function == inverse {
		alpha = src[3]
	}
	for c := range 3 {
		v := do(straight(src[c], src[3]), straight(dst[c], dst[3]))
		dst[c] = byte((uint32(v)*uint32(alpha) + 127) / 255)
	}
	dst[3] = alpha
}

// straight is a colour without the alpha that it is multiplied with.
func straight(c, alpha byte) byte {
	if alpha == 0 {
		return 0
	}
	return byte(min(255, (uint32(c)*255+uint32(alpha)/2)/uint32(alpha)))
}
