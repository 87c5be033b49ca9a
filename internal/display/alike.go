package display

import (
	"bytes"
	"image"
	"slices"
)

// difference is a rectangle outside which two canvases show the same, of one that begins at 0, 0. No photo is drawn for
// it that neither has drawn: the same one at the same place is alike, any others are not.
func difference(l, other *layer, all image.Rectangle) (box image.Rectangle) {
	box = l.unlike(other, all).Union(other.unlike(l, all))
	for y := range all.Dy() {
		a, b := l.pix.Pix[y*l.pix.Stride:][:4*all.Dx()], other.pix.Pix[y*other.pix.Stride:]
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

// unlike is where photos are seen that are not drawn, and are not seen just so on another layer.
func (l *layer) unlike(other *layer, all image.Rectangle) (box image.Rectangle) {
	for _, p := range l.pieces {
		if p.drawn {
			continue
		}
		i := slices.IndexFunc(other.pieces, func(q *piece) bool {
			return p.photo == q.photo && p.at == q.at && slices.Equal(p.seen, q.seen)
		})
		switch {
		case i < 0:
			for _, r := range inside(p.seen, all) {
				box = box.Union(r)
			}
		case other.pieces[i].drawn:
			l.developPiece(p)
		}
	}
	return box
}
