package display

import (
	"image"
	"slices"
)

// Bounds of the photos of a display. What goes beyond them is decoded at once.
const (
	maxPieces      = 8192
	maxPiecesBytes = 32 << 20
	maxFragments   = 32
)

// piece is a photo on a layer.
type piece struct {
	*photo
	at    image.Rectangle   // where it lies
	seen  []image.Rectangle // what nothing was drawn over, all of it on the canvas
	drawn bool              // the canvas has its pixels; until then they are black there
	cut   bool              // only a part of it was ever there
}

// add adds a piece to those of a layer, which are in the order in which they were drawn.
func (l *layer) add(p *piece) {
	l.pieces = append(l.pieces, p)
	l.room.pieces++
	l.room.bytes += len(p.data)
}

// keep forgets the pieces for which it is false.
func (l *layer) keep(which func(*piece) bool) {
	l.pieces = slices.DeleteFunc(l.pieces, func(p *piece) bool {
		if which(p) {
			return false
		}
		l.room.pieces--
		l.room.bytes -= len(p.data)
		return true
	})
}

// forget forgets what is kept beside the canvas.
func (l *layer) forget() {
	l.keep(func(*piece) bool { return false })
	for _, t := range l.tiles {
		l.room.tiled -= area(t.pix.Rect)
	}
	l.tiles = nil
}

// takes reports whether a photo can be drawn with an operator and decoded later: nothing of what was there is seen. A
// buffer that gets larger for it may go back to the operator that it had.
func (l *layer) takes(p *photo, m mask) bool {
	return m.covers() && (l.index >= 0 || l.base.covers()) && l.context == (context{}) && l.room.bytes+len(p.data) <= maxPiecesBytes && l.room.pieces < maxPieces
}

// covers reports whether of an opaque picture nothing is seen but the picture.
func (m mask) covers() bool { return m == over || m == replace }

// show draws a photo that the layer takes.
func (l *layer) show(p *photo, at image.Point) {
	r := image.Rectangle{Max: p.size}.Add(at)
	l.draw(r, colour(p.size.X, 0, 0, 0, 255))
	if onto := r.Intersect(l.pix.Rect); !onto.Empty() {
		l.add(&piece{photo: p, at: r, seen: []image.Rectangle{onto}})
	}
}

// disown takes note that something else is drawn on a rectangle of the canvas.
func (l *layer) disown(r image.Rectangle) {
	l.keep(func(p *piece) bool {
		if !p.at.Overlaps(r) {
			return true
		}
		p.seen = without(p.seen, r)
		if len(p.seen) > maxFragments {
			l.developPiece(p)
			return false
		}
		return len(p.seen) > 0
	})
}

// without is what is left of rectangles, none of which lie on another, beside others.
func without(list []image.Rectangle, others ...image.Rectangle) []image.Rectangle {
	for _, r := range others {
		list = beside(list, r)
	}
	return list
}

func beside(list []image.Rectangle, r image.Rectangle) []image.Rectangle {
	rest := list[:0:0]
	for _, s := range list {
		cut := s.Intersect(r)
		if cut.Empty() {
			rest = append(rest, s)
			continue
		}
		for _, part := range [4]image.Rectangle{
			{s.Min, image.Pt(s.Max.X, cut.Min.Y)},
			{image.Pt(s.Min.X, cut.Min.Y), image.Pt(cut.Min.X, cut.Max.Y)},
			{image.Pt(cut.Max.X, cut.Min.Y), image.Pt(s.Max.X, cut.Max.Y)},
			{image.Pt(s.Min.X, cut.Max.Y), s.Max},
		} {
			if !part.Empty() {
				rest = append(rest, part)
			}
		}
	}
	return rest
}

// inside is the part of rectangles that lies in another.
func inside(list []image.Rectangle, r image.Rectangle) (parts []image.Rectangle) {
	for _, s := range list {
		if s = s.Intersect(r); !s.Empty() {
			parts = append(parts, s)
		}
	}
	return parts
}

func sum(list []image.Rectangle) (pixels int) {
	for _, r := range list {
		pixels += area(r)
	}
	return pixels
}

// develop draws the photos of which something is seen in a rectangle, before its pixels are read.
func (l *layer) develop(r image.Rectangle) {
	for _, p := range l.pieces {
		if !p.drawn && slices.ContainsFunc(p.seen, r.Overlaps) {
			l.developPiece(p)
		}
	}
}

// developPiece draws a photo where it is seen. What it hides is gone: when it cannot be decoded after all, the place is
// doubtful.
func (l *layer) developPiece(p *piece) {
	if p.drawn {
		return
	}
	p.drawn = true
	pix := l.room.develop(p.photo)
	for _, r := range p.seen {
		if pix == nil {
			l.doubt = l.doubt.Union(r)
			continue
		}
		for y := r.Min.Y; y < r.Max.Y; y++ {
			copy(l.pix.Pix[l.pix.PixOffset(r.Min.X, y):][:4*r.Dx()], pix.Pix[pix.PixOffset(r.Min.X-p.at.Min.X, y-p.at.Min.Y):])
		}
	}
}

// whole reports whether a keyframe had better draw a photo again than its pixels.
func (p *piece) whole() bool { return !p.cut && p.worth(sum(p.seen)) }

// settle forgets the photos whose pixels are better kept.
func (l *layer) settle() {
	l.keep(func(p *piece) bool { return !p.drawn || p.whole() })
}

// lift is the photos in a rectangle that is copied onto a layer: where it takes them they need not be drawn for that.
// The others are.
func (l *layer) lift(from image.Rectangle, onto *layer) (photos []*piece) {
	bytes := 0
	for _, p := range l.pieces {
		seen := inside(p.seen, from)
		if len(seen) == 0 {
			continue
		}
		if bytes += len(p.data); !onto.takes(p.photo, onto.op) || l.room.bytes+bytes > maxPiecesBytes || l.room.pieces+len(photos) >= maxPieces {
			l.developPiece(p)
			continue
		}
		photos = append(photos, &piece{photo: p.photo, at: p.at, seen: seen, drawn: p.drawn, cut: p.cut || !p.at.In(from)})
	}
	return photos
}

// put lays lifted photos down elsewhere, once the pixels beside them are drawn.
func (l *layer) put(photos []*piece, by image.Point) {
	for _, p := range photos {
		for i := range p.seen {
			p.seen[i] = p.seen[i].Add(by)
		}
		p.at = p.at.Add(by)
		if p.seen = inside(p.seen, l.pix.Rect); len(p.seen) > 0 {
			l.add(p)
		}
	}
}
