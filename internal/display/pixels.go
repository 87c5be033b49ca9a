package display

import (
	"encoding/base64"
	"image"
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
	return box.Add(m.Rect.Min)
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

// maxBlob is how many bytes of data a blob has at most: servers and the tools beside them take no longer instruction.
const maxBlob = 6048

// AppendImage appends an image as a stream, in one piece.
func AppendImage(b []byte, stream string, s *Stream) []byte {
	b = guac.Append(b, "img", stream, strconv.Itoa(s.Mask), strconv.Itoa(s.Layer), s.Type, strconv.Itoa(s.X), strconv.Itoa(s.Y))
	for data := s.Data; len(data) > 0; {
		n := min(maxBlob, len(data))
		b = guac.Append(b, "blob", stream)
		b[len(b)-1] = ','
		b = append(strconv.AppendInt(b, int64(base64.StdEncoding.EncodedLen(n)), 10), '.')
		b = append(base64.StdEncoding.AppendEncode(b, data[:n]), ';')
		data = data[n:]
	}
	return guac.Append(b, "end", stream)
}
