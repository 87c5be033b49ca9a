package terminal

import "strconv"

// setPen makes the reader's pen the given one.
func (d *dumper) setPen(to pen) {
	if consistent(to) == to {
		d.changePen(to, false)
	} else if d.pen != to {
		d.oddPen(to)
	}
}

// changePen writes what leads to a consistent pen; without SGR 0 when keep is true.
func (d *dumper) changePen(to pen, keep bool) {
	if d.pen == to {
		return
	}
	if d.pen.link != to.link {
		d.link(to.link)
	}
	best := sgr{pen: d.pen, out: d.steps[:0]}
	best.change(to)
	d.steps = best.out
	if !keep {
		fresh := sgr{pen: d.pen, out: d.fresh[:0]}
		fresh.add(0)
		fresh.change(to)
		d.fresh = fresh.out
		if !best.reached(to) || len(fresh.out) < len(best.out) {
			best = fresh
		}
	}
	if len(best.out) > 0 {
		d.text("\x1b[")
		d.out = append(d.out, best.out...)
		d.text("m")
	}
	d.pen = best.pen
	switch {
	case to.bg&^d.pen.bg&protected != 0:
		d.text("\x1b[1\"q")
	case d.pen.bg&^to.bg&protected != 0:
		d.text("\x1b[\"q")
	}
	d.pen.bg = d.pen.bg&^protected | to.bg&protected
}

// setBackground changes nothing but the background, for erasing.
func (d *dumper) setBackground(bg uint32) {
	to := d.pen
	to.bg = to.bg&^colourMask | bg
	d.changePen(to, true)
}

func (d *dumper) link(n uint32) {
	var to target
	if n != 0 {
		to = d.t.links.at(n)
		if d.addresses += len(to.id) + len(to.address); d.addresses > maxAddresses {
			to = target{address: nowhere}
		}
	}
	d.text("\x1b]8;")
	if to.id != "" {
		d.text("id=" + to.id)
	}
	d.text(";" + to.address + "\a")
	d.pen.link = n
	d.pen.mark()
}

// maxAddresses are the bytes of links in a dump. Later ones lead nowhere, but are drawn.
const maxAddresses = 256 << 10

// oddPen makes a pen that only a restored cursor can have. The cursor must not be beyond the last column.
func (d *dumper) oddPen(to pen) {
	d.likePen(to)
	d.text("\x1b7")
	d.slotUsed = true
	d.changePen(consistent(to), false)
	d.text("\x1b8")
	d.pen.fg, d.pen.bg = to.fg, to.bg
}

// likePen makes a pen that is like another one in everything that a saved cursor keeps.
func (d *dumper) likePen(to pen) {
	like := pen{fg: to.fg, bg: to.bg}
	switch under, more := to.fg&underline != 0, to.bg&extended != 0; {
	case under:
		like.under = 1 << styleShift
		like.bg |= extended
		d.changePen(like, false)
		if more {
			return
		}
		d.text("\x1b7")
		d.slotUsed = true
		d.changePen(pen{}, false)
		d.text("\x1b8\x1b[59m")
		d.pen = pen{to.fg, to.bg, extra{under: colourMask}}
		return
	case more:
		like.link = unknown
	}
	d.changePen(like, false)
}

// consistent is the pen with the same extra that needs no restored cursor.
func consistent(p pen) pen {
	p.fg &^= underline
	if p.style() != 0 {
		p.fg |= underline
	}
	p.mark()
	return p
}

// sgr builds the numbers of an SGR and knows what they make of a pen.
type sgr struct {
	pen pen
	out []byte
}

// reached says that the pen is the given one, but for the protection, which SGR does not set.
func (s *sgr) reached(to pen) bool {
	return s.pen.fg == to.fg && (s.pen.bg^to.bg)&^protected == 0 && s.pen.extra == to.extra
}

func (s *sgr) add(n int, more ...int) {
	if len(s.out) > 0 {
		s.out = append(s.out, ';')
	}
	s.out = strconv.AppendInt(s.out, int64(n), 10)
	for _, n := range more {
		s.out = append(s.out, ';')
		s.out = strconv.AppendInt(s.out, int64(n), 10)
	}
	if len(more) == 0 {
		s.pen.attribute(int32(n))
	}
}

// flags are the attributes with the numbers that turn them on and off.
var flags = []struct {
	fg, bg  uint32
	on, off int
}{
	{fg: bold, on: 1, off: 22}, {bg: dim, on: 2, off: 22}, {bg: italic, on: 3, off: 23}, {fg: blink, on: 5, off: 25}, {fg: inverse, on: 7, off: 27},
	{fg: invisible, on: 8, off: 28}, {fg: strike, on: 9, off: 29}, {bg: overline, on: 53, off: 55},
}

// change adds what leads to another pen.
func (s *sgr) change(to pen) {
	for _, f := range flags {
		if s.pen.fg&f.fg&^to.fg != 0 || s.pen.bg&f.bg&^to.bg != 0 {
			s.add(f.off)
		}
	}
	for _, f := range flags {
		if to.fg&f.fg&^s.pen.fg != 0 || to.bg&f.bg&^s.pen.bg != 0 {
			s.add(f.on)
		}
	}
	if s.pen.style() != to.style() || (s.pen.fg^to.fg)&underline != 0 && to.style() != 0 {
		s.underline(to.style())
	}
	s.colour(&s.pen.fg, to.fg, 30)
	s.colour(&s.pen.bg, to.bg, 40)
	if s.pen.under&colourMask != to.under&colourMask {
		s.colour(&s.pen.under, to.under, 50)
	}
}

func (s *sgr) underline(style uint32) {
	switch style {
	case 0:
		s.add(24)
		return
	case 1:
		s.add(4)
	case 2:
		s.add(21)
	default:
		s.add(4)
		s.out = append(s.out, ':', byte('0'+style))
		s.pen.underlineWith(int32(style))
		return
	}
	s.pen.underlineWith(int32(style))
}

// colour adds a colour; base is 30 for the text, 40 for the background and 50 for the underline. A colour of the
// palette leaves bits of the one before, which nothing shows: they are made the same.
func (s *sgr) colour(from *uint32, to uint32, base int) {
	if *from&colourMask == to&colourMask {
		return
	}
	const rest = valueMask &^ 0xff
	kind, n := to&modeMask, int(to&0xff)
	if kind == 0 && base == 50 {
		return // only SGR 0 does that
	}
	if kind != direct && kind != 0 && *from&rest != to&rest {
		if to&rest == 0 && base != 50 {
			s.add(base + 9)
		} else {
			s.add(base+8, 2, int(to>>16&0xff), int(to>>8&0xff), 0)
		}
	}
	switch {
	case kind == 0:
		s.add(base + 9)
	case kind == direct:
		s.add(base+8, 2, int(to>>16&0xff), int(to>>8&0xff), n)
	case kind == palette256:
		s.add(base+8, 5, n)
	case n < 8:
		s.add(base + n)
	default:
		s.add(base + 60 + n - 8)
	}
	*from = *from&^colourMask | to&colourMask
}
