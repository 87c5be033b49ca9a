package encode

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"

	"tapedeck/internal/recording/guac"
)

// instruction is one as it is stored, of an opcode and its arguments.
func instruction(text string) string {
	f := strings.Fields(text)
	return string(guac.Append(nil, f[0], f[1:]...))
}

// counted is a reader of what a function makes of 0, 1, 2 and so on.
func counted(head string, n int, unit func(i int) string) io.Reader {
	in, out := io.Pipe()
	go func() {
		_, err := io.WriteString(out, head)
		for i := 0; i < n && err == nil; i++ {
			_, err = io.WriteString(out, unit(i))
		}
		out.CloseWithError(err)
	}()
	return in
}

// picture is an image as a stream.
func picture(t *testing.T, m image.Image, x, y int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return drawn("image/png", b.Bytes(), x, y)
}

func drawn(kind string, data []byte, x, y int) string {
	return instruction(fmt.Sprintf("img 1 14 0 %s %d %d", kind, x, y)) + instruction("blob 1 "+base64.StdEncoding.EncodeToString(data)) + instruction("end 1")
}

// Each of these goes on for some megabytes, or for millions of instructions. A display may have 128 MiB of pixels.
func TestHostileDesktopsAreEncodedInBoundedMemory(t *testing.T) {
	const mayTake = 192 << 20
	start := instruction("size 0 640 480") + instruction("sync 1")
	tick := func(i int) string { return instruction(fmt.Sprintf("sync %d", i)) }
	glass := image.NewNRGBA(image.Rect(0, 0, 4096, 4000))
	glass.Set(1, 1, color.NRGBA{1, 2, 3, 4})
	wall := picture(t, image.NewPaletted(image.Rect(0, 0, 4096, 4000), color.Palette{color.Black}), 0, 0)
	window := picture(t, glass, 0, 0)
	photo, err := os.ReadFile("../display/testdata/images/lossy-64x64.webp")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		n    int
		unit func(i int) string
		left string // counted in leftOut
	}{
		"unknown opcodes":          {300_000, func(i int) string { return instruction("frobnicate 1 2 3") }, "unknown"},
		"layers by the million":    {1_000_000, func(i int) string { return instruction(fmt.Sprintf("size %d 64 64", i+1)) }, "bounds"},
		"buffers without end":      {300_000, func(i int) string { return instruction(fmt.Sprintf("rect -%d 0 0 64 64", i+1)) }, "bounds"},
		"large buffers":            {100_000, func(i int) string { return instruction(fmt.Sprintf("size -%d 3000 3000", i+1)) }, "bounds"},
		"sizes beyond all bounds":  {200_000, func(i int) string { return instruction("size 0 100000 100000") }, "bounds"},
		"sizes there and back":     {300, func(i int) string { return instruction(fmt.Sprintf("size 0 %d 5000", 5000*(i%2))) + tick(i) }, ""},
		"images of nothing, large": {200, func(i int) string { return wall + tick(i) }, ""},
		"images of glass, large":   {8, func(i int) string { return window + tick(i) }, ""},
		"slivers of photographs":   {8_000, func(i int) string { return drawn("image/webp", photo, i*7%600, i*11%440) + tick(i) }, ""},
		"images cut off":           {20_000, func(i int) string { return drawn("image/webp", photo[:1000], 0, 0) }, "image"},
		"base64 rubbish": {20_000, func(i int) string {
			return instruction("img 1 14 0 image/png 0 0") + instruction("blob 1 "+strings.Repeat("!", 4000)) + instruction("end 1")
		}, "image"},
		"streams without end": {100_000, func(i int) string {
			return instruction(fmt.Sprintf("img %d 14 0 image/png 0 0", i)) + instruction(fmt.Sprintf("blob %d aGVsbG8gd29ybGQ=", i))
		}, "bounds"},
		"a stream that goes on": {20_000, func(i int) string {
			return map[bool]string{true: instruction("img 1 14 0 image/png 0 0")}[i == 0] + instruction("blob 1 "+strings.Repeat("AAAA", 2000))
		}, ""},
		"a path that goes on":    {300_000, func(i int) string { return instruction("rect 0 1 1 5 5") }, "bounds"},
		"states that are saved":  {300_000, func(i int) string { return instruction("push 0") }, "bounds"},
		"nests that are cut off": {50_000, func(i int) string { return instruction(fmt.Sprintf("nest %d 9.aaa", i)) }, "bounds"},
		"what was typed":         {300_000, func(i int) string { return instruction("key 65 1 5") }, ""},
		"a clipboard that goes on": {20_000, func(i int) string {
			return map[bool]string{true: instruction("clipboard 1 text/plain")}[i == 0] + instruction("blob 1 "+strings.Repeat("AAAA", 2000))
		}, ""},
		"clipboards without end":      {200_000, func(i int) string { return instruction(fmt.Sprintf("clipboard %d text/plain", i)) }, "bounds"},
		"syncs without drawing":       {300_000, tick, ""},
		"times that go back":          {300_000, func(i int) string { return tick(300_000 - i) }, ""},
		"a resize for each frame":     {200_000, func(i int) string { return instruction(fmt.Sprintf("size 0 %d 90", 100+i%7)) + tick(i) }, ""},
		"a pointer that never stands": {500_000, func(i int) string { return instruction(fmt.Sprintf("mouse %d 5 0 %d", i%600, i)) + tick(i) }, ""},
		"cursors of all sizes":        {500, func(i int) string { return instruction(fmt.Sprintf("cursor 0 0 0 0 0 1024 %d", i%1024)) + tick(i) }, ""},
		"layers on layers":            {4_000, func(i int) string { return instruction(fmt.Sprintf("move %d %d 1 1 1", i+1, i)) + tick(i) }, ""},
		"layers that show the same": {300, func(i int) string {
			return instruction(fmt.Sprintf("copy 0 0 0 640 480 12 %d 0 0", -1-i%90)) + drawn("image/webp", photo, i%500, i%400) + tick(i)
		}, ""},
		"titles of three bytes a character": {2_000, func(i int) string { return string(guac.Append(nil, "name", strings.Repeat("東", 900))) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, "guacamole", main(io.MultiReader(counted(start, c.n, c.unit), strings.NewReader(tick(2_000_000)))))
			if got.err != nil || got.took > mayTake || got.index > 64<<10 {
				t.Fatalf("%v; %d MiB of memory, an index of %d bytes", got.err, got.took>>20, got.index)
			}
			if c.left != "" && got.made.Index.LeftOut[c.left] == 0 {
				t.Errorf("left out: %v", got.made.Index.LeftOut)
			}
			t.Logf("%d MiB of memory, play object %d, index %d, %v", got.took>>20, got.play, got.index, got.made.Index.LeftOut)
		})
	}
}
