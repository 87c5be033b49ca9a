package main

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tapedeck/internal/tape/folder"
	"tapedeck/internal/terminal"
)

// watcher is a person with a terminal, in a bubble of synctest.
type watcher struct {
	*testing.T
	cols, rows int
	sent       bytes.Buffer // to the terminal
	screen     *terminal.Terminal
	keys       chan key
	ended      chan error
}

func (w *watcher) Write(p []byte) (int, error) {
	w.screen.Feed(p)
	return w.sent.Write(p)
}

// watching plays a folder on a terminal of a size and lets a person watch.
func watching(t *testing.T, dir string, cols, rows int, watch func(w *watcher)) {
	d, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	synctest.Test(t, func(t *testing.T) {
		w := &watcher{T: t, cols: cols, rows: rows, screen: terminal.New(cols, rows), keys: make(chan key), ended: make(chan error, 1)}
		p, err := newPlayer(&d.Reader, &view{out: w, size: func() (int, int) { return w.cols, w.rows }})
		if err != nil {
			t.Fatal(err)
		}
		go func() { w.ended <- p.run(t.Context(), w.keys) }()
		synctest.Wait()
		watch(w)
		w.keys <- 'q'
		if err := <-w.ended; err != nil {
			t.Error(err)
		}
	})
}

func (w *watcher) press(keys ...key) {
	for _, k := range keys {
		w.keys <- k
	}
	synctest.Wait()
}

// wait waits a little longer than d: what is due is drawn.
func (w *watcher) wait(d time.Duration) {
	time.Sleep(d + time.Millisecond)
	synctest.Wait()
}

func (w *watcher) row(y int) string { return strings.TrimRight(w.screen.Rows()[y], " ") }

// sees checks the first row and the status.
func (w *watcher) sees(first, status string) {
	w.Helper()
	if got := w.row(0); got != first {
		w.Errorf("the first row is %q, want %q", got, first)
	}
	if got := w.row(w.rows - 1); !strings.Contains(got, status) {
		w.Errorf("the status is %q, want %q", got, status)
	}
}

// counting is a recording whose first row is the second: from 0 to 100.
func counting() []byte {
	var events []string
	for i := range 101 {
		events = append(events, fmt.Sprintf(`[%d, "o", "\r%d"]`, i, i))
	}
	return cast(events...)
}

func TestARecordingIsPlayedInRealTime(t *testing.T) {
	watching(t, packed(t, write(t, "in", counting())), 100, 30, func(w *watcher) {
		w.sees("0", " playing  0:00 / 1:40  1x  80x24")
		w.wait(3500 * time.Millisecond)
		w.sees("3", " playing  0:03 / 1:40")
		w.press(' ')
		w.wait(time.Hour)
		w.sees("3", " paused   0:03 / 1:40  1x  80x24   space plays")
		w.press(' ')
		w.wait(time.Second)
		w.sees("4", " playing  0:04")
		w.press('>', '>', '>', '>', '>', '>') // 16x is the fastest
		w.wait(time.Second)
		w.sees("20", " playing  0:20 / 1:40  16x")
		w.press('<', '<', '<', '<', '<', '<', '<', '<')
		w.wait(4 * time.Second)
		w.sees("21", "0.25x")
	})
}

func TestKeysSeek(t *testing.T) {
	watching(t, packed(t, write(t, "in", counting())), 100, 30, func(w *watcher) {
		w.press('5')
		w.sees("50", " playing  0:50")
		w.press(' ', keyRight)
		w.sees("55", " paused   0:55")
		for _, c := range []struct {
			key  key
			want string
		}{{keyLeft, "50"}, {keyShiftRight, "60"}, {']', "70"}, {keyShiftLeft, "60"}, {'[', "50"}, {'9', "90"}, {keyRight, "95"}, {'0', "0"}, {keyLeft, "0"}, {keyUnknown, "0"}} {
			w.press(c.key)
			w.sees(c.want, " paused ")
		}
		w.press('9', keyShiftRight, keyRight)
		w.sees("100", " the end  1:40 / 1:40")
		w.press(' ')
		w.wait(2 * time.Second)
		w.sees("2", " playing  0:02")
	})
}

func TestAtTheEndTheLastScreenStays(t *testing.T) {
	watching(t, packed(t, write(t, "in", counting())), 100, 30, func(w *watcher) {
		w.wait(time.Hour)
		w.sees("100", " the end  1:40 / 1:40  1x  80x24   space plays again")
		before := w.sent.Len()
		w.wait(time.Hour)
		if w.sent.Len() != before {
			t.Error("something is drawn though nothing changes")
		}
	})
}

