package terminal

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"unicode/utf8"
)

// xterm is xterm.js in a process of its own (testdata/xterm.mjs), which all tests share.
type xterm struct {
	mu   sync.Mutex
	in   *bufio.Writer
	out  *bufio.Reader
	next uint32
}

const modules = "../../web/node_modules/@xterm"

var startXterm = sync.OnceValues(func() (*xterm, error) {
	for _, name := range []string{"headless", "addon-unicode11"} {
		if _, err := os.Stat(filepath.Join(modules, name, "package.json")); err != nil {
			return nil, err
		}
	}
	manifest, err := filepath.Abs("../../web/package.json")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("node", "testdata/xterm.mjs", manifest)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil { // it ends when its input does, with this process
		return nil, err
	}
	return &xterm{in: bufio.NewWriterSize(in, 1<<20), out: bufio.NewReaderSize(out, 1<<20)}, nil
})

// requireXterm gives xterm.js. Where it is not installed the test is skipped; in CI it fails.
func requireXterm(t testing.TB) *xterm {
	t.Helper()
	x, err := startXterm()
	if err != nil {
		const help = "xterm.js is not there (%v). Install it with: make web-modules"
		if os.Getenv("CI") != "" {
			t.Fatalf(help, err)
		}
		t.Skipf(help, err)
	}
	return x
}

// mirror is a terminal of xterm.js.
type mirror struct {
	x     *xterm
	n     uint32
	t     testing.TB
	carry string // the begin of a character
}

func (x *xterm) open(t testing.TB, cols, rows int) *mirror {
	x.mu.Lock()
	x.next++
	m := &mirror{x: x, n: x.next, t: t}
	x.mu.Unlock()
	m.send('N', size(cols, rows))
	return m
}

// write feeds text as the player does: as a string of whole characters, with U+FFFD for each byte that is part of none.
func (m *mirror) write(text string) {
	text = m.carry + text
	end := len(text)
	for i := max(0, end-utf8.UTFMax+1); i < end; i++ {
		if utf8.RuneStart(text[i]) && !utf8.FullRuneInString(text[i:]) {
			end = i
		}
	}
	text, m.carry = text[:end], text[end:]
	m.send('W', []byte(string([]rune(text))))
}

func (m *mirror) resize(cols, rows int) { m.send('R', size(cols, rows)) }
func (m *mirror) close()                { m.send('D', nil) }

func size(cols, rows int) []byte {
	return binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, uint16(cols)), uint16(rows))
}

func (m *mirror) send(operation byte, data []byte) {
	m.x.mu.Lock()
	defer m.x.mu.Unlock()
	m.request(operation, data)
}

func (m *mirror) ask(operation byte) []byte {
	m.x.mu.Lock()
	defer m.x.mu.Unlock()
	m.request(operation, nil)
	if err := m.x.in.Flush(); err != nil {
		m.t.Fatal(err)
	}
	var head [4]byte
	if _, err := io.ReadFull(m.x.out, head[:]); err != nil {
		m.t.Fatalf("xterm.js gave no answer: %v", err)
	}
	answer := make([]byte, binary.LittleEndian.Uint32(head[:]))
	if _, err := io.ReadFull(m.x.out, answer); err != nil {
		m.t.Fatal(err)
	}
	return answer
}

func (m *mirror) request(operation byte, data []byte) {
	head := binary.LittleEndian.AppendUint32(nil, uint32(5+len(data)))
	head = binary.LittleEndian.AppendUint32(append(head, operation), m.n)
	m.x.in.Write(head)
	if _, err := m.x.in.Write(data); err != nil {
		m.t.Fatal(err)
	}
}

// state is the terminal's whole state.
func (m *mirror) state() records {
	var all records
	for b := m.ask('S'); len(b) > 0; {
		n := int(binary.LittleEndian.Uint16(b))
		size := int(binary.LittleEndian.Uint32(b[2+n:]))
		all = append(all, record{string(b[2 : 2+n]), b[6+n : 6+n+size]})
		b = b[6+n+size:]
	}
	return all
}

func TestWidthsKeepTheContractWithTheUnicode11AddOn(t *testing.T) {
	x := requireXterm(t)
	m := x.open(t, 2, 1)
	defer m.close()
	for r, w := range m.ask('G') {
		if width(rune(r)) != int(w) {
			t.Fatalf("U+%04X is %d wide, in xterm.js %d", r, width(rune(r)), w)
		}
	}
}
