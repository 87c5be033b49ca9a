package display

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"slices"

	"golang.org/x/image/vp8"
)

// photo is an opaque image, as it came. Most of them are drawn over before anybody asks what is on them, so they are
// decoded only then.
type photo struct {
	kind string
	data []byte
	size image.Point
}

// worth reports whether a keyframe had better draw a photo again than so many pixels of it. With loss it is far fewer
// bytes than they are, and every decoder makes of it what it made before.
func (p *photo) worth(pixels int) bool {
	if p.kind == "image/png" {
		return 4*pixels >= 3*p.size.X*p.size.Y
	}
	return 8*pixels >= p.size.X*p.size.Y
}

// photoOf is an image as a photo; nil when it is none, or may not be whole: then one has to look.
func photoOf(data []byte) *photo {
	if bytes.HasPrefix(data, []byte(signature)) {
		return pngOf(data)
	}
	if p := webPOf(data); p != nil {
		return p
	}
	end := bytes.TrimRight(data, "\x00")
	if !bytes.HasPrefix(data, []byte("\xff\xd8\xff")) || !bytes.HasSuffix(end, []byte("\xff\xd9")) {
		return nil
	}
	about, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	return &photo{"image/jpeg", data, image.Pt(about.Width, about.Height)}
}

// webPOf is a WebP of nothing but one lossy frame whose lengths are right (RFC 9649, RFC 6386 section 9.1).
func webPOf(data []byte) *photo {
	if len(data) < 30 || string(data[:4]) != "RIFF" || string(data[8:16]) != "WEBPVP8 " {
		return nil
	}
	riff, frame := int(binary.LittleEndian.Uint32(data[4:])), int(binary.LittleEndian.Uint32(data[16:]))
	if riff != len(data)-8 || frame+frame%2 != len(data)-20 {
		return nil
	}
	d := vp8.NewDecoder()
	d.Init(bytes.NewReader(data[20:]), frame)
	h, err := d.DecodeFrameHeader()
	if err != nil || !h.KeyFrame || int(h.FirstPartitionLen) > frame-10 {
		return nil
	}
	return &photo{"image/webp", data, image.Pt(h.Width, h.Height)}
}

// pngOf is a PNG without alpha whose chunks are whole.
func pngOf(data []byte) *photo {
	var size image.Point
	rest := data[len(signature):]
	for len(rest) >= 12 {
		n := int(binary.BigEndian.Uint32(rest))
		if n > len(rest)-12 || binary.BigEndian.Uint32(rest[8+n:]) != crc32.ChecksumIEEE(rest[4:8+n]) {
			return nil
		}
		name, body := string(rest[4:8]), rest[8:8+n]
		rest = rest[12+n:]
		critical := name[0] < 'a' // who does not know it must refuse the image (PNG, section 5.4), and browsers do
		switch {
		case critical && !slices.Contains([]string{"IHDR", "PLTE", "IDAT", "IEND"}, name):
			return nil
		case name == "tRNS", (name == "IHDR") != size.Eq(image.Point{}), name == "IHDR" && (n != 13 || body[9] > 3):
			return nil
		case name == "IHDR":
			size = image.Pt(int(binary.BigEndian.Uint32(body)), int(binary.BigEndian.Uint32(body[4:])))
		case name == "IEND":
			if len(rest) > 0 {
				return nil
			}
			return &photo{"image/png", data, size}
		}
	}
	return nil
}

// darkroom is where the photos of a display are decoded.
type darkroom struct {
	failed int // that turned out to be none
	pieces int // of all layers
	bytes  int // of them
	tiled  int // pixels of all tiles that are kept
	keeps  map[*photo]*image.RGBA
	pixels int // that it keeps
}

const maxKept = 4 << 20 // pixels

// develop decodes a photo; nil when it is none.
func (d *darkroom) develop(p *photo) *image.RGBA {
	if pix := d.keeps[p]; pix != nil {
		return pix
	}
	pix, err := decode(p.data)
	if err != nil || pix.Rect.Size() != p.size {
		d.failed++
		return nil
	}
	if d.keeps != nil && d.pixels+area(pix.Rect) <= maxKept {
		d.keeps[p] = pix
		d.pixels += area(pix.Rect)
	}
	return pix
}

// open keeps what is decoded until close: many a photo is on two layers.
func (d *darkroom) open()  { d.keeps = map[*photo]*image.RGBA{} }
func (d *darkroom) close() { d.keeps, d.pixels = nil, 0 }
