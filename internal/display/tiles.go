package display

import (
	"bytes"
	"image"
	"slices"
)

// side is the width and the height of a tile. Much of a desktop stays as it is from one keyframe to the next: what was
// made of a tile is kept, and made again only when it shows something else.
const side = 256

// maxTiled is how many pixels the tiles that are kept have together.
const maxTiled = 8 << 20

// tile is a part of a canvas as a keyframe draws it.
type tile struct {
	pix   *image.RGBA
	drawn []byte // the instructions
}

// tiles draws a box of a layer's canvas onto one that shows its photos, or nothing, there.
func (k *keyframe) tiles(l *layer, box image.Rectangle, photos []*piece) error {
	if k.pix == nil {
		k.pix = make([]byte, 4*side*side)
	}
	for y := box.Min.Y / side; y*side < box.Max.Y; y++ {
		for x := box.Min.X / side; x*side < box.Max.X; x++ {
			r := image.Rect(x*side, y*side, (x+1)*side, (y+1)*side).Intersect(box)
			pix := &image.RGBA{Pix: k.pix[:4*area(r)], Stride: 4 * r.Dx(), Rect: r}
			for y := r.Min.Y; y < r.Max.Y; y++ {
				copy(pix.Pix[pix.PixOffset(r.Min.X, y):][:4*r.Dx()], l.pix.Pix[l.pix.PixOffset(r.Min.X, y):])
			}
			for _, p := range photos {
				for _, seen := range inside(p.seen, r) {
					for y := seen.Min.Y; y < seen.Max.Y; y++ {
						clear(pix.Pix[pix.PixOffset(seen.Min.X, y):][:4*seen.Dx()])
					}
				}
			}
			drawn, err := l.tile(image.Pt(x, y), pix, k.stream, k.press)
			if err != nil {
				return err
			}
			k.b = append(k.b, drawn...)
		}
	}
	return nil
}

// tile is the instructions that draw a tile.
func (l *layer) tile(at image.Point, pix *image.RGBA, stream string, p *press) ([]byte, error) {
	if old := l.tiles[at]; old != nil && old.pix.Rect == pix.Rect && bytes.Equal(old.pix.Pix, pix.Pix) {
		return old.drawn, nil
	}
	k := keyframe{stream: stream, press: p}
	if box := contents(pix); !box.Empty() {
		if c, ok := uniform(pix, box); ok && c[3] == 255 {
			k.add("rect", l.index, box.Min.X, box.Min.Y, box.Dx(), box.Dy())
			k.add("cfill", int(over), l.index, int(c[0]), int(c[1]), int(c[2]), 255)
		} else if err := k.image(l.index, over, box, pix); err != nil {
			return nil, err
		}
	}
	l.keepTile(at, &tile{pix, k.b})
	return k.b, nil
}

// keepTile keeps a tile, if there is room, in place of an older one.
func (l *layer) keepTile(at image.Point, t *tile) {
	if l.tiles == nil {
		l.tiles = map[image.Point]*tile{}
	}
	if old := l.tiles[at]; old != nil {
		l.room.tiled -= area(old.pix.Rect)
		delete(l.tiles, at)
	}
	if l.room.tiled+area(t.pix.Rect) > maxTiled {
		return
	}
	l.room.tiled += area(t.pix.Rect)
	l.tiles[at] = &tile{&image.RGBA{Pix: bytes.Clone(t.pix.Pix), Stride: t.pix.Stride, Rect: t.pix.Rect}, t.drawn}
}

// photos draws the photos of a box of a layer's canvas, as far as they are worth it, and over them what is beside them.
func (k *keyframe) photos(l *layer, box image.Rectangle) error {
	var photos []*piece
	for _, p := range l.pieces {
		onto := p.at.Intersect(l.pix.Rect)
		if p.whole() && onto.In(box) && l.opaque(onto) { // so that nothing shines through
			photos = append(photos, p)
			k.b = AppendImage(k.b, k.stream, &Stream{Mask: int(over), Layer: l.index, X: p.at.Min.X, Y: p.at.Min.Y, Type: p.kind, Data: p.data})
		} else if slices.ContainsFunc(p.seen, box.Overlaps) {
			l.developPiece(p)
		}
	}
	return k.tiles(l, box, photos)
}
