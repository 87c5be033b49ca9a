package terminal

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
)

// painting paints a terminal on a new one.
func painting(t *Terminal) (painted []byte) {
	for y := range t.rows {
		painted = fmt.Appendf(painted, "\x1b[%dH", y+1)
		painted = t.AppendPainted(painted, y, t.cols)
	}
	return painted
}

var harmless = regexp.MustCompile(`\x1b\[(\d+H|\d+G|[\d;:]*m)`)

func checkPainted(t *testing.T, name string, ours *Terminal) {
	t.Helper()
	painted := painting(ours)
	for _, c := range harmless.ReplaceAll(painted, nil) {
		if c < 0x20 || c == 0x7f {
			t.Fatalf("%s: %q steers the terminal", name, painted)
		}
	}
	made := New(ours.Size())
	made.Feed(painted)
	if got, want := made.Rows(), ours.Rows(); !slices.EqualFunc(got, want, sameText) {
		t.Fatalf("%s: painted as\n%q\nwant\n%q", name, got, want)
	}
	for y := range ours.rows {
		for x := range ours.cols {
			a, b := ours.active.row(y).penAt(x), made.active.row(y).penAt(x)
			a.bg, b.bg = a.bg&^(protected|extended), b.bg&^(protected|extended)
			if ours.active.row(y).content(x) != 0 && (a.fg != b.fg || a.bg != b.bg || a.style() != b.style()) {
				t.Fatalf("%s: the cell %d, %d is painted with %x, want %x", name, x, y, b, a)
			}
		}
	}
}

func sameText(a, b string) bool {
	trim := regexp.MustCompile(` +$`)
	return trim.ReplaceAllString(a, "") == trim.ReplaceAllString(b, "")
}

func TestAPaintedScreenLooksTheSame(t *testing.T) {
	for _, s := range corpus(t) {
		ours := New(s.cols, s.rows)
		for i, st := range s.steps {
			if st.cols != 0 {
				ours.Resize(st.cols, st.rows)
			} else {
				ours.Feed([]byte(st.text))
			}
			if i%50 == 0 || i == len(s.steps)-1 {
				checkPainted(t, s.name, ours)
			}
		}
	}
}

func TestWhatIsPaintedSteersNoTerminal(t *testing.T) {
	for seed := range uint64(300) {
		s := generate(seed, 60)
		ours := New(s.cols, s.rows)
		for _, st := range s.steps {
			if st.cols != 0 {
				ours.Resize(st.cols, st.rows)
			} else {
				ours.Feed([]byte(st.text))
			}
		}
		if rest := harmless.ReplaceAll(painting(ours), nil); regexp.MustCompile(`[\x00-\x1f\x7f]`).Match(rest) {
			t.Fatalf("seed %d: %q", seed, rest)
		}
	}
}

func TestAWideCharacterThatDoesNotFitIsNotPainted(t *testing.T) {
	ours := New(10, 1)
	ours.Feed([]byte("abc中d"))
	if got := string(ours.AppendPainted(nil, 0, 4)); got != "abc \x1b[m" {
		t.Errorf("%q", got)
	}
}
