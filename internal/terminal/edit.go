package terminal

func (t *Terminal) insertChars(p *params) {
	t.restrict(t.cols - 1)
	erased := t.pen.erasing()
	t.active.current().insert(t.active.x, p.or(0, 1), &erased)
}

func (t *Terminal) deleteChars(p *params) {
	t.restrict(t.cols - 1)
	erased := t.pen.erasing()
	t.active.current().remove(t.active.x, p.or(0, 1), &erased)
}

func (t *Terminal) eraseChars(p *params) {
	t.restrict(t.cols - 1)
	erased := t.pen.erasing()
	t.active.current().erase(t.active.x, t.active.x+p.or(0, 1), &erased, false)
}

func (t *Terminal) insertLines(p *params) {
	t.restrict(t.cols - 1)
	if s := t.active; s.y >= s.top && s.y <= s.bottom {
		s.insertRows(s.y, p.or(0, 1), t.pen.erasing())
		s.x = 0
	}
}

func (t *Terminal) deleteLines(p *params) {
	t.restrict(t.cols - 1)
	if s := t.active; s.y >= s.top && s.y <= s.bottom {
		s.deleteRows(s.y, p.or(0, 1), t.pen.erasing())
		s.x = 0
	}
}

func (t *Terminal) scrollUp(p *params) {
	t.active.deleteRows(t.active.top, p.or(0, 1), t.pen.erasing())
}

// scrollDown, unlike scrollUp, makes rows of the default background.
func (t *Terminal) scrollDown(p *params) {
	t.active.insertRows(t.active.top, p.or(0, 1), pen{})
}

func (t *Terminal) scrollLeft(p *params)    { t.columns((*line).remove, 0, p) }
func (t *Terminal) scrollRight(p *params)   { t.columns((*line).insert, 0, p) }
func (t *Terminal) insertColumns(p *params) { t.columns((*line).insert, t.active.x, p) }
func (t *Terminal) deleteColumns(p *params) { t.columns((*line).remove, t.active.x, p) }

// columns edits all rows between the margins, if the cursor is there.
func (t *Terminal) columns(edit func(l *line, x, n int, p *pen), x int, p *params) {
	s := t.active
	if s.y < s.top || s.y > s.bottom {
		return
	}
	erased := t.pen.erasing()
	for y := s.top; y <= s.bottom; y++ {
		l := s.row(y)
		edit(l, x, p.or(0, 1), &erased)
		l.wrapped = false
	}
}

func (t *Terminal) eraseInDisplay(p *params)            { t.eraseDisplay(p.first(), false) }
func (t *Terminal) eraseInDisplaySelectively(p *params) { t.eraseDisplay(p.first(), true) }
func (t *Terminal) eraseInLine(p *params)               { t.eraseLine(p.first(), false) }
func (t *Terminal) eraseInLineSelectively(p *params)    { t.eraseLine(p.first(), true) }

func (t *Terminal) eraseDisplay(what int, keep bool) {
	t.restrict(t.cols)
	s := t.active
	switch what {
	case 0:
		t.eraseRow(s.y, s.x, t.cols, s.x == 0, keep)
		t.eraseRows(s.y+1, t.rows, keep)
	case 1:
		t.eraseRow(s.y, 0, s.x+1, true, keep)
		if s.x+1 >= t.cols {
			s.lines.get(s.y + 1).wrapped = false // xterm.js counts this row from the ring's begin
		}
		t.eraseRows(0, s.y, keep)
	case 2:
		t.eraseRows(0, t.rows, keep)
	case 3:
		if above := s.lines.length - t.rows; above > 0 {
			s.lines.trimStart(above)
			s.base = max(s.base-above, 0)
		}
	}
}

func (t *Terminal) eraseLine(what int, keep bool) {
	t.restrict(t.cols)
	s := t.active
	switch what {
	case 0:
		t.eraseRow(s.y, s.x, t.cols, s.x == 0, keep)
	case 1:
		t.eraseRow(s.y, 0, s.x+1, false, keep)
	case 2:
		t.eraseRow(s.y, 0, t.cols, true, keep)
	}
}

// eraseRow empties a part of a row, and cuts it from the row above when unwrap is true.
func (t *Terminal) eraseRow(y, x, end int, unwrap, keep bool) {
	erased := t.pen.erasing()
	l := t.active.row(y)
	l.erase(x, end, &erased, keep)
	if unwrap {
		l.wrapped = false
	}
}

// eraseRows empties rows as a whole.
func (t *Terminal) eraseRows(y, end int, keep bool) {
	erased := t.pen.erasing()
	for ; y < end; y++ {
		l := t.active.row(y)
		l.eraseAll(&erased, keep)
		l.wrapped = false
	}
}

// repeat writes what the last character left in its cell again. It does so only right after a character.
func (t *Terminal) repeat(p *params) {
	if t.join == 0 {
		return
	}
	s := t.active
	again := string(s.current().appendText(nil, s.x-t.join.width()))
	if again == "" {
		return
	}
	t.beginText()
	for range t.fewerRepeats(p.or(0, 1)) {
		for _, r := range again {
			t.put(r)
		}
	}
	t.endText()
}

// fewerRepeats is a smaller number of repetitions with the same result: beyond a full screen, rows repeat, and the
// slots of the ring that they are in.
func (t *Terminal) fewerRepeats(n int) int {
	row := max(t.cols/t.join.width(), 1)
	enough := (t.rows + 2) * row
	if n <= enough {
		return n
	}
	return enough + (n-enough)%(row*t.active.lines.max())
}
