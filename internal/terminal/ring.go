package terminal

// ring is the list of a screen's lines, in a circle of slots. It does what xterm.js's src/common/CircularList.ts does
// down to the slots: after some resizes xterm.js reads and writes beyond the list's end, where the circle goes on.
type ring struct {
	slots  []*line
	start  int // slot of the first line; may exceed the number of slots
	length int
}

func newRing(max int) ring { return ring{slots: make([]*line, max)} }

func (r *ring) max() int   { return len(r.slots) }
func (r *ring) full() bool { return r.length == len(r.slots) }

// get never returns nil: a slot that was never filled gives a line that nobody sees.
func (r *ring) get(i int) *line {
	if l := r.slot(i); l != nil {
		return l
	}
	return newLine(1, pen{})
}

func (r *ring) slot(i int) *line {
	if slot := (r.start + i) % len(r.slots); slot >= 0 {
		return r.slots[slot]
	}
	return nil
}

func (r *ring) set(i int, l *line) {
	if slot := (r.start + i) % len(r.slots); slot >= 0 {
		r.slots[slot] = l
	}
}

func (r *ring) shift(to, from int) { r.set(to, r.slot(from)) }

// setMax changes the number of slots and keeps the first lines.
func (r *ring) setMax(max int) {
	if max == len(r.slots) {
		return
	}
	slots := make([]*line, max)
	for i := range min(max, r.length) {
		slots[i] = r.slot(i)
	}
	r.slots, r.start = slots, 0
}

// setLength makes the list shorter, or longer by emptying slots: those that would follow if the circle began at 0.
func (r *ring) setLength(n int) {
	for i := r.length; i < n; i++ {
		r.slots[i] = nil
	}
	r.length = n
}

// push appends a line; when the ring is full, the first one goes.
func (r *ring) push(l *line) {
	r.set(r.length, l)
	if r.full() {
		r.start = (r.start + 1) % len(r.slots)
	} else {
		r.length++
	}
}

func (r *ring) pop() { r.length-- }

// recycle makes the first line the last one and returns it. The ring must be full.
func (r *ring) recycle() *line {
	r.start = (r.start + 1) % len(r.slots)
	return r.get(r.length - 1)
}

func (r *ring) trimStart(n int) {
	n = min(n, r.length)
	r.start += n
	r.length -= n
}

// remove takes the line at i out of the list.
func (r *ring) remove(i int) {
	for ; i < r.length-1; i++ {
		r.shift(i, i+1)
	}
	r.length--
}

// insert puts a line in before the one at i; when the ring is full, the first one goes.
func (r *ring) insert(i int, l *line) {
	for k := r.length - 1; k >= i; k-- {
		r.shift(k+1, k)
	}
	r.set(i, l)
	if r.full() {
		r.start++
	} else {
		r.length++
	}
}

// grow makes the list at least n long; beyond its bounds the first lines go.
func (r *ring) grow(n int) {
	r.length = max(r.length, n)
	for ; r.length > len(r.slots); r.length-- {
		r.start++
	}
}
