package terminal

// modes are the switches of a terminal.
type modes struct {
	// RIS and DECSTR reset these.
	insert, origin, noWrap    bool
	appCursor, appKeypad      bool
	bracketedPaste, focus     bool
	reverseWrap, synchronized bool
	cursorShape               shape
	cursorBlink               blinking
	// RIS alone resets these.
	mouse, mouseEncoding int // the number of the mode that is set, or 0
	// Nothing but their own sequences resets these, and DECSTR the first one.
	cursorHidden bool
	newLine      bool // a line feed is also a carriage return
	blinkOption  bool
	screenUsed   bool // the screen was switched once: from then on xterm.js's own view draws the cursor
}

type shape uint8

const (
	shapeUnset shape = iota
	shapeBlock
	shapeUnderline
	shapeBar
)

type blinking uint8

const (
	blinkUnset blinking = iota
	blinkOn
	blinkOff
)

func (m *modes) reset() {
	*m = modes{mouse: m.mouse, mouseEncoding: m.mouseEncoding, cursorHidden: m.cursorHidden, newLine: m.newLine,
		blinkOption: m.blinkOption, screenUsed: m.screenUsed}
}

// private gives the switch of a DEC private mode that does nothing else; nil for other modes.
func (m *modes) private(mode int32) *bool {
	switch mode {
	case 1:
		return &m.appCursor
	case 12:
		return &m.blinkOption
	case 45:
		return &m.reverseWrap
	case 66:
		return &m.appKeypad
	case 1004:
		return &m.focus
	case 2004:
		return &m.bracketedPaste
	case 2026:
		return &m.synchronized
	}
	return nil
}

func (t *Terminal) setModes(p *params)   { t.ansiModes(p, true) }
func (t *Terminal) resetModes(p *params) { t.ansiModes(p, false) }

func (t *Terminal) ansiModes(p *params, to bool) {
	for _, mode := range p.all() {
		switch mode {
		case 4:
			t.modes.insert = to
		case 20:
			t.modes.newLine = to
		}
	}
}

func (t *Terminal) setPrivateModes(p *params)   { t.privateModes(p, true) }
func (t *Terminal) resetPrivateModes(p *params) { t.privateModes(p, false) }

func (t *Terminal) privateModes(p *params, to bool) {
	for _, mode := range p.all() {
		if s := t.modes.private(mode); s != nil {
			*s = to
			continue
		}
		switch mode {
		case 2:
			if to {
				for level := range t.charsets.g {
					t.charsets.designate(uint8(level), 0)
				}
			}
		case 6:
			t.modes.origin = to
			t.moveTo(0, 0)
		case 7:
			t.modes.noWrap = !to
		case 9, 1000, 1002, 1003:
			t.modes.mouse = 0
			if to {
				t.modes.mouse = int(mode)
			}
		case 1006, 1016:
			t.modes.mouseEncoding = 0
			if to {
				t.modes.mouseEncoding = int(mode)
			}
		case 25:
			t.modes.cursorHidden = !to
		case 1048:
			t.saveOrRestore(to)
		case 47, 1047, 1049:
			t.switchScreen(mode == 1049, to)
		}
	}
}

func (t *Terminal) saveOrRestore(save bool) {
	if save {
		t.saveCursor(nil)
	} else {
		t.restoreCursor(nil)
	}
}

// switchScreen shows one of the screens. The cursor stays where it is; withCursor, it is saved before and restored after.
func (t *Terminal) switchScreen(withCursor, alternate bool) {
	if withCursor && alternate {
		t.saveCursor(nil)
	}
	switch {
	case alternate && t.active == &t.primary:
		t.alternate.fillRows(t.pen.erasing())
		t.alternate.x, t.alternate.y = t.primary.x, t.primary.y
		t.active = &t.alternate
	case !alternate && t.active == &t.alternate:
		t.primary.x, t.primary.y = t.alternate.x, t.alternate.y
		t.alternate.clear()
		t.active = &t.primary
	}
	if withCursor && !alternate {
		t.restoreCursor(nil)
	}
	t.modes.screenUsed = true
}

// softReset is DECSTR.
func (t *Terminal) softReset(*params) {
	s := t.active
	s.top, s.bottom = 0, t.rows-1
	s.saved = savedCursor{y: s.base}
	t.pen = pen{}
	t.charsets = charsets{}
	t.modes.reset()
	t.modes.cursorHidden = false
}

// cursorStyle is DECSCUSR. A number that names no shape still sets whether the cursor blinks.
func (t *Terminal) cursorStyle(p *params) {
	m, n := &t.modes, p.first()
	if n == 0 {
		m.cursorShape, m.cursorBlink = shapeUnset, blinkUnset
		return
	}
	if n <= 6 {
		m.cursorShape = shapeBlock + shape(n-1)/2
	}
	m.cursorBlink = blinkOff
	if n%2 == 1 {
		m.cursorBlink = blinkOn
	}
}

// protect is DECSCA: whether what is written is kept by selective erasure.
func (t *Terminal) protect(p *params) {
	switch p.first() {
	case 1:
		t.pen.bg |= protected
	case 0, 2:
		t.pen.bg &^= protected
	}
}
