package terminal

import "unicode/utf8"

// parser tells text from sequences. It knows nothing of what they mean.
type parser struct {
	state   state
	params  params
	collect uint32 // prefix and intermediate bytes, the last four of them
	osc     osc
}

// step takes a character. The action that it returns is left to its caller: printText, execute, csiDispatch, escDispatch,
// oscEnd or dcsUnhook; anything else is done.
func (p *parser) step(r rune) action {
	t := transitions[p.state][min(r, other)]
	p.state = t.next
	switch t.action {
	case param:
		p.params.add(r)
	case collect:
		p.collect = p.collect<<8 | uint32(r)
	case clearSequence:
		p.clear()
	case oscStart:
		p.osc.start()
	case oscPut:
		p.osc.put(r)
	case oscEnd, dcsUnhook:
		if r == 0x1b {
			p.state = escape
		}
		p.clear()
	}
	return t.action
}

// numbers takes the parameters that data begins with, as step would one by one.
func (p *parser) numbers(data []byte) (n int) {
	if p.state != csiParam {
		return 0
	}
	for n < len(data) && data[n] >= '0' && data[n] <= ';' {
		p.params.add(rune(data[n]))
		n++
	}
	return n
}

func (p *parser) clear() {
	p.params.reset()
	p.collect = 0
}

// id names a sequence by its prefix, intermediate and final bytes.
func (p *parser) id(final rune) uint32 { return p.collect<<8 | uint32(final) }

// seq is the id of a sequence that is written without its parameters: seq("?h").
func seq(s string) (id uint32) {
	for _, c := range []byte(s) {
		id = id<<8 | uint32(c)
	}
	return id
}

// osc is an operating system command as it comes in: a number, and a text after a semicolon.
type osc struct {
	part  oscPart
	id    int // -1 when there is none
	text  []byte
	units int // length of the whole text in UTF-16, of which no more than maxOSC bytes are kept
}

type oscPart uint8

const (
	oscNone oscPart = iota
	oscID
	oscText
	oscFaulty
)

const (
	maxOSC      = 64 << 10 // bytes of a text that are kept
	maxOSCUnits = 10e6     // xterm.js does nothing with a longer text (src/common/parser/Constants.ts)
	maxOSCID    = 1 << 20  // larger numbers are none that xterm.js knows
)

func (o *osc) start() {
	o.part, o.id, o.text, o.units = oscID, -1, o.text[:0], 0
}

func (o *osc) put(r rune) {
	switch {
	case o.part == oscID && r == ';':
		o.part = oscText
	case o.part == oscID && (r < '0' || r > '9'):
		o.part = oscFaulty
	case o.part == oscID:
		o.id = min(max(o.id, 0)*10+int(r-'0'), maxOSCID)
	case o.part == oscText:
		o.units++
		if r > 0xffff {
			o.units++
		}
		if len(o.text)+utf8.RuneLen(r) <= maxOSC {
			o.text = utf8.AppendRune(o.text, r)
		}
	}
}

// end gives the command when it is whole and not too long; ok is false when there is nothing to do.
func (o *osc) end() (id int, text []byte, ok bool) {
	ok = (o.part == oscID || o.part == oscText) && o.units <= maxOSCUnits
	o.part = oscNone
	return o.id, o.text, ok
}
