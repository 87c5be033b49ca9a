package terminal

// The functions of this file wrap long lines anew, as xterm.js's Buffer.ts and BufferReflow.ts do, with their faults:
// what the viewer sees is what they make. Lines that belong together are a wrap: a line and those that go on from it.

// reflowWider joins lines when the screen became wider. The lines have their new length already.
func (s *screen) reflowWider(cols, rows int) {
	gone := make(map[int]bool)
	for y := 0; y < s.lines.length-1; y++ {
		next := y + 1
		if !s.lines.get(next).wrapped {
			continue
		}
		wrap := []*line{s.lines.get(y)}
		for next < s.lines.length && s.lines.get(next).wrapped {
			wrap = append(wrap, s.lines.get(next))
			next++
		}
		// The program that wrote the cursor's line is expected to write it again.
		if at := s.base + s.y; at < y || at >= next {
			for i := len(wrap) - joinWider(wrap, s.cols, cols); i < len(wrap); i++ {
				gone[y+i] = true
			}
		}
		y += len(wrap) - 1
	}
	if len(gone) == 0 {
		return
	}
	var left []*line
	for i := range s.lines.length {
		if !gone[i] {
			left = append(left, s.lines.get(i))
		}
	}
	for i, l := range left {
		s.lines.set(i, l)
	}
	s.lines.length = len(left)
	for range gone {
		if s.base > 0 {
			s.base--
			continue
		}
		s.y = max(s.y-1, 0)
		if s.lines.length < rows {
			s.lines.push(newLine(cols, pen{}))
		}
	}
	s.saved.y = max(s.saved.y-len(gone), 0)
}

// joinWider moves the text of a wrap into longer lines and returns how many lines are left over at its end.
func joinWider(wrap []*line, oldCols, cols int) (over int) {
	to, toCol := 0, wrapLength(wrap, 0, oldCols)
	for from, fromCol := 1, 0; from < len(wrap) && to < len(wrap); {
		length := wrapLength(wrap, from, oldCols)
		n := min(length-fromCol, cols-toCol)
		wrap[to].take(wrap[from], fromCol, toCol, n, false)
		toCol += n
		if toCol == cols {
			to, toCol = to+1, 0
		}
		fromCol += n
		if fromCol == length {
			from, fromCol = from+1, 0
		}
		if toCol == 0 && to != 0 && wrap[to-1].width(cols-1) == 2 {
			wrap[to].take(wrap[to-1], cols-1, toCol, 1, false)
			toCol++
			wrap[to-1].clear(cols-1, &pen{})
		}
	}
	to = min(to, len(wrap)-1)
	wrap[to].erase(toCol, cols, &pen{}, false)
	for i := len(wrap) - 1; i > 0 && (i > to || wrap[i].used() == 0); i-- {
		over++
	}
	return over
}

// wrapLength is how much of a line of a wrap is text: all but the empty cell that a wide character left which did
// not fit.
func wrapLength(wrap []*line, i, cols int) int {
	if i == len(wrap)-1 {
		return wrap[i].used()
	}
	if wrap[i].content(cols-1) == blank && wrap[i+1].width(0) == 2 {
		return cols - 1
	}
	return cols
}

