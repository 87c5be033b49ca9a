package display

import (
	"image"
	"math"
	"strconv"
)

// instruction is how one is drawn: so many whole numbers are its arguments, at least.
type instruction struct {
	args int
	draw func(d *Display, a []int) error
}

var instructions = map[string]instruction{
	"arc":      {4, func(d *Display, a []int) error { return d.odd(a[0]) }},
	"cfill":    {6, (*Display).cfill},
	"clip":     {1, (*Display).clip},
	"close":    {1, (*Display).close},
	"copy":     {9, (*Display).copy},
	"cstroke":  {9, func(d *Display, a []int) error { return d.stroke(a[0], a[1]) }},
	"cursor":   {7, (*Display).setCursor},
	"curve":    {7, func(d *Display, a []int) error { return d.odd(a[0]) }},
	"dispose":  {1, func(d *Display, a []int) error { d.dispose(a[0]); return nil }},
	"identity": {1, (*Display).identity},
	"lfill":    {3, func(d *Display, a []int) error { return d.pattern(a[0], a[1], a[2]) }},
	"line":     {3, func(d *Display, a []int) error { return d.odd(a[0]) }},
	"lstroke":  {3, func(d *Display, a []int) error { return d.pattern(a[0], a[1], a[2]) }},
	"move":     {5, (*Display).move},
	"pop":      {1, (*Display).pop},
	"push":     {1, (*Display).push},
	"rect":     {5, (*Display).rect},
	"reset":    {1, func(d *Display, a []int) error { return d.with(a[0], (*layer).reset) }},
	"set":      {1, func(d *Display, a []int) error { return d.with(a[0], func(l *layer) { l.context.miter = true }) }},
	"shade":    {2, (*Display).shade},
	"size":     {3, (*Display).size},
	"start":    {3, func(d *Display, a []int) error { return d.odd(a[0]) }},
	"transfer": {9, (*Display).transfer},
}

