package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"golang.org/x/term"

	"tapedeck/internal/session"
	"tapedeck/internal/tape"
	"tapedeck/internal/tape/folder"
)

var playCommand = command{
	name: "play", group: groupLocal, does: "watch it in this terminal",
	synopsis: []string{"FILE|OUTDIR"},
	about: `Plays a recording in this terminal, in real time. OUTDIR is what tapedeck pack made; a FILE is packed first, into
a folder that is removed in the end. Nothing of the recording reaches the terminal but what its screen looks like. Of a
log of file operations it writes a table instead, wherever the output goes. A desktop is refused: tapedeck frame --png
writes its picture.

` + playKeys,
	takes:    "FILE",
	examples: []example{{"tapedeck play session.cast", "from the start; q quits"}},
	define: func(*flags) action {
		return func(ctx context.Context, arguments []string, out, notes io.Writer) error {
			if err := named("play", arguments, "FILE or OUTDIR"); err != nil {
				return err
			}
			return play(ctx, arguments[0], out, notes)
		}
	},
}

// playKeys are the player's, for people.
const playKeys = `  space        pause, play
  left, right  5 s back, on
  [, ]         a tenth back, on; shift with left or right does so too
  0-9          to the start, the first tenth, ...
  <, >         slower, faster: 0.25x to 16x
  q            quit`

func play(ctx context.Context, path string, out, notes io.Writer) error {
	switch formatOf(path) {
	case tape.Filelog: // is listed, wherever that goes
	case tape.Guacamole:
		return errDesktop
	default:
		if err := needTerminal(out, "play needs a terminal to play in; tapedeck frame writes a screen elsewhere"); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP, syscall.SIGQUIT)
	defer stop()
	d, remove, err := openPlayable(ctx, path, notes)
	if err != nil {
		return err
	}
	defer remove()
	defer d.Close()
	return perform(ctx, &d.Reader, out)
}

// errDesktop refuses to play a recording of graphics.
var errDesktop = errors.New("this is a recording of a desktop, which no terminal can show; tapedeck frame --png writes the picture of a moment, once it is packed")

// needTerminal fails, with what it is told to say, where nothing can be played.
func needTerminal(out io.Writer, otherwise string) error {
	_, to := terminalOf(out)
	_, from := terminalOf(os.Stdin)
	if !to || !from {
		return errors.New(otherwise)
	}
	return nil
}

// perform plays a recording on the terminal that out is. What has no screen is listed.
func perform(ctx context.Context, recording *tape.Reader, out io.Writer) error {
	if recording.Index.Files() {
		return listOperations(ctx, recording, out)
	}
	return onStage(os.Stdin, out.(*os.File), func(v *view) error {
		p, err := newPlayer(recording, v)
		if err != nil {
			return err
		}
		return p.run(ctx, readKeys(os.Stdin))
	})
}

// openPlayable opens a folder, or packs a file into one that remove removes.
func openPlayable(ctx context.Context, path string, notes io.Writer) (d *folder.Folder, remove func(), err error) {
	remove = func() {}
	info, err := lookAt(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		dir, err := os.MkdirTemp("", "tapedeck-play-")
		if err != nil {
			return nil, nil, err
		}
		remove = func() { os.RemoveAll(dir) }
		if err := packInto(ctx, []file{{path, session.PartRecording}}, filepath.Join(dir, "packed"), notes); err != nil {
			remove()
			return nil, nil, err
		}
		path = filepath.Join(dir, "packed")
	}
	if d, err = folder.Open(path); err != nil {
		remove()
		return nil, nil, err
	}
	return d, remove, nil
}

// onStage lets perform use a terminal as it likes, and leaves that as it was, whatever happens.
func onStage(in, out *os.File, perform func(v *view) error) error {
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return err
	}
	defer term.Restore(int(in.Fd()), before)
	defer io.WriteString(out, viewEnd)
	if _, err := io.WriteString(out, viewBegin); err != nil {
		return err
	}
	return perform(&view{out: out, size: func() (int, int) {
		cols, rows, err := term.GetSize(int(out.Fd()))
		if err != nil || cols < 1 || rows < 1 {
			return 80, 24
		}
		return cols, rows
	}})
}
