package display

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"slices"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// Picture is what a viewer sees, with the pointer.
func (d *Display) Picture() *image.RGBA {
	root := d.layers[0]
	pic := d.flat(root)
	if c := d.cursor; c.pix != nil {
		at := c.pix.Rect.Add(image.Pt(c.x-c.hotX, c.y-c.hotY))
		draw.Draw(pic, at, c.pix, image.Point{}, draw.Over)
	}
	return pic
}

// flat is a layer with those that lie on it, cut at its edge.
func (d *Display) flat(l *layer) *image.RGBA {
	l.develop(l.pix.Rect)
	pic := image.NewRGBA(image.Rect(0, 0, l.w, l.h))
	draw.Draw(pic, pic.Rect, l.pix, image.Point{}, draw.Src)
	var on []*layer
	for _, c := range d.layers {
		if c.parent == l && c.w > 0 && c.h > 0 && c.alpha > 0 {
			on = append(on, c)
		}
	}
	slices.SortFunc(on, func(a, b *layer) int { return cmp.Or(cmp.Compare(a.z, b.z), cmp.Compare(a.order, b.order)) })
	for _, c := range on {
		d.lay(pic, c)
	}
	return pic
}

// lay draws a layer at its place, turned about its middle as its matrix says.
func (d *Display) lay(onto *image.RGBA, l *layer) {
	pic, at := d.flat(l), image.Pt(l.x, l.y)
	shade := image.NewUniform(color.Alpha{byte(l.alpha)})
	if l.matrix == identity {
		draw.DrawMask(onto, pic.Rect.Add(at), pic, image.Point{}, shade, image.Point{}, draw.Over)
		return
	}
	m, cx, cy := l.matrix, float64(l.w)/2, float64(l.h)/2
	turn := f64.Aff3{m[0], m[2], m[4] + float64(l.x) + cx - m[0]*cx - m[2]*cy, m[1], m[3], m[5] + float64(l.y) + cy - m[1]*cx - m[3]*cy}
	if m[0]*m[3] != m[1]*m[2] {
		xdraw.BiLinear.Transform(onto, turn, pic, pic.Rect, xdraw.Over, &xdraw.Options{SrcMask: shade})
	}
}
