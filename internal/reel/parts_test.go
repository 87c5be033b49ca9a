package reel_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"tapedeck/internal/display"
	"tapedeck/internal/encode"
	"tapedeck/internal/recording/guac"
	"tapedeck/internal/reel"
	"tapedeck/internal/tape"
)

// joins cuts a recording into parts as JumpServer's lion does: for each part it joins the session anew, so that guacd
// sends it all that is there at first, and only then leaves the part before, which has some frames more.
func joins(t *testing.T, recording io.Reader, framesEach, overlap int) (parts [][]byte) {
	t.Helper()
	d, images := display.New(), display.Streams{}
	frames, open := 0, 0 // parts that grow are the last ones
	for i, err := range guac.Instructions(recording) {
		if err != nil {
			t.Fatal(err)
		}
		if frames%framesEach == 0 && len(parts) == frames/framesEach {
			start, err := d.AppendKeyframe(nil)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, start)
		}
		for n := open; n < len(parts); n++ {
			parts[n] = append(parts[n], i.Raw...)
		}
		switch opcode := string(i.Opcode); opcode {
		case "img":
			err = images.Begin(i.Args)
		case "blob", "end":
			n, _ := display.Number(i.Args[0])
			if opcode == "blob" {
				images.Blob(n, i.Args[1])
			} else if s, _ := images.End(n); s != nil {
				err = d.Show(s)
			}
		case "sync":
			frames++
			if open < len(parts)-1 && frames%framesEach == overlap {
				parts[open] = guac.Append[string](parts[open], "disconnect")
				open++
			}
		default:
			_ = d.Draw(opcode, i.Args) // or none that draws
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

func TestPartsAsJumpServerKeepsThemAreOneRecording(t *testing.T) {
	for _, name := range []string{"ssh-session-resize", "vnc-audio"} {
		z, err := gzip.NewReader(opened(t, name+".guac.gz"))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		whole := encoded(t, bytes.NewReader(data))
		cut := joins(t, bytes.NewReader(data), whole.frames(t)/12+1, 2)
		if len(cut) < 11 {
			t.Fatalf("%d parts", len(cut))
		}
		var parts []encode.Part
		for _, part := range cut { // ID.0.part.gz to ID.11.part.gz
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			if _, err := z.Write(part); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			parts = append(parts, encode.Part{Role: "recording", Bytes: &b})
		}
		m := new(made)
		m.Made, err = encode.Recording(context.Background(), "guacamole", parts,
			encode.Outputs{Files: tape.Files{Play: &m.play, Table: &m.table, Transcript: io.Discard}, Index: &m.index, Keys: &m.keys})
		if err != nil {
			t.Fatal(err)
		}
		if err := reel.Check(t.Context(), m.reader()); err != nil {
			t.Error(err)
		}
		x, want := m.Index, whole.Index
		if x.DurationMs != want.DurationMs || fmt.Sprint(x.Resizes) != fmt.Sprint(want.Resizes) || m.Truncated || x.TimesBack > 2*len(cut) {
			t.Errorf("%s: %d ms, sizes %v, %d times back; want %d ms, %v", name, x.DurationMs, x.Resizes, x.TimesBack, want.DurationMs, want.Resizes)
		}
		for share := range int64(11) { // in the middle of parts
			at := time.Duration(want.DurationMs*(2*share+1)/22) * time.Millisecond
			a, err := reel.Picture(whole.reader(), at)
			if err != nil {
				t.Fatal(err)
			}
			b, err := reel.Picture(m.reader(), at)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Picture().Pix, b.Picture().Pix) {
				t.Errorf("%s: another picture at %s", name, at)
			}
		}
	}
}

// frames is how many syncs a play object has.
func (m *made) frames(t *testing.T) int {
	return bytes.Count([]byte(plain(t, m.play.Bytes())), []byte(";4.sync,"))
}
