package demo

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"tapedeck/internal/recording/guac"
)

// desktop is a recording of graphics, or how it begins.
type desktop struct {
	file  string
	until time.Duration // 0 is all of it
}

// Desktops: most are short, for a demo has hundreds of sessions.
var (
	short = desktop{"guac/rdp-xrdp-1280x720.guac.gz", 22 * time.Second} // a terminal, a file manager
	whole = desktop{"guac/rdp-xrdp-1280x720.guac.gz", 0}                // photographs, an editor, a browser, video
	quiet = desktop{"guac/vnc-long-idle-1280x800.guac.gz", 0}           // ten minutes in which little is done
)

// showDesktop gives the session a desktop in place of a terminal.
func (s *Session) showDesktop(r *rand.Rand) {
	s.Manifest["format"], s.Desktop = guac.Format, &short
	switch {
	case s.Manifest["protocol"] == "VNC":
		s.Desktop = &quiet
	case r.IntN(16) == 0:
		s.Desktop = &whole
	}
}

var (
	cutting sync.Mutex
	cuts    = map[desktop][]byte{}
)

// read is the recording in gzip, up to the first picture after its end.
func (d *desktop) read(folder string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(folder, d.file))
	if err != nil || d.until == 0 {
		return data, err
	}
	cutting.Lock()
	defer cutting.Unlock()
	if cuts[*d] == nil {
		cuts[*d], err = d.cut(data)
	}
	return cuts[*d], err
}

func (d *desktop) cut(data []byte) ([]byte, error) {
	in, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	out := gzip.NewWriter(&b)
	first := int64(-1)
	for i, err := range guac.Instructions(in) {
		if err == nil {
			_, err = out.Write(i.Raw)
		}
		if err != nil {
			return nil, err
		}
		if string(i.Opcode) != "sync" {
			continue
		}
		ms, err := strconv.ParseInt(string(i.Args[0]), 10, 64)
		if err != nil {
			return nil, err
		}
		if first < 0 {
			first = ms
		}
		if ms-first >= d.until.Milliseconds() {
			err := out.Close()
			return b.Bytes(), err
		}
	}
	return nil, fmt.Errorf("%s is shorter than %s", d.file, d.until)
}
