package display

import (
	"image"
	"runtime"
)

// grain is what a canvas grows by: it is larger than its layer, and what is drawn beyond the layer's edge is kept there.
const grain = 64

func padded(n int) int { return (n + grain - 1) / grain * grain }

// layer is a layer or an off-screen buffer.
type layer struct {
	index int
	w, h  int
	pix   *image.RGBA // the canvas

	// op is how what is drawn joins what is there; base is what a reset makes of it: what it was when the canvas got its
	// size.
	op, base mask
	path     path
	solid    image.Rectangle // of the canvas: all its pixels are opaque
	context  context
	saved    []context
	doubt    image.Rectangle // of the canvas, whose pixels are not known
	pieces   []*piece
	tiles    map[image.Point]*tile // of the last keyframe
	room     *darkroom

	parent   *layer
	disposed bool
	order    int // among those of the same depth
	x, y, z  int
	alpha    int
	matrix   [6]float64
}

// context is what changes what is drawn, and cannot be said in a keyframe.
type context struct{ clipped, transformed, miter bool }

var identity = [6]float64{1, 0, 0, 1, 0, 0}

func newLayer(index int, room *darkroom) *layer {
	return &layer{index: index, room: room, pix: image.NewRGBA(image.Rectangle{}), op: over, base: over, alpha: 255, matrix: identity}
}

// largeCanvas is of so many bytes that the next one must not be made before it is gone.
const largeCanvas = 32 << 20

// resize keeps what the layer shows. What lies in the canvas beyond its edge stays only as long as the canvas does.
func (l *layer) resize(w, h int) {
	if w == l.w && h == l.h {
		return
	}
	canvas := image.Rect(0, 0, padded(w), padded(h))
	if canvas != l.pix.Rect {
		kept := image.Rect(0, 0, min(l.w, w), min(l.h, h))
		l.develop(kept)
		pix := image.NewRGBA(canvas)
		for y := range kept.Dy() {
			copy(pix.Pix[y*pix.Stride:], l.pix.Pix[y*l.pix.Stride:y*l.pix.Stride+4*kept.Dx()])
		}
		left := len(l.pix.Pix)
		l.pix, l.base, l.doubt = pix, l.op, l.doubt.Intersect(kept)
		if left >= largeCanvas {
			runtime.GC() // a display that goes from size to size would otherwise hold some of them
		}
		l.path, l.context, l.saved, l.solid = path{closed: l.path.closed}, context{}, nil, l.solid.Intersect(kept)
		l.forget()
	} else {
		l.reset()
	}
	l.w, l.h = w, h
}

func (l *layer) reset() {
	l.op, l.path, l.context, l.saved = l.base, path{}, context{}, nil
}

// blur makes a rectangle of the canvas doubtful: what was drawn there is not known.
func (l *layer) blur(r image.Rectangle) {
	if r = r.Intersect(l.pix.Rect); !r.Empty() {
		l.develop(r)
		l.doubt = l.doubt.Union(r)
		l.disown(r)
	}
}

// covered takes note that a rectangle is known again, whatever it was before.
func (l *layer) covered(r image.Rectangle) {
	if l.doubt.In(r) {
		l.doubt = image.Rectangle{}
	}
}

// path is what the next fill fills. A closed one is begun anew by the next rectangle, and filled again where none comes.
type path struct {
	rects  []image.Rectangle
	odd    bool // there are lines and curves in it
	closed bool
}

func (p *path) begin() {
	if p.closed {
		*p = path{}
	}
}
