package terminal

// Resize changes the size. Numbers out of bounds are clamped: 2 to 2000 columns, 1 to 1000 rows. Long lines of the
// primary screen are wrapped anew, as far as xterm.js does it; what does not fit is lost.
func (t *Terminal) Resize(cols, rows int) {
	cols, rows = clamp(cols, minCols, maxCols), clamp(rows, minRows, maxRows)
	if cols == t.cols && rows == t.rows {
		return
	}
	t.cols, t.rows = cols, rows
	for _, s := range []*screen{&t.primary, &t.alternate} {
		s.resize(cols, rows)
		s.tabs.resized(cols)
		s.odd = s.odd || s.lines.length > 0 && !s.regular()
	}
}

// resize is xterm.js's Buffer.resize. The alternate screen has no lines while it is not shown: then it keeps its
// slots, and when it is shown after its rows became fewer there is room for lines above.
func (s *screen) resize(cols, rows int) {
	if rows > s.lines.max() {
		s.lines.setMax(rows)
	}
	if s.lines.length > 0 {
		if cols > s.cols {
			s.resizeLines(cols)
		}
		moved := s.changeRows(cols, rows)
		if rows < s.lines.max() {
			if lost := s.lines.length - rows; lost > 0 {
				s.lines.trimStart(lost)
				s.base = max(s.base-lost, 0)
				s.saved.y = max(s.saved.y-lost, 0)
			}
			s.lines.setMax(rows)
		}
		s.x = min(s.x, cols-1)
		s.y = min(s.y, rows-1) + moved
		s.saved.x = min(s.saved.x, cols-1)
		s.top = 0
	}
	s.bottom = rows - 1
	if s.reflows {
		switch {
		case cols > s.cols:
			s.reflowWider(cols, rows)
		case cols < s.cols:
			s.reflowNarrower(cols, rows)
			s.resizeLines(cols)
		}
	}
	s.cols, s.rows = cols, rows
}

func (s *screen) resizeLines(cols int) {
	for i := range s.lines.length {
		s.lines.get(i).resize(cols)
	}
}

// changeRows adds rows below or uncovers lines above, or takes rows away below the cursor or above. It returns how
// many rows the cursor moved down.
func (s *screen) changeRows(cols, rows int) (moved int) {
	for y := s.rows; y < rows; y++ {
		if s.lines.length >= rows+s.base {
			continue
		}
		if s.base > 0 && s.lines.length <= s.base+s.y+moved+1 {
			s.base--
			moved++
		} else {
			s.lines.push(newLine(cols, pen{}))
		}
	}
	for y := s.rows; y > rows; y-- {
		if s.lines.length <= rows+s.base {
			continue
		}
		if s.lines.length > s.base+s.y+1 {
			s.lines.pop()
		} else {
			s.base++
		}
	}
	return moved
}
