// Command terminals feeds the output of recordings to terminals in Go and prints rows of a table. It is a module
// of its own, so that what it compares with is not among Tapedeck's.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/hinshun/vt10x"

	"tapedeck/internal/terminal"
)

type sheet struct {
	Size    [2]int
	Outputs []string
}

func main() {
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var sheets []sheet
	if err := json.Unmarshal(data, &sheets); err != nil || len(sheets) == 0 {
		log.Fatalf("%d recordings: %v", len(sheets), err)
	}
	for _, t := range []struct {
		name string
		open func(cols, rows int) (feed func([]byte))
	}{
		{"Tapedeck (internal/terminal)", func(cols, rows int) func([]byte) {
			t := terminal.New(cols, rows)
			return func(b []byte) { t.Feed(b) }
		}},
		{"vt10x (Go)", func(cols, rows int) func([]byte) {
			t := vt10x.New(vt10x.WithSize(cols, rows))
			return func(b []byte) { _, _ = t.Write(b) } // it fails never
		}},
	} {
		fmt.Printf("| %s | %.0f MB/s |\n", t.name, speed(sheets, t.open))
	}
}

const long = 5 * time.Second

// speed is in MB of 1,048,576 bytes per second.
func speed(sheets []sheet, open func(cols, rows int) func([]byte)) float64 {
	total := 0
	start := time.Now()
	for time.Since(start) < long {
		for _, s := range sheets {
			feed := open(s.Size[0], s.Size[1])
			for _, o := range s.Outputs {
				feed([]byte(o))
				total += len(o)
			}
		}
	}
	return float64(total) / (1 << 20) / time.Since(start).Seconds()
}
