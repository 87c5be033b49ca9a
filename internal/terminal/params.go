package terminal

import "math"

const maxParams = 32 // numbers of a sequence, and numbers after colons of a sequence, that count

// params are the numbers of a control sequence: `1;2:3:4` has the parameters 1 and 2, the latter with the
// subparameters 3 and 4. As in xterm.js (src/common/parser/Params.ts) an empty parameter is 0, an empty subparameter -1.
type params struct {
	values   [maxParams]int32
	from, to [maxParams]uint8 // subparameters of each
	n        int
	subs     [maxParams]int32
	subCount int
	full     bool // there were more than count
	subsFull bool
	inSub    bool // digits go to a subparameter
}

// reset leaves one parameter, 0.
func (p *params) reset() {
	p.n, p.subCount = 0, 0
	p.full, p.subsFull = false, false
	p.next()
}

// next begins a parameter.
func (p *params) next() {
	p.inSub = false
	if p.n == maxParams {
		p.full = true
		return
	}
	p.values[p.n] = 0
	p.from[p.n], p.to[p.n] = uint8(p.subCount), uint8(p.subCount)
	p.n++
}

// nextSub begins a subparameter.
func (p *params) nextSub() {
	p.inSub = true
	if p.full || p.subCount == maxParams {
		p.subsFull = true
		return
	}
	p.subs[p.subCount] = -1
	p.subCount++
	p.to[p.n-1]++
}

func (p *params) digit(d int32) {
	if p.full || p.inSub && p.subsFull {
		return
	}
	v := &p.values[p.n-1]
	if p.inSub {
		v = &p.subs[p.subCount-1]
	}
	*v = int32(min(int64(max(*v, 0))*10+int64(d), math.MaxInt32))
}

func (p *params) add(r rune) {
	switch r {
	case ';':
		p.next()
	case ':':
		p.nextSub()
	default:
		p.digit(r - '0')
	}
}

// first is the first parameter; 0 means the default.
func (p *params) first() int { return int(p.values[0]) }

// or is the parameter at i, or what stands for it when it is 0 or not there.
func (p *params) or(i, otherwise int) int {
	if i < p.n && p.values[i] != 0 {
		return int(p.values[i])
	}
	return otherwise
}

func (p *params) all() []int32         { return p.values[:p.n] }
func (p *params) subsOf(i int) []int32 { return p.subs[p.from[i]:p.to[i]] }
