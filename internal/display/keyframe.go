package display

import (
	"cmp"
	"errors"
	"image"
	"maps"
	"slices"
	"strconv"

	"tapedeck/internal/recording/guac"
)

// ErrDoubtful says that a display cannot be told by instructions: something of it is not known here, or no instruction
// makes it.
var ErrDoubtful = errors.New("display: it is doubtful")

// AppendKeyframe appends instructions that make a new client draw, and be in the state of, this display. They change
// nothing in a client that is so already.
func (d *Display) AppendKeyframe(b []byte) ([]byte, error) {
	if d.doubtful() {
		return nil, ErrDoubtful
	}
	d.room.open()
	defer d.room.close()
	k := &keyframe{d: d, b: b, stream: "0", press: &d.press}
	visible, buffers := d.sorted()
	for _, l := range visible {
		k.place(l)
	}
	for _, l := range slices.Concat(visible, buffers) {
		if err := k.pixels(l); err != nil {
			return nil, err
		}
	}
	if err := k.cursor(); err != nil {
		return nil, err
	}
	if d.doubtful() { // a photo turned out to be none
		return nil, ErrDoubtful
	}
	return k.b, nil
}

func (d *Display) doubtful() bool {
	for _, l := range d.layers {
		if !l.doubt.Empty() || l.context != (context{}) || len(l.saved) > 0 || l.path.odd || l.parent != nil && l.parent.disposed {
			return true
		}
	}
	return false
}

// sorted is the layers in the order in which a client has to be told of them, and the buffers. Those that lie on the
// default layer come first: naming a layer puts it there.
func (d *Display) sorted() (visible, buffers []*layer) {
	for _, i := range slices.Sorted(maps.Keys(d.layers)) {
		if i >= 0 {
			visible = append(visible, d.layers[i])
		} else {
			buffers = append(buffers, d.layers[i])
		}
	}
	slices.SortStableFunc(visible, func(a, b *layer) int {
		return cmp.Or(cmp.Compare(depth(a), depth(b)), cmp.Compare(a.order, b.order))
	})
	slices.Reverse(buffers)
	return visible, buffers
}

func depth(l *layer) int {
	switch {
	case l.parent == nil:
		return 0
	case l.parent.index == 0:
		return 1
	}
	return 2
}

// keyframe is one that grows.
type keyframe struct {
	d      *Display
	b      []byte
	stream string
	press  *press
	pix    []byte // of a tile
}

func (k *keyframe) add(opcode string, numbers ...int) {
	args := make([]string, len(numbers))
	for i, n := range numbers {
		args[i] = strconv.Itoa(n)
	}
	k.b = guac.Append(k.b, opcode, args...)
}

func (k *keyframe) place(l *layer) {
	k.add("size", l.index, l.w, l.h)
	if l.index > 0 {
		k.add("move", l.index, l.parent.index, l.x, l.y, l.z)
	}
	if l.alpha != 255 {
		k.add("shade", l.index, l.alpha)
	}
	if l.matrix == identity {
		return
	}
	args := []string{strconv.Itoa(l.index)}
	for _, v := range l.matrix {
		args = append(args, strconv.FormatFloat(v, 'g', -1, 64))
	}
	k.b = guac.Append(k.b, "distort", args...)
}

// pixels draws a layer's canvas, and makes its path.
func (k *keyframe) pixels(l *layer) error {
	if l.index < 0 {
		if l.base != over { // a buffer of nothing takes what is drawn last before it gets its size
			k.add("cfill", int(l.base), l.index, 0, 0, 0, 0)
			if l.pix.Rect == (image.Rectangle{}) { // and one that lost its size, too
				k.add("size", l.index, 1, 1)
			}
		}
		k.add("size", l.index, l.w, l.h)
	}
	k.add("reset", l.index)
	box := contents(l.pix)
	beyond := !box.In(image.Rect(0, 0, l.w, l.h))
	if beyond { // a size within the same canvas clears nothing
		k.add("size", l.index, l.pix.Rect.Dx(), l.pix.Rect.Dy())
	}
	if err := k.box(l, box); err != nil {
		return err
	}
	l.settle()
	if beyond {
		k.add("size", l.index, l.w, l.h)
	}
	k.add("reset", l.index)
	for _, r := range l.path.rects {
		k.add("rect", l.index, r.Min.X, r.Min.Y, r.Dx(), r.Dy())
	}
	if l.path.closed {
		k.add("close", l.index)
	}
	return nil
}

// box draws the part of a canvas outside which it is empty.
func (k *keyframe) box(l *layer, box image.Rectangle) error {
	if box.Empty() {
		return nil
	}
	if c, ok := uniform(l.pix, box); ok && len(l.pieces) == 0 {
		k.add("rect", l.index, box.Min.X, box.Min.Y, box.Dx(), box.Dy())
		k.add("cfill", int(replace), l.index, int(straight(c[0], c[3])), int(straight(c[1], c[3])), int(straight(c[2], c[3])), int(c[3]))
		return nil
	}
	if !l.opaque(box) {
		k.add("rect", l.index, 0, 0, 1, 1)
		k.add("cfill", int(replace), l.index, 0, 0, 0, 0) // nothing is left of what may be there
	}
	return k.tiles(l, box)
}

func (k *keyframe) image(index int, m mask, box image.Rectangle, pix *image.RGBA) error {
	data, err := k.press.print(pix.SubImage(box).(*image.RGBA))
	if err != nil {
		return err
	}
	k.b = AppendImage(k.b, k.stream, &Stream{Mask: int(m), Layer: index, X: box.Min.X, Y: box.Min.Y, Type: "image/png", Data: data})
	return nil
}

// cursor sets the cursor, by way of a buffer that is not in use, and places the pointer.
func (k *keyframe) cursor() error {
	c := k.d.cursor
	if c.pix != nil {
		spare := -1
		for k.d.layers[spare] != nil {
			spare--
		}
		w, h := c.pix.Rect.Dx(), c.pix.Rect.Dy()
		k.add("size", spare, w, h)
		if box := contents(c.pix); !box.Empty() {
			if err := k.image(spare, replace, box, c.pix); err != nil {
				return err
			}
		}
		k.add("cursor", c.hotX, c.hotY, spare, 0, 0, w, h)
		k.add("dispose", spare)
	}
	return nil
}

// Pointed reports where the pointer was placed last, and with which buttons pressed.
func (d *Display) Pointed() (x, y, mask int, ok bool) {
	return d.cursor.x, d.cursor.y, d.cursor.mask, d.cursor.placed
}
