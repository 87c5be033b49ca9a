// Package display draws what a Guacamole server sends, as the client of guacamole-common-js 1.6 does: layers, off-screen
// buffers and the cursor. It keeps what that client keeps, to the pixel, and knows which of it is doubtful.
package display

import (
	"errors"
	"image"
)

// Bounds of a display. What goes beyond them is not drawn.
const (
	MaxSide   = 16384    // pixels of a layer's width or height
	MaxPixels = 32 << 20 // of all layers and buffers together, four bytes each
	MaxLayers = 4096     // layers and buffers at a time
	maxRects  = 4096     // of a path
	maxStack  = 256      // saved states of a layer
)

// Errors that say why an instruction was not drawn. Nothing was changed then.
var (
	ErrUnknown = errors.New("display: no drawing instruction")
	ErrInvalid = errors.New("display: an instruction with wrong arguments")
	ErrBounds  = errors.New("display: an instruction out of bounds")
	ErrImage   = errors.New("display: an image that cannot be decoded")
)

// Display is what a client shows, and what it keeps besides.
type Display struct {
	layers map[int]*layer // buffers have negative numbers
	pixels int            // of all
	moves  int            // counts: layers of the same depth lie in the order in which they came to their parent
	made   []int          // visible layers that instructions made by naming them
	room   darkroom
	press  press
	shown  bool // something visible changed
	cursor cursor
}

type cursor struct {
	pix        *image.RGBA // nil until it is set
	hotX, hotY int
	x, y, mask int
	placed     bool
}

// New is the display of a new client.
func New() *Display {
	d := &Display{layers: map[int]*layer{}}
	d.layers[0] = newLayer(0, &d.room)
	return d
}

// Size is that of the default layer, in pixels.
func (d *Display) Size() (w, h int) { return d.layers[0].w, d.layers[0].h }

// Pointer places the pointer.
func (d *Display) Pointer(x, y, mask int) {
	d.cursor.x, d.cursor.y, d.cursor.mask, d.cursor.placed = x, y, mask, true
}

// layer is the layer or buffer of a number. Naming one makes it: a layer as large as the display, a buffer of nothing.
func (d *Display) layer(index int) (*layer, error) {
	if l := d.layers[index]; l != nil {
		return l, nil
	}
	if len(d.layers) >= MaxLayers {
		return nil, ErrBounds
	}
	l := newLayer(index, &d.room)
	if index > 0 {
		w, h := d.Size()
		if err := d.resize(l, w, h); err != nil {
			return nil, err
		}
		d.attach(l, d.layers[0])
		d.made = append(d.made, index)
	}
	d.layers[index] = l
	return l, nil
}

// TakeMade is the visible layers that came to be since it was called, for want of an instruction that gives their size.
func (d *Display) TakeMade() []int {
	made := d.made
	d.made = nil
	return made
}

// TakeShown reports whether anything that a viewer sees was drawn since it was called; the pointer does not count.
func (d *Display) TakeShown() bool {
	shown := d.shown
	d.shown = false
	return shown
}

// TakeFailed is how many images that were drawn turned out to be none since it was called.
func (d *Display) TakeFailed() int {
	n := d.room.failed
	d.room.failed = 0
	return n
}

// touch takes note that a layer is changed.
func (d *Display) touch(l *layer) { d.shown = d.shown || l.index >= 0 }

// SizeOf is the size of a layer or buffer; 0x0 when it is none.
func (d *Display) SizeOf(index int) (w, h int) {
	if l := d.layers[index]; l != nil {
		return l.w, l.h
	}
	return 0, 0
}

func (d *Display) attach(l, parent *layer) {
	if l.parent != parent {
		d.moves++
		l.parent, l.order = parent, d.moves
	}
}

// resize gives a layer another size, when there is room for it.
func (d *Display) resize(l *layer, w, h int) error {
	if w < 0 || h < 0 || w > MaxSide || h > MaxSide {
		return ErrBounds
	}
	pixels := d.pixels - area(l.pix.Rect) + padded(w)*padded(h)
	if pixels > MaxPixels {
		return ErrBounds
	}
	d.pixels = pixels
	if w != l.w || h != l.h {
		d.touch(l)
	}
	l.resize(w, h)
	return nil
}

// fit makes a buffer large enough for a rectangle. Layers have the size that they are given.
func (d *Display) fit(l *layer, x, y, w, h int) error {
	if l.index >= 0 {
		return nil
	}
	return d.resize(l, max(l.w, x+w), max(l.h, y+h))
}

func (d *Display) dispose(index int) {
	l := d.layers[index]
	if index == 0 || l == nil {
		return
	}
	d.touch(l)
	l.disposed, l.parent = true, nil
	l.forget()
	d.pixels -= area(l.pix.Rect)
	delete(d.layers, index)
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }
