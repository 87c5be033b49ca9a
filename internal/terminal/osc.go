package terminal

import "bytes"

const maxTitle = 4 << 10 // bytes of a title that are kept; nobody is shown more

// command does an operating system command. Others than these change nothing that xterm.js keeps.
func (t *Terminal) command(id int, text []byte) {
	switch id {
	case 0:
		setTitle(&t.title, text)
		setTitle(&t.icon, text)
	case 1:
		setTitle(&t.icon, text)
	case 2:
		setTitle(&t.title, text)
	case 4:
		t.palette.setIndexed(text)
	case 8:
		t.hyperlink(text)
	case 10, 11, 12:
		t.palette.setSpecial(id-10, text)
	case 104:
		t.palette.restoreIndexed(text)
	case 110, 111, 112:
		t.palette[foreground+id-110] = 0
	}
}

// keepsText says whether the text of a command matters.
func keepsText(id int) bool {
	switch id {
	case 0, 1, 2, 4, 8, 10, 11, 12, 104:
		return true
	}
	return false
}

func setTitle(title *string, text []byte) {
	if len(text) > maxTitle {
		text = bytes.ToValidUTF8(text[:maxTitle], nil)
	}
	if *title != string(text) { // programs tend to set the same one again and again
		*title = string(text)
	}
}