// Draw draws an instruction other than those of images.
func (d *Display) Draw(opcode string, args [][]byte) error {
	if opcode == "distort" || opcode == "transform" {
		return d.affine(opcode, args)
	}
	how, ok := instructions[opcode]
	if !ok {
		return ErrUnknown
	}
	var numbers [9]int
	if len(args) < how.args {
		return ErrInvalid
	}
	for i := range how.args {
		n, err := Number(args[i])
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	return how.draw(d, numbers[:how.args])
}

// Number reads a whole number as servers write it, of 32 bits.
func Number(arg []byte) (int, error) {
	n, err := strconv.ParseInt(string(arg), 10, 32)
	if err != nil || len(arg) == 0 || arg[0] == '+' {
		return 0, ErrInvalid
	}
	return int(n), nil
}

func (d *Display) with(index int, do func(*layer)) error {
	l, err := d.layer(index)
	if err == nil {
		do(l)
	}
	return err
}

func (d *Display) size(a []int) error {
	l, err := d.layer(a[0])
	if err != nil {
		return err
	}
	if a[1] < 0 || a[2] < 0 {
		return ErrInvalid
	}
	return d.resize(l, a[1], a[2])
}

func (d *Display) move(a []int) error {
	if a[0] <= 0 || a[1] < 0 {
		return ErrInvalid
	}
	l, err := d.layer(a[0])
	if err != nil {
		return err
	}
	parent, err := d.layer(a[1])
	if err != nil {
		return err
	}
	for p := parent; p != nil; p = p.parent {
		if p == l {
			return ErrInvalid
		}
	}
	d.attach(l, parent)
	d.touch(l)
	l.x, l.y, l.z = a[2], a[3], a[4]
	return nil
}

func (d *Display) shade(a []int) error {
	if a[0] < 0 || a[1] < 0 || a[1] > 255 {
		return ErrInvalid
	}
	return d.with(a[0], func(l *layer) {
		l.alpha = a[1]
		d.touch(l)
	})
}

func (d *Display) setCursor(a []int) error {
	if a[5] < 0 || a[6] < 0 {
		return ErrInvalid
	}
	if a[5] > 1024 || a[6] > 1024 {
		return ErrBounds
	}
	src, err := d.layer(a[2])
	if err != nil {
		return err
	}
	pix := image.NewRGBA(image.Rect(0, 0, a[5], a[6]))
	from := image.Rect(a[3], a[4], a[3]+a[5], a[4]+a[6]).Intersect(src.pix.Rect)
	src.develop(from)
	for y := from.Min.Y; y < from.Max.Y; y++ {
		at := src.pix.PixOffset(from.Min.X, y)
		copy(pix.Pix[pix.PixOffset(from.Min.X-a[3], y-a[4]):], src.pix.Pix[at:at+4*from.Dx()])
	}
	d.cursor.pix, d.cursor.hotX, d.cursor.hotY = pix, a[0], a[1]
	return nil
}

// copy draws a rectangle of one layer onto another. One that goes beyond the canvas is cut, and what is cut off is not
// drawn.
func (d *Display) copy(a []int) error {
	if !mask(a[5]).known() || a[3] < 0 || a[4] < 0 {
		return ErrInvalid
	}
	src, dst, err := d.both(a[0], a[6])
	if err != nil {
		return err
	}
	from := image.Rect(a[1], a[2], a[1]+a[3], a[2]+a[4]).Intersect(src.pix.Rect)
	if a[1] >= src.pix.Rect.Dx() || a[2] >= src.pix.Rect.Dy() || a[3] == 0 || a[4] == 0 {
		dst.op = mask(a[5])
		return nil
	}
	before := dst.op
	dst.op = mask(a[5])
	if err := d.fit(dst, a[7], a[8], min(a[3], src.pix.Rect.Dx()-a[1]), min(a[4], src.pix.Rect.Dy()-a[2])); err != nil {
		dst.op = before
		return err
	}
	onto := image.Rectangle{Max: from.Size()}.Add(image.Pt(a[7]+from.Min.X-a[1], a[8]+from.Min.Y-a[2]))
	photos := src.lift(from, dst)
	opaque := src.opaque(from)
	pix := src.pix.SubImage(from).(*image.RGBA)
	if src == dst {
		pix = snapshot(pix)
	}
	doubt := src.doubt.Intersect(from).Add(onto.Min.Sub(from.Min))
	dst.draw(onto, paint{func(y int) []byte { return pix.Pix[y*pix.Stride:] }, opaque})
	d.touch(dst)
	dst.blur(doubt)
	dst.put(photos, onto.Min.Sub(from.Min))
	return nil
}

// both are two layers.
func (d *Display) both(a, b int) (*layer, *layer, error) {
	la, err := d.layer(a)
	if err != nil {
		return nil, nil, err
	}
	lb, err := d.layer(b)
	return la, lb, err
}

func snapshot(m *image.RGBA) *image.RGBA {
	c := image.NewRGBA(image.Rectangle{Max: m.Rect.Size()})
	for y := range c.Rect.Dy() {
		copy(c.Pix[y*c.Stride:(y+1)*c.Stride], m.Pix[y*m.Stride:])
	}
	return c
}

// affine reads the matrix of a distort, which is the place of a layer, or of a transform, which is how it is drawn on.
func (d *Display) affine(opcode string, args [][]byte) error {
	if len(args) < 7 {
		return ErrInvalid
	}
	index, err := Number(args[0])
	if err != nil || opcode == "distort" && index < 0 {
		return ErrInvalid
	}
	var m [6]float64
	for i := range m {
		v, err := strconv.ParseFloat(string(args[i+1]), 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || math.Abs(v) > 1e6 {
			return ErrInvalid
		}
		m[i] = v
	}
	return d.with(index, func(l *layer) {
		switch {
		case opcode == "distort":
			l.matrix = m
			d.touch(l)
		case m != identity:
			l.context.transformed = true
		}
	})
}
