package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/klauspost/compress/gzip"

	"tapedeck/internal/recording/guac"
)

// desktopFile is the real recording that others are made of: 20 MB and 103 s of a desktop of 1024x768.
const desktopFile = "testdata/recordings/guac/vnc-desktop-1024x768.guac.gz"

// desktop is a recording of graphics of at least a size: a real one again and again, its times shifted. It paints all of
// its picture at the start, so that each time it begins as the first time.
type desktop struct {
	instructions [][]string
	size         int64
	written      int64
	at           int
	firstMs      int64 // of the first time
	lengthMs     int64 // from one time to the next
	shiftMs      int64
	out          []byte
}

// newDesktop makes one. What is drawn can be changed first.
func newDesktop(size int64, change func([][]string) [][]string) (*desktop, error) {
	f, err := os.Open(desktopFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	d := &desktop{size: size, firstMs: -1}
	for i, err := range guac.Instructions(z) {
		if err != nil {
			return nil, err
		}
		elements := []string{string(i.Opcode)}
		for _, a := range i.Args {
			elements = append(elements, string(a))
		}
		d.instructions = append(d.instructions, elements)
		if elements[0] != "sync" {
			continue
		}
		ms, err := strconv.ParseInt(elements[1], 10, 64)
		if err != nil {
			return nil, err
		}
		if d.firstMs < 0 {
			d.firstMs = ms
		}
		d.lengthMs = ms - d.firstMs + 100
	}
	if d.firstMs < 0 {
		return nil, errors.New("there is no sync to go by")
	}
	if change != nil {
		d.instructions = change(d.instructions)
	}
	return d, nil
}

// clocks says which argument of an instruction is a time.
var clocks = map[string]int{"sync": 1, "mouse": 4, "key": 3}

func (d *desktop) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.at == 0 && d.written >= d.size {
			return 0, io.EOF
		}
		elements := d.instructions[d.at]
		if n := clocks[elements[0]]; n > 0 && n < len(elements) {
			ms, err := strconv.ParseInt(elements[n], 10, 64)
			if err != nil {
				return 0, err
			}
			elements = append([]string(nil), elements...)
			elements[n] = strconv.FormatInt(ms+d.shiftMs, 10)
		}
		d.out = guac.Append(d.out[:0], elements[0], elements[1:]...)
		d.written += int64(len(d.out))
		if d.at++; d.at == len(d.instructions) {
			d.at, d.shiftMs = 0, d.shiftMs+d.lengthMs
		}
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// twice makes a desktop of 1920x1080 that nobody has seen: at its top left what is drawn, and at its bottom right, over it,
// what is drawn half the recording later.
func twice(instructions [][]string) (made [][]string) {
	var frames [][][]string
	from := 0
	for n, i := range instructions {
		if i[0] == "sync" {
			frames = append(frames, instructions[from:n+1])
			from = n + 1
		}
	}
	made = [][]string{{"size", "0", "1920", "1080"}, {"rect", "0", "0", "0", "1920", "1080"}, {"cfill", "14", "0", "60", "80", "110", "255"}}
	for n, frame := range frames {
		last := len(frame) - 1
		other := frames[(n+len(frames)/2)%len(frames)]
		made = append(made, moved(frame[:last], [2]int{})...)
		made = append(made, moved(other[:len(other)-1], [2]int{1920 - 1024, 1080 - 768})...)
		made = append(made, frame[last])
	}
	return made
}

// places says which arguments of an instruction are a place, across and down.
var places = map[string][][2]int{"img": {{5, 6}}, "rect": {{2, 3}}, "copy": {{2, 3}, {8, 9}}}

// moved draws a frame elsewhere. The desktop keeps its size.
func moved(frame [][]string, by [2]int) (made [][]string) {
	for _, i := range frame {
		layer := map[string]int{"img": 3, "rect": 1, "copy": 1, "size": 1}[i[0]]
		shown := layer > 0 && (i[layer] == "0" || i[layer] == "-1")
		switch {
		case i[0] == "size" && shown, by != [2]int{} && clocks[i[0]] > 0:
			continue
		case shown:
			i = append([]string(nil), i...)
			for _, p := range places[i[0]] {
				for axis, n := range p {
					v, err := strconv.Atoi(i[n])
					if err != nil {
						panic(fmt.Sprintf("%q is no place", i)) // of a recording that is committed
					}
					i[n] = strconv.Itoa(v + by[axis])
				}
			}
		}
		made = append(made, i)
	}
	return made
}
