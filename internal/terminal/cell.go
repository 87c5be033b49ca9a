package terminal

// A cell is packed as xterm.js packs it (src/common/buffer/Constants.ts), so that states can be compared bit by bit.
type cell struct {
	content uint32 // width in bits 22 and 23, joinedFlag, code point
	fg, bg  uint32 // attributes, mode and value of the colour
}

const (
	codeMask    = 1<<21 - 1
	joinedFlag  = 1 << 21 // the cell's text is in its line's table
	contentMask = 1<<22 - 1
	widthShift  = 22
	widthMask   = 3 << widthShift
	blank       = 1 << widthShift // the content of an empty cell
)

// The lower 26 bits of fg and bg are a colour; 0 is the default one.
const (
	colourMask = 1<<26 - 1
	modeMask   = 3 << 24
	palette16  = 1 << 24
	palette256 = 2 << 24
	direct     = 3 << 24 // red, green and blue
	valueMask  = 1<<24 - 1
)

// Attributes in the upper bits of fg.
const (
	inverse = 1 << (26 + iota)
	bold
	underline
	blink
	invisible
	strike
)

// Attributes in the upper bits of bg.
const (
	italic = 1 << (26 + iota)
	dim
	extended // the cell has an extra
	protected
	overline
)

// extra is what few cells have: how they are underlined, and the link that they are part of.
type extra struct {
	under uint32 // style in bits 26 to 28, below it the colour as in fg
	link  uint32 // number of a link, 0 for none
}

const styleShift = 26

func (e extra) style() uint32 { return e.under >> styleShift }
func (e extra) empty() bool   { return e.under>>styleShift == 0 && e.link == 0 }

// pen is what characters are written with.
type pen struct {
	fg, bg uint32
	extra
}

// erasing is the pen of erased cells: of the attributes, only the background stays.
func (p *pen) erasing() pen { return pen{bg: p.bg & colourMask} }

// mark keeps the flag in bg in step with the extra.
func (p *pen) mark() {
	if p.extra.empty() {
		p.bg &^= extended
	} else {
		p.bg |= extended
	}
}
