package terminal

// attributes is SGR: it changes the pen.
func (t *Terminal) attributes(p *params) {
	for i := 0; i < p.n; i++ {
		switch v := p.values[i]; {
		case v == 38 || v == 48 || v == 58:
			i += t.pen.extendedColour(p, i)
		case v == 4:
			style := int32(1)
			if subs := p.subsOf(i); len(subs) > 0 {
				style = subs[0]
			}
			t.pen.underlineWith(style)
		default:
			t.pen.attribute(v)
		}
	}
}

// switches are the attributes that a number turns on or off.
var switches = [56]struct {
	fg, bg uint32
	off    bool
}{
	1: {fg: bold}, 2: {bg: dim}, 3: {bg: italic}, 5: {fg: blink}, 7: {fg: inverse}, 8: {fg: invisible}, 9: {fg: strike},
	53: {bg: overline},
	22: {bold, dim, true}, 23: {bg: italic, off: true}, 25: {fg: blink, off: true}, 27: {fg: inverse, off: true},
	28: {fg: invisible, off: true}, 29: {fg: strike, off: true}, 55: {bg: overline, off: true},
}

func (p *pen) attribute(v int32) {
	switch {
	case v == 0:
		*p = pen{extra: extra{link: p.link}}
		p.mark()
	case v == 21:
		p.underlineWith(2)
	case v == 24:
		p.underlineWith(0)
	case v >= 30 && v <= 37:
		p.fg = paint(p.fg, uint32(v-30))
	case v == 39:
		p.fg &^= colourMask
	case v >= 40 && v <= 47:
		p.bg = paint(p.bg, uint32(v-40))
	case v == 49:
		p.bg &^= colourMask
	case v == 59: // xterm.js makes the underline white, not the text's colour
		p.under |= colourMask
		p.mark()
	case v >= 90 && v <= 97:
		p.fg = paint(p.fg, uint32(v-90+8))
	case v >= 100 && v <= 107:
		p.bg = paint(p.bg, uint32(v-100+8))
	case v < int32(len(switches)):
		if s := switches[v]; s.off {
			p.fg, p.bg = p.fg&^s.fg, p.bg&^s.bg
		} else {
			p.fg, p.bg = p.fg|s.fg, p.bg|s.bg
		}
	}
}

// paint sets one of the 16 colours. As in xterm.js bits of a colour of another kind stay.
func paint(old, colour uint32) uint32 { return old&^(modeMask|0xff) | palette16 | colour }

func (p *pen) underlineWith(style int32) {
	if style < 0 || style > 5 {
		style = 1
	}
	p.under = p.under&colourMask | uint32(style)<<styleShift
	p.fg |= underline
	if style == 0 {
		p.fg &^= underline
	}
	p.mark()
}

// extendedColour reads `38;5;n`, `38;2;r;g;b`, the same with colons, and mixtures, as xterm.js's _extractColor does.
// It returns how many parameters there are beyond the first.
func (p *pen) extendedColour(all *params, at int) (more int) {
	// What is read, in the order: target, kind, colour space, red or number, green, blue.
	var v [8]int32
	v[2] = -1
	size, space := 6, 0
	for {
		v[more+space] = all.values[at+more]
		if subs := all.subsOf(at + more); len(subs) > 0 {
			for i := range subs {
				if v[1] == 5 {
					space = 1
				}
				v[more+i+1+space] = subs[i]
				size = max(size, more+i+2+space)
				if i+more+2+space >= size {
					break
				}
			}
			break
		}
		if v[1] == 5 && more+space >= 2 || v[1] == 2 && more+space >= 5 {
			break
		}
		if v[1] != 0 {
			space = 1
		}
		more++
		if more+at >= all.n || more+space >= size {
			break
		}
	}
	r, g, b := uint32(max(v[3], 0)&0xff), uint32(max(v[4], 0)&0xff), uint32(max(v[5], 0)&0xff)
	switch v[0] {
	case 38:
		p.fg = mix(p.fg, v[1], r, g, b)
	case 48:
		p.bg = mix(p.bg, v[1], r, g, b)
	case 58:
		p.under = mix(p.under, v[1], r, g, b)
	}
	return more
}

// mix sets a colour of one of two kinds.
func mix(old uint32, kind int32, r, g, b uint32) uint32 {
	switch kind {
	case 2:
		return old&^valueMask | direct | r<<16 | g<<8 | b
	case 5:
		return old&^(modeMask|0xff) | palette256 | r
	}
	return old
}
