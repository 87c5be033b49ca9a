package display

import (
	"bytes"
	"image"
	"maps"
	"slices"
)

// maxPieces is how many bytes of pieces a layer keeps.
const maxPieces = 32 << 20

// piece is an image with loss that was drawn, as it came. While enough of it is seen a keyframe draws it again: it is far
// smaller than its pixels without loss, and every decoder makes of it what it made before.
type piece struct {
	kind string
	data []byte
	at   image.Rectangle // where it was drawn
	seen int             // pixels that nothing was drawn over
}

// pieces are those of a layer.
type pieces struct {
	list  map[uint32]*piece
	owner []uint32 // of each pixel of the canvas, 0 for none; nil while there are no pieces
	last  uint32
	bytes int
}

// own takes note that an opaque image was drawn just now.
func (l *layer) own(kind string, data []byte, r image.Rectangle) {
	onto, p := r.Intersect(l.pix.Rect), &l.pieces
	if onto.Empty() || l.index < 0 || p.bytes+len(data) > maxPieces || l.context != (context{}) {
		return
	}
	if p.owner == nil {
		p.owner, p.list = make([]uint32, area(l.pix.Rect)), map[uint32]*piece{}
	}
	p.last++
	p.list[p.last] = &piece{kind, bytes.Clone(data), r, area(onto)}
	p.bytes += len(data)
	for y := onto.Min.Y; y < onto.Max.Y; y++ {
		row := p.owner[y*l.pix.Rect.Dx()+onto.Min.X:][:onto.Dx()]
		for x := range row {
			row[x] = p.last
		}
	}
}

// disown takes note that something else is drawn on a rectangle of the canvas.
func (l *layer) disown(r image.Rectangle) {
	p := &l.pieces
	if r = r.Intersect(l.pix.Rect); len(p.list) == 0 || r.Empty() {
		return
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := p.owner[y*l.pix.Rect.Dx()+r.Min.X:][:r.Dx()]
		for x := 0; x < len(row); {
			from, id := x, row[x]
			for x < len(row) && row[x] == id {
				x++
			}
			p.cover(id, x-from)
		}
		clear(row)
	}
	if len(p.list) == 0 {
		*p = pieces{last: p.last}
	}
}

// cover takes note that so many more pixels of a piece are drawn over. One of which little is left is forgotten.
func (p *pieces) cover(id uint32, pixels int) {
	old := p.list[id]
	if old == nil {
		return
	}
	if old.seen -= pixels; 4*old.seen < area(old.at) {
		p.bytes -= len(old.data)
		delete(p.list, id)
	}
}

// pieces draws a box of a layer's canvas by its pieces and what is beside them; ok is false when that is not possible.
// All of the box has to be opaque: then what is beside them can be drawn over them.
func (k *keyframe) pieces(l *layer, box image.Rectangle) (ok bool, err error) {
	if len(l.pieces.list) == 0 || !l.pix.SubImage(box).(*image.RGBA).Opaque() {
		return false, nil
	}
	drawn := map[uint32]bool{}
	for _, id := range slices.Sorted(maps.Keys(l.pieces.list)) {
		p := l.pieces.list[id]
		if !p.at.Intersect(l.pix.Rect).In(box) {
			continue
		}
		drawn[id] = true
		k.b = AppendImage(k.b, k.stream, &Stream{Mask: int(over), Layer: l.index, X: p.at.Min.X, Y: p.at.Min.Y, Type: p.kind, Data: p.data})
	}
	if rest := l.beside(drawn, box); !contents(rest).Empty() {
		return true, k.image(l.index, over, contents(rest), rest)
	}
	return true, nil
}

// beside is a box of the canvas without the pixels of pieces.
func (l *layer) beside(drawn map[uint32]bool, box image.Rectangle) *image.RGBA {
	rest := image.NewRGBA(l.pix.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		at := l.pix.PixOffset(box.Min.X, y)
		row := rest.Pix[at : at+4*box.Dx()]
		copy(row, l.pix.Pix[at:])
		for x, id := range l.pieces.owner[at/4:][:box.Dx()] {
			if id != 0 && drawn[id] {
				clear(row[4*x : 4*x+4])
			}
		}
	}
	return rest
}
