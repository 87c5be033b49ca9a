package display

import (
	"bytes"
	"fmt"
	"image"
	"maps"
	"slices"
)

// Compare says in what another display differs from this one: what it shows, or what it keeps for later. Nil is that
// both go on alike whatever comes.
func (d *Display) Compare(other *Display) error {
	mine, theirs := slices.Sorted(maps.Keys(d.layers)), slices.Sorted(maps.Keys(other.layers))
	if !slices.Equal(mine, theirs) {
		return fmt.Errorf("its layers are %v, not %v", theirs, mine)
	}
	for _, i := range mine {
		if err := d.layers[i].compare(other.layers[i]); err != nil {
			return fmt.Errorf("layer %d: %w", i, err)
		}
	}
	for _, i := range mine {
		for _, j := range mine {
			a, b, c, e := d.layers[i], d.layers[j], other.layers[i], other.layers[j]
			if a.parent != nil && a.parent == b.parent && a.z == b.z && (a.order < b.order) != (c.order < e.order) {
				return fmt.Errorf("layers %d and %d lie the other way round", i, j)
			}
		}
	}
	return d.cursor.compare(other.cursor)
}

func (l *layer) compare(other *layer) error {
	l.develop(l.pix.Rect)
	other.develop(other.pix.Rect)
	switch {
	case l.w != other.w || l.h != other.h:
		return fmt.Errorf("it is %dx%d, not %dx%d", other.w, other.h, l.w, l.h)
	case !bytes.Equal(l.pix.Pix, other.pix.Pix):
		return fmt.Errorf("its pixels differ in %v", difference(l.pix, other.pix))
	case (l.parent == nil) != (other.parent == nil) || l.parent != nil && l.parent.index != other.parent.index:
		return fmt.Errorf("it lies on another layer")
	case l.x != other.x || l.y != other.y || l.z != other.z || l.matrix != other.matrix || l.alpha != other.alpha:
		return fmt.Errorf("it lies elsewhere, or is shaded otherwise")
	case !slices.Equal(l.path.rects, other.path.rects) || l.path.odd != other.path.odd || len(l.path.rects) > 0 && l.path.closed != other.path.closed:
		return fmt.Errorf("its path is another")
	case l.index < 0 && l.base != other.base || l.context != other.context || !slices.Equal(l.saved, other.saved):
		return fmt.Errorf("it will be drawn on otherwise")
	}
	return nil
}

func (c cursor) compare(other cursor) error {
	switch {
	case (c.pix == nil) != (other.pix == nil) || c.pix != nil && (c.pix.Rect != other.pix.Rect || !bytes.Equal(c.pix.Pix, other.pix.Pix)):
		return fmt.Errorf("the cursor looks otherwise")
	case c.hotX != other.hotX || c.hotY != other.hotY || c.x != other.x || c.y != other.y || c.mask != other.mask || c.placed != other.placed:
		return fmt.Errorf("the cursor is elsewhere")
	}
	return nil
}

// difference is the smallest rectangle in which two canvases of a size differ.
func difference(m, other *image.RGBA) (box image.Rectangle) {
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			if m.RGBAAt(x, y) != other.RGBAAt(x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}
