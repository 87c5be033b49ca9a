package display

import (
	"bytes"
	"image"
	"slices"
)

// side is the width and the height of a tile. Much of a desktop stays as it is from one keyframe to the next: what was
// made of a tile is kept, and made again only when it shows something else.
const side = 64

// maxTiled is how many pixels the tiles that are kept have together.
const maxTiled = 8 << 20

// tile is a part of a canvas as a keyframe draws it.
type tile struct {
	pix   *image.RGBA
	drawn []byte // the instructions
}

// tiles draws a box of a layer's canvas: where it shows what the default layer does, that; otherwise the photos that are
// worth it, and over them what is beside them.
func (k *keyframe) tiles(l *layer, box image.Rectangle) error {
	var own []image.Rectangle // tiles
	first := k.d.layers[0]
	for y := box.Min.Y / side; y*side < box.Max.Y; y++ {
		for x := box.Min.X / side; x*side < box.Max.X; x++ {
			r := image.Rect(x*side, y*side, (x+1)*side, (y+1)*side).Intersect(box)
			if l == first || !l.alike(first, r) {
				own = append(own, r)
			}
		}
	}
	photos := k.worth(l, box, own)
	k.ground(l, own, photos)
	for _, p := range photos {
		k.b = AppendImage(k.b, k.stream, &Stream{Mask: int(over), Layer: l.index, X: p.at.Min.X, Y: p.at.Min.Y, Type: p.kind, Data: p.data})
	}
	if l != first {
		for _, r := range without([]image.Rectangle{box}, own...) {
			k.add("copy", 0, r.Min.X, r.Min.Y, r.Dx(), r.Dy(), int(over), l.index, r.Min.X, r.Min.Y)
		}
	}
	for _, r := range own {
		if err := k.tile(l, r, photos); err != nil {
			return err
		}
	}
	return nil
}

// alike reports whether a layer shows what another does in a rectangle. No photo is drawn for it that neither has drawn.
func (l *layer) alike(other *layer, r image.Rectangle) bool {
	if !r.In(other.pix.Rect) || !l.shows(other, r) || !other.shows(l, r) {
		return false
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		a, b := l.pix.Pix[l.pix.PixOffset(r.Min.X, y):], other.pix.Pix[other.pix.PixOffset(r.Min.X, y):]
		if !bytes.Equal(a[:4*r.Dx()], b[:4*r.Dx()]) {
			return false
		}
	}
	return true
}

// shows reports whether the photos of a rectangle that are not drawn are seen there, just so, on another layer.
func (l *layer) shows(other *layer, r image.Rectangle) bool {
	for _, p := range l.pieces {
		if p.drawn || !p.at.Overlaps(r) {
			continue
		}
		seen := inside(p.seen, r)
		if len(seen) == 0 {
			continue
		}
		i := slices.IndexFunc(other.pieces, func(q *piece) bool {
			return p.photo == q.photo && p.at == q.at && slices.Equal(seen, inside(q.seen, r))
		})
		if i < 0 {
			return false
		}
		if other.pieces[i].drawn {
			l.developPiece(p)
		}
	}
	return true
}

// worth is the photos of some tiles that are drawn as they came; of the others pixels are made.
func (k *keyframe) worth(l *layer, box image.Rectangle, tiles []image.Rectangle) (worth []*piece) {
	for _, p := range l.pieces {
		onto := p.at.Intersect(l.pix.Rect)
		switch {
		case !slices.ContainsFunc(tiles, func(r image.Rectangle) bool { return slices.ContainsFunc(p.seen, r.Overlaps) }):
		case p.whole() && onto.In(box) && l.opaque(onto): // nothing shines through it
			worth = append(worth, p)
		default:
			l.developPiece(p)
		}
	}
	return worth
}

// ground fills what is opaque and will have photos and pixels that leave room for them: so a client that looks at
// instructions alone knows that nothing shines through.
func (k *keyframe) ground(l *layer, tiles []image.Rectangle, photos []*piece) {
	var run image.Rectangle // tiles beside each other
	fill := func() {
		if !run.Empty() {
			k.add("rect", l.index, run.Min.X, run.Min.Y, run.Dx(), run.Dy())
			k.add("cfill", int(over), l.index, 0, 0, 0, 255)
		}
		run = image.Rectangle{}
	}
	for _, tile := range tiles {
		if !slices.ContainsFunc(photos, func(p *piece) bool { return slices.ContainsFunc(p.seen, tile.Overlaps) }) {
			continue
		}
		for _, r := range l.solidParts(tile) {
			if run.Max.X != r.Min.X || run.Min.Y != r.Min.Y || run.Max.Y != r.Max.Y {
				fill()
			}
			run = run.Union(r)
		}
	}
	fill()
}

// solidParts is the opaque pixels of a tile as rectangles; those of rows that have several stretches only in part.
func (l *layer) solidParts(tile image.Rectangle) (parts []image.Rectangle) {
	if l.opaque(tile) {
		return []image.Rectangle{tile}
	}
	for y := tile.Min.Y; y < tile.Max.Y; y++ {
		row := longestSolid(l.pix.Pix[l.pix.PixOffset(tile.Min.X, y):][:4*tile.Dx()]).Add(image.Pt(tile.Min.X, y))
		last := len(parts) - 1
		switch {
		case row.Empty():
		case last >= 0 && parts[last].Max.Y == y && parts[last].Min.X == row.Min.X && parts[last].Max.X == row.Max.X:
			parts[last].Max.Y++
		default:
			parts = append(parts, row)
		}
	}
	return parts
}

// longestSolid is the longest stretch of opaque pixels of a row that begins at 0, 0.
func longestSolid(row []byte) (longest image.Rectangle) {
	from := 0
	for x := 0; x <= len(row)/4; x++ {
		if x < len(row)/4 && row[4*x+3] == 255 {
			continue
		}
		if x-from > longest.Dx() {
			longest = image.Rect(from, 0, x, 1)
		}
		from = x + 1
	}
	return longest
}

// tile draws a tile as it was drawn for the last keyframe, or anew.
func (k *keyframe) tile(l *layer, r image.Rectangle, photos []*piece) error {
	if k.pix == nil {
		k.pix = make([]byte, 4*side*side)
	}
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
	at := r.Min.Div(side)
	if old := l.tiles[at]; old != nil && old.pix.Rect == r && bytes.Equal(old.pix.Pix, pix.Pix) {
		k.b = append(k.b, old.drawn...)
		return nil
	}
	from := len(k.b)
	if box := contents(pix); !box.Empty() {
		if c, ok := uniform(pix, box); ok && c[3] == 255 {
			k.add("rect", l.index, box.Min.X, box.Min.Y, box.Dx(), box.Dy())
			k.add("cfill", int(over), l.index, int(c[0]), int(c[1]), int(c[2]), 255)
		} else if err := k.image(l.index, over, box, pix); err != nil {
			return err
		}
	}
	l.keepTile(at, &tile{pix, k.b[from:]})
	return nil
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
	l.tiles[at] = &tile{&image.RGBA{Pix: bytes.Clone(t.pix.Pix), Stride: t.pix.Stride, Rect: t.pix.Rect}, bytes.Clone(t.drawn)}
}
