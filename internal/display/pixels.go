package display

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"strconv"

	"tapedeck/internal/recording/guac"
)

// contents is the smallest rectangle outside which a canvas is transparent.
func contents(m *image.RGBA) (box image.Rectangle) {
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride : y*m.Stride+4*m.Rect.Dx()]
		from, to := 0, len(row)-4
		for from < len(row) && row[from+3] == 0 {
			from += 4
		}
		if from == len(row) {
			continue
		}
		for row[to+3] == 0 {
			to -= 4
		}
		box = box.Union(image.Rect(from/4, y, to/4+1, y+1))
	}
	return box
}

// uniform is the one colour of a rectangle, with premultiplied alpha.
func uniform(m *image.RGBA, r image.Rectangle) (c [4]byte, ok bool) {
	copy(c[:], m.Pix[m.PixOffset(r.Min.X, r.Min.Y):])
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := m.PixOffset(r.Min.X, y)
		for row := m.Pix[at : at+4*r.Dx()]; len(row) > 0; row = row[4:] {
			if [4]byte(row) != c {
				return c, false
			}
		}
	}
	return c, true
}

// difference is the smallest rectangle in which two canvases differ, of one that begins at 0, 0.
func difference(m, other *image.RGBA, all image.Rectangle) (box image.Rectangle) {
	for y := range all.Dy() {
		a, b := m.Pix[y*m.Stride:y*m.Stride+4*all.Dx()], other.Pix[y*other.Stride:]
		if bytes.Equal(a, b[:len(a)]) {
			continue
		}
		from, to := 0, len(a)-4
		for [4]byte(a[from:]) == [4]byte(b[from:]) {
			from += 4
		}
		for [4]byte(a[to:]) == [4]byte(b[to:]) {
			to -= 4
		}
		box = box.Union(image.Rect(from/4, y, to/4+1, y+1))
	}
	return box
}

// encode makes a PNG without loss: with a palette where there are few colours.
func encode(m *image.RGBA) ([]byte, error) {
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.DefaultCompression}
	var from image.Image = m
	if p := paletted(m); p != nil {
		from = p
	}
	err := e.Encode(&b, from)
	return b.Bytes(), err
}

// paletted is an image with a palette, nil when it has more than 256 colours.
func paletted(m *image.RGBA) *image.Paletted {
	p := &image.Paletted{Pix: make([]byte, area(m.Rect)), Stride: m.Rect.Dx(), Rect: m.Rect}
	numbers := make(map[[4]byte]byte, 256)
	var last [4]byte
	var number byte
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride : y*m.Stride+4*m.Rect.Dx()]
		to := p.Pix[y*p.Stride : (y+1)*p.Stride]
		for x := range to {
			c := [4]byte(row[4*x:])
			if c != last || len(p.Palette) == 0 {
				n, ok := numbers[c]
				if !ok {
					if len(p.Palette) == 256 {
						return nil
					}
					n = byte(len(p.Palette))
					numbers[c] = n
					p.Palette = append(p.Palette, color.NRGBA{straight(c[0], c[3]), straight(c[1], c[3]), straight(c[2], c[3]), c[3]})
				}
				last, number = c, n
			}
			to[x] = number
		}
	}
	return p
}

// maxBlob is how many bytes of data a blob has at most: servers and the tools beside them take no longer instruction.
const maxBlob = 6048

// AppendImage appends an image as a stream, in one piece.
func AppendImage(b []byte, stream string, s *Stream) []byte {
	b = guac.Append(b, "img", stream, strconv.Itoa(s.Mask), strconv.Itoa(s.Layer), s.Type, strconv.Itoa(s.X), strconv.Itoa(s.Y))
	for data := s.Data; len(data) > 0; {
		n := min(maxBlob, len(data))
		b = guac.Append(b, "blob", stream, base64.StdEncoding.EncodeToString(data[:n]))
		data = data[n:]
	}
	return guac.Append(b, "end", stream)
}
