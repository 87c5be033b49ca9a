package display

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"

	"github.com/klauspost/compress/zlib"
)

const signature = "\x89PNG\r\n\x1a\n"

// effort is the level of compression of a keyframe's images.
const effort = 6

// press makes PNGs one after the other.
type press struct {
	z      *zlib.Writer
	packed bytes.Buffer
}

// print makes a PNG without loss (ISO/IEC 15948): with a palette where there are few colours. It is faster than
// image/png, and rounds colours so that multiplied with their alpha they are what they were.
func (p *press) print(m *image.RGBA) ([]byte, error) {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	head := binary.BigEndian.AppendUint32(nil, uint32(width))
	head = binary.BigEndian.AppendUint32(head, uint32(height))
	var out bytes.Buffer
	out.WriteString(signature)
	var err error
	if p.packed.Reset(); p.z == nil {
		p.z, err = zlib.NewWriterLevel(&p.packed, effort)
	} else {
		p.z.Reset(&p.packed)
	}
	if err != nil {
		return nil, err
	}
	few, indexed := paletted(m)
	switch {
	case indexed:
		depth := few.depth()
		chunk(&out, "IHDR", append(head, byte(depth), 3, 0, 0, 0))
		chunk(&out, "PLTE", few.colours)
		if few.seeThrough {
			chunk(&out, "tRNS", few.alphas)
		}
		err = few.write(p.z, depth, width, height)
	case m.Opaque():
		chunk(&out, "IHDR", append(head, 8, 2, 0, 0, 0))
		err = writeRows(p.z, m, 3)
	default:
		chunk(&out, "IHDR", append(head, 8, 6, 0, 0, 0))
		err = writeRows(p.z, m, 4)
	}
	if err == nil {
		err = p.z.Close()
	}
	chunk(&out, "IDAT", p.packed.Bytes())
	chunk(&out, "IEND", nil)
	return out.Bytes(), err
}

func chunk(to *bytes.Buffer, name string, data []byte) {
	to.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
	from := to.Len()
	to.WriteString(name)
	to.Write(data)
	to.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(to.Bytes()[from:])))
}

// writeRows writes rows of three or four bytes for each pixel, each filtered as it seems to become the smallest: not at
// all, by the pixel to the left, or by the row above.
func writeRows(to *zlib.Writer, m *image.RGBA, channels int) error {
	length := channels * m.Rect.Dx()
	now, before, row := make([]byte, length), make([]byte, length), make([]byte, 1+length)
	for y := range m.Rect.Dy() {
		raw(now, m.Pix[y*m.Stride:], channels)
		filtered := row[1:]
		switch row[0] = filter(now, before, channels); row[0] {
		case 0:
			copy(filtered, now)
		case 1:
			copy(filtered, now[:channels])
			for i, b := range now[channels:] {
				filtered[channels+i] = b - now[i]
			}
		case 2:
			for i, b := range now {
				filtered[i] = b - before[i]
			}
		}
		if _, err := to.Write(row); err != nil {
			return err
		}
		now, before = before, now
	}
	return nil
}

// filter is the one that leaves the least of a row, of which it looks at some bytes.
func filter(now, before []byte, channels int) byte {
	var none, left, above int
	for i := channels; i < len(now); i += 5 {
		b := now[i]
		none += far(b)
		left += far(b - now[i-channels])
		above += far(b - before[i])
	}
	switch {
	case above <= none && above <= left:
		return 2
	case left < none:
		return 1
	}
	return 0
}

// far is how far a byte is from 0, either way.
func far(b byte) int {
	v := int(int8(b))
	return (v ^ v>>63) - v>>63
}

// raw takes the alpha out of pixels.
func raw(to, from []byte, channels int) {
	for i, at := 0, 0; i < len(to); i, at = i+channels, at+4 {
		p := from[at : at+4 : at+4]
		if channels == 3 {
			copy(to[i:i+3], p)
			continue
		}
		a := p[3]
		to[i], to[i+1], to[i+2], to[i+3] = straight(p[0], a), straight(p[1], a), straight(p[2], a), a
	}
}

// palette is an image of at most 256 colours.
type palette struct {
	pix             []byte
	colours, alphas []byte
	seeThrough      bool
}

// paletted is an image with a palette; ok is false when it has more colours.
func paletted(m *image.RGBA) (p palette, ok bool) {
	p.pix = make([]byte, area(m.Rect))
	numbers := make(map[[4]byte]byte, 256)
	var last [4]byte
	var number byte
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride : y*m.Stride+4*m.Rect.Dx()]
		to := p.pix[y*m.Rect.Dx():][:m.Rect.Dx()]
		for x := range to {
			c := [4]byte(row[4*x:])
			if c != last || len(p.alphas) == 0 {
				n, ok := numbers[c]
				if !ok {
					if len(p.alphas) == 256 {
						return palette{}, false
					}
					n = byte(len(p.alphas))
					numbers[c] = n
					p.colours = append(p.colours, straight(c[0], c[3]), straight(c[1], c[3]), straight(c[2], c[3]))
					p.alphas = append(p.alphas, c[3])
					p.seeThrough = p.seeThrough || c[3] < 255
				}
				last, number = c, n
			}
			to[x] = number
		}
	}
	return p, true
}

// depth is how many bits a pixel needs.
func (p *palette) depth() int {
	switch n := len(p.alphas); {
	case n <= 2:
		return 1
	case n <= 4:
		return 2
	case n <= 16:
		return 4
	}
	return 8
}

func (p *palette) write(to *zlib.Writer, depth, width, height int) error {
	row := make([]byte, 1+(width*depth+7)/8)
	for y := range height {
		clear(row)
		for x, n := range p.pix[y*width : (y+1)*width] {
			bit := x * depth
			row[1+bit/8] |= n << (8 - depth - bit%8)
		}
		if _, err := to.Write(row); err != nil {
			return err
		}
	}
	return nil
}
