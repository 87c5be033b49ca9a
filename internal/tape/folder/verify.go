package folder

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"tapedeck/internal/ledger"
	"tapedeck/internal/reel"
	"tapedeck/internal/tape"
)

// Verify reads a folder as a whole: its files have the hashes that Sums says, and are the recording that they say
// (tape.Reader.Check, reel.Check, ledger.Check). What is wrong is a *Damage.
func Verify(ctx context.Context, dir string) (*tape.Index, error) {
	f, err := Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := f.checkSums(ctx); err != nil {
		return nil, err
	}
	switch {
	case f.Index.Graphics():
		err = reel.Check(ctx, &f.Reader)
	case f.Index.Files():
		err = ledger.Check(ctx, &f.Reader)
	default:
		err = f.Check(ctx)
	}
	if err != nil {
		return nil, f.damage(err)
	}
	return f.Index, f.checkLengths()
}

// damage finds the file that a Check complains of.
func (f *Folder) damage(err error) error {
	for of, file := range map[error]string{tape.ErrSegment: f.play, tape.ErrEvent: f.play, tape.ErrKeyframe: f.play, tape.ErrTable: Table,
		tape.ErrLines: f.lines, tape.ErrIndex: Index, reel.ErrInstruction: f.play, reel.ErrKeyframe: f.play,
		ledger.ErrOperation: f.play} {
		if errors.Is(err, of) {
			return &Damage{file, err}
		}
	}
	return err
}

var sumForm = regexp.MustCompile(`^([0-9a-f]{64})  (\S+)\n$`)

func (f *Folder) checkSums(ctx context.Context) error {
	data, err := io.ReadAll(io.LimitReader(f.files[Sums], 1<<10))
	if err != nil {
		return err
	}
	want := map[string]string{}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		m := sumForm.FindStringSubmatch(line)
		if m == nil || !slices.Contains(f.all(), m[2]) || want[m[2]] != "" {
			return &Damage{Sums, fmt.Errorf("line %d is damaged: %.90q", n, line)}
		}
		want[m[2]] = m[1]
	}
	for _, name := range f.all() {
		if want[name] == "" {
			return &Damage{Sums, fmt.Errorf("it does not name %s", name)}
		}
		h := sha256.New()
		if _, err := io.Copy(h, patient{ctx, io.NewSectionReader(f.files[name], 0, 1<<62)}); err != nil {
			return err
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)); got != want[name] {
			return &Damage{name, fmt.Errorf("its SHA-256 is not the one in %s", Sums)}
		}
	}
	return nil
}

// checkLengths checks that nothing comes after the last segment.
func (f *Folder) checkLengths() error {
	var play, text int64
	for n, s := range f.Index.Segments {
		record, err := f.Record(n)
		if err != nil {
			return f.damage(err)
		}
		play, text = play+s.Bytes, text+record.Text.Bytes
	}
	want := map[string]int64{f.play: play, Table: int64(len(f.Index.Segments)) * tape.RecordSize, f.lines: text}
	for _, name := range f.all()[1:] { // the index was read as a whole
		info, err := f.files[name].Stat()
		if err != nil {
			return err
		}
		if info.Size() != want[name] {
			return &Damage{name, fmt.Errorf("it has %d bytes where its segments have %d", info.Size(), want[name])}
		}
	}
	return nil
}

// patient reads until the context ends.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if p.ctx.Err() != nil {
		return 0, context.Cause(p.ctx)
	}
	return p.r.Read(b)
}
