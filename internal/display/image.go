package display

import (
	"bytes"
	"image"
	"image/draw"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/webp"
)

// MaxImage is how many pixels an image has at most.
const MaxImage = 16 << 20

// Image draws an image of any type that browsers know, whatever it is called.
func (d *Display) Image(channels, index, x, y int, data []byte) error {
	if !mask(channels).known() {
		return ErrInvalid
	}
	l, err := d.layer(index)
	if err != nil {
		return err
	}
	var pix *image.RGBA
	p := photoOf(data)
	if p != nil && l.takes(p, mask(channels)) {
		err = inBounds(p.size)
	} else if pix, err = decode(data); err == nil {
		p = &photo{size: pix.Rect.Size()}
	}
	if err != nil {
		return err
	}
	before := l.op
	l.op = mask(channels)
	if err := d.fit(l, x, y, p.size.X, p.size.Y); err != nil {
		l.op = before
		return err
	}
	if d.touch(l); pix == nil {
		l.show(p, image.Pt(x, y))
	} else {
		l.draw(pix.Rect.Add(image.Pt(x, y)), picture(pix))
	}
	return nil
}

func inBounds(size image.Point) error {
	if size.X < 1 || size.Y < 1 || size.X > MaxSide || size.Y > MaxSide || size.X*size.Y > MaxImage {
		return ErrBounds
	}
	return nil
}

func decode(data []byte) (*image.RGBA, error) {
	about, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, ErrImage
	}
	size := image.Pt(about.Width, about.Height)
	if err := inBounds(size); err != nil {
		return nil, err
	}
	m, kind, err := image.Decode(bytes.NewReader(data))
	if err != nil || m.Bounds().Size() != size {
		return nil, ErrImage
	}
	if pix, ok := m.(*image.RGBA); ok && pix.Rect.Min == (image.Point{}) {
		return pix, nil
	}
	pix := image.NewRGBA(image.Rectangle{Max: size})
	switch m := m.(type) {
	case *image.NRGBA:
		if kind == "webp" {
			multiply(pix, m, asWebP)
		} else {
			multiply(pix, m, asCanvas)
		}
	case *image.Paletted:
		colours(pix, m)
	case *image.YCbCr:
		if kind == "webp" {
			fromWebP(pix, m)
		} else {
			fromJPEG(pix, m)
		}
	case *image.NYCbCrA:
		fromWebP(pix, &m.YCbCr)
		fade(pix, m)
	default:
		draw.Draw(pix, pix.Rect, m, m.Bounds().Min, draw.Src)
	}
	return pix, nil
}

// fade gives an image the alpha of another.
func fade(pix *image.RGBA, of *image.NYCbCrA) {
	for y := range pix.Rect.Dy() {
		for x, a := range of.A[y*of.AStride:][:pix.Rect.Dx()] {
			pix.Pix[y*pix.Stride+4*x+3] = a
		}
	}
	multiply(pix, &image.NRGBA{Pix: pix.Pix, Stride: pix.Stride, Rect: pix.Rect}, asWebP)
}

// A colour times its alpha, rounded as canvases do it, and cut as libwebp does it (src/dsp/alpha_processing.c).
func asCanvas(c, a uint32) byte { return byte((c*a + 127) / 255) }
func asWebP(c, a uint32) byte   { return byte(c * (a * 32897) >> 23) }

// multiply multiplies colours with their alpha.
func multiply(to *image.RGBA, from *image.NRGBA, times func(c, a uint32) byte) {
	for y := range to.Rect.Dy() {
		src, dst := from.Pix[y*from.Stride:(y+1)*from.Stride], to.Pix[y*to.Stride:(y+1)*to.Stride]
		for i := 0; i < len(dst); i += 4 {
			s, d := src[i:i+4:i+4], dst[i:i+4:i+4]
			if a := uint32(s[3]); a == 255 {
				copy(d, s)
			} else {
				d[0], d[1], d[2], d[3] = times(uint32(s[0]), a), times(uint32(s[1]), a), times(uint32(s[2]), a), s[3]
			}
		}
	}
}

// colours looks up the colours of a palette.
func colours(to *image.RGBA, from *image.Paletted) {
	palette := image.NewNRGBA(image.Rect(0, 0, 256, 1))
	for i, c := range from.Palette {
		palette.Set(i, 0, c)
	}
	of := image.NewRGBA(palette.Rect)
	multiply(of, palette, asCanvas)
	for y := range to.Rect.Dy() {
		row := to.Pix[y*to.Stride : (y+1)*to.Stride]
		for x, n := range from.Pix[y*from.Stride : y*from.Stride+to.Rect.Dx()] {
			copy(row[4*x:4*x+4], of.Pix[4*int(n):])
		}
	}
}