// reflowNarrower breaks lines when the screen became narrower. The lines still have their old length.
func (s *screen) reflowNarrower(cols, rows int) {
	var added []insertion
	count := 0
	for y := s.lines.length - 1; y >= 0; y-- {
		l := s.lines.get(y)
		if !l.wrapped && l.used() <= cols {
			continue
		}
		wrap := []*line{l}
		for l.wrapped && y > 0 {
			y--
			l = s.lines.get(y)
			wrap = append([]*line{l}, wrap...)
		}
		if at := s.base + s.y; at >= y && at < y+len(wrap) {
			continue
		}
		lengths := narrowLengths(wrap, s.cols, cols)
		more := len(lengths) - len(wrap)
		lost := max(0, s.lines.length-s.lines.max()+more)
		if s.base == 0 && s.y != s.lines.length-1 {
			lost = max(0, s.y-s.lines.max()+more)
		}
		if more > 0 {
			in := insertion{at: y + len(wrap) + count}
			for range more {
				l := newLine(cols, pen{})
				l.wrapped = true
				in.lines = append(in.lines, l)
			}
			added = append(added, in)
			count += more
			wrap = append(wrap, in.lines...)
		}
		breakNarrower(wrap, lengths, more, s.cols)
		for i, n := range lengths {
			if i < len(wrap) && n < cols {
				wrap[i].clear(n, &pen{})
			}
		}
		for range more - lost {
			s.makeRoom(rows, count)
		}
		s.saved.y = min(s.saved.y+more, s.base+rows-1)
	}
	if len(added) > 0 {
		s.insertAll(added, count)
	}
}

// insertion are new lines and where they go, counted with the ones before them.
type insertion struct {
	at    int
	lines []*line
}

// narrowLengths are the lengths of a wrap's lines after breaking it. A line does not end with half a character.
func narrowLengths(wrap []*line, oldCols, cols int) (lengths []int) {
	need := 0
	for i := range wrap {
		need += wrapLength(wrap, i, oldCols)
	}
	from, col := 0, 0
	for have := 0; have < need; {
		if need-have < cols {
			return append(lengths, need-have)
		}
		col += cols
		if length := wrapLength(wrap, min(from, len(wrap)-1), oldCols); col > length {
			col -= length
			from++
		}
		n := cols
		if from < len(wrap) && wrap[from].width(col-1) == 2 {
			col--
			n--
		}
		lengths = append(lengths, n)
		have += n
	}
	return lengths
}

// breakNarrower moves the text of a wrap to where it belongs, from its end on. The last `more` lines are new.
func breakNarrower(wrap []*line, lengths []int, more, oldCols int) {
	to := len(lengths) - 1
	if to < 0 {
		return
	}
	toCol := lengths[to]
	from := len(wrap) - more - 1
	if more < 0 {
		from = len(wrap) - 1
	}
	fromCol := wrap[from].used()
	for from >= 0 && to >= 0 && to < len(wrap) {
		n := min(fromCol, toCol)
		wrap[to].take(wrap[from], fromCol-n, toCol-n, n, true)
		toCol -= n
		if toCol == 0 {
			to--
			if to >= 0 {
				toCol = lengths[to]
			}
		}
		fromCol -= n
		if fromCol == 0 {
			from--
			fromCol = wrapLength(wrap, max(from, 0), oldCols)
		}
	}
}

// makeRoom takes a row below the cursor away for a new line, or scrolls.
func (s *screen) makeRoom(rows, count int) {
	switch {
	case s.base > 0:
		if s.base < min(s.lines.max(), s.lines.length+count)-rows {
			s.base++
		}
	case s.y < rows-1:
		s.y++
		s.lines.pop()
	default:
		s.base++
	}
}

// insertAll puts new lines in, from the end on. Those for which there is no room at the begin fall off; when the
// ring does not start at its first slot, xterm.js writes them over the last lines instead.
func (s *screen) insertAll(added []insertion, count int) {
	var old []*line
	for i := range s.lines.length {
		old = append(old, s.lines.get(i))
	}
	last := len(old) - 1
	s.lines.setLength(min(s.lines.max(), len(old)+count))
	next, put := 0, 0
	for i := min(s.lines.max()-1, len(old)+count-1); i >= 0; i-- {
		if next < len(added) && added[next].at > last+put {
			lines := added[next].lines
			for k := len(lines) - 1; k >= 0; k-- {
				s.lines.set(i, lines[k])
				i--
			}
			i++
			put += len(lines)
			next++
			continue
		}
		if last >= 0 {
			s.lines.set(i, old[last])
		} else {
			s.lines.set(i, nil)
		}
		last--
	}
}
