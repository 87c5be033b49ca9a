package terminal

// Edits of a line, as in xterm.js's src/common/buffer/BufferLine.ts. Each takes the pen of the cells that become empty.

// insert moves the cells from x on n to the right. What leaves the line is lost.
func (l *line) insert(x, n int, p *pen) {
	x %= len(l.cells)
	if x > 0 && l.width(x-1) == 2 {
		l.clear(x-1, p)
	}
	if n < len(l.cells)-x {
		l.move(x+n, x, len(l.cells)-x-n)
	} else {
		n = len(l.cells) - x
	}
	for i := x; i < x+n; i++ {
		l.clear(i, p)
	}
	if last := len(l.cells) - 1; l.width(last) == 2 {
		l.clear(last, p)
	}
}

// remove takes n cells from x on out of the line.
func (l *line) remove(x, n int, p *pen) {
	x %= len(l.cells)
	if n < len(l.cells)-x {
		l.move(x, x+n, len(l.cells)-x-n)
	} else {
		n = len(l.cells) - x
	}
	for i := len(l.cells) - n; i < len(l.cells); i++ {
		l.clear(i, p)
	}
	if x > 0 && l.width(x-1) == 2 {
		l.clear(x-1, p)
	}
	if l.isHalf(x) {
		l.clear(x, p)
	}
}

// erase empties the cells from x up to end; protected ones stay when keep is true.
func (l *line) erase(x, end int, p *pen, keep bool) {
	if x > 0 && l.width(x-1) == 2 && !(keep && l.protected(x-1)) {
		l.clear(x-1, p)
	}
	if end < len(l.cells) && l.width(end-1) == 2 && !(keep && l.protected(end)) {
		l.clear(end, p)
	}
	for ; x < min(end, len(l.cells)); x++ {
		if !(keep && l.protected(x)) {
			l.clear(x, p)
		}
	}
}

// eraseAll empties the whole line, except for protected cells when keep is true.
func (l *line) eraseAll(p *pen, keep bool) {
	if !keep {
		l.fill(*p)
		return
	}
	for i := range l.cells {
		if !l.protected(i) {
			l.clear(i, p)
		}
	}
}

// move copies n cells within the line.
func (l *line) move(to, from, n int) {
	if len(l.texts) > 0 {
		l.moveTexts(to, from, n)
	}
	copy(l.cells[to:to+n], l.cells[from:from+n])
	if len(l.extras) > 0 {
		copy(l.extras[to:to+n], l.extras[from:from+n])
	}
}

func (l *line) moveTexts(to, from, n int) {
	i, end, step := 0, n, 1
	if to > from {
		i, end, step = n-1, -1, -1
	}
	for ; i != end; i += step {
		if l.cells[from+i].content&joinedFlag != 0 {
			l.setText(to+i, l.texts[from+i])
		}
	}
}

// take copies n cells of src, which may be the same line: from the last one on when backward is true. As in xterm.js,
// the texts of all cells of src from x on move, whether they are among the n or not.
func (l *line) take(src *line, x, to, n int, backward bool) {
	for k := range max(n, 0) {
		i := k
		if backward {
			i = n - 1 - k
		}
		var p pen
		if x+i < len(src.cells) {
			p = src.penAt(x + i)
		}
		l.set(to+i, src.content(x+i), &p)
	}
	for _, i := range src.textsFrom(x) {
		l.setText(i-x+to, src.texts[i])
	}
}