func TestEveryMomentOfALongRecordingIsReached(t *testing.T) {
	dir := packed(t, write(t, "long", long(12_000)))
	const tenth = (119_991*time.Millisecond - 1) / 10
	watching(t, dir, 120, 30, func(w *watcher) {
		w.press(' ')
		for _, k := range []key{'7', '2', '9', '0', '4'} {
			w.press(k)
			want, notes, status := tapedeck(t, "frame", dir, "--at", (tenth * time.Duration(k-'0')).String())
			if status != 0 {
				t.Fatal(notes)
			}
			if got := strings.Join(w.screen.Rows()[:20], "\n"); trimmed(got) != trimmed(want) {
				t.Errorf("%c:\n%s\nwant\n%s", k, got, want)
			}
		}
	})
}

func TestWithoutRoomThereIsNoStatus(t *testing.T) {
	events := make([]string, 24)
	for i := range events {
		events[i] = fmt.Sprintf(`[%d, "o", "\u001b[%dHrow %d"]`, i, i+1, i+1)
	}
	watching(t, packed(t, write(t, "in", cast(events...))), 80, 24, func(w *watcher) {
		w.wait(30 * time.Second)
		if w.row(0) != "row 1" || w.row(23) != "row 24" {
			t.Errorf("%q", w.screen.Rows())
		}
		w.cols, w.rows, w.screen = 6, 10, terminal.New(6, 10) // the person makes the window smaller: the cursor's row stays
		w.wait(time.Second)
		if w.row(0) != "row 15" || w.row(9) != "row 24" {
			t.Errorf("%q", w.screen.Rows())
		}
		w.cols, w.rows, w.screen = 90, 25, terminal.New(90, 25)
		w.wait(time.Second)
		if w.row(0) != "row 1" || w.row(23) != "row 24" || !strings.HasPrefix(w.row(24), " the end") {
			t.Errorf("%q", w.screen.Rows())
		}
	})
}

func TestResizesOfTheRecordingAreFollowed(t *testing.T) {
	watching(t, packed(t, write(t, "in", cast(`[0, "o", "wide"]`, `[1, "r", "100x29"]`, `[1, "o", "\u001b[29;1Hlast"]`, `[2, "r", "40x10"]`))), 100, 30, func(w *watcher) {
		w.sees("wide", "80x24")
		w.wait(time.Second)
		w.sees("wide", "100x29")
		if w.row(28) != "last" {
			t.Errorf("%q", w.screen.Rows())
		}
		w.wait(time.Second)
		w.sees("", "40x10")
		if w.row(28) != "" || w.row(9) != "last" {
			t.Errorf("%q", w.screen.Rows())
		}
	})
}

// allowed is all that is ever sent to a person's terminal, besides characters.
var allowed = regexp.MustCompile(`\x1b\[(\d+(;\d+)?H|\d+G|[\d;:]*m|2?J|2K|\?25[hl])`)

func TestNothingOfAHostileRecordingReachesTheTerminal(t *testing.T) {
	recordings := append([][]byte{hostile()}, long(500))
	for _, data := range recordings {
		watching(t, packed(t, write(t, "hostile", data)), 100, 30, func(w *watcher) {
			w.wait(10 * time.Second)
			w.press('1', '9', '0')
			w.wait(time.Minute)
			rest := allowed.ReplaceAll(w.sent.Bytes(), nil)
			if i := bytes.IndexFunc(rest, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }); i >= 0 {
				t.Errorf("%q", rest[i:min(len(rest), i+40)])
			}
			if title := w.screen.Title(); title != "" {
				t.Errorf("the title is %q", title)
			}
		})
	}
}

func TestPlayEndsWhenItIsToldTo(t *testing.T) {
	d, err := folder.Open(packed(t, write(t, "in", counting())))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	synctest.Test(t, func(t *testing.T) {
		start := func(ctx context.Context, keys chan key) error {
			p, err := newPlayer(&d.Reader, &view{out: new(bytes.Buffer), size: func() (int, int) { return 80, 24 }})
			if err != nil {
				return err
			}
			return p.run(ctx, keys)
		}
		for _, k := range []key{'q', 'Q', ctrlC, ctrlD} {
			keys := make(chan key, 1)
			keys <- k
			if err := start(t.Context(), keys); err != nil {
				t.Errorf("%q: %v", k, err)
			}
		}
		gone := make(chan key)
		close(gone)
		if err := start(t.Context(), gone); err != nil {
			t.Errorf("no more keys: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := start(ctx, make(chan key)); err == nil || err.Error() != "interrupted" {
			t.Errorf("interrupted: %v", err)
		}
	})
}

func TestPlayWithoutATerminalSaysSo(t *testing.T) {
	if _, notes, status := tapedeck(t, "play", packed(t, write(t, "in", counting()))); status != exitFailed || !strings.Contains(notes, "needs a terminal") {
		t.Errorf("status %d, %s", status, notes)
	}
}
