//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"tapedeck/internal/home"
)

// slices reads a File of the browser.
type slices struct {
	*home.Blocks
	size   int64
	failed bool // the browser could not read it
}

func newSlices(file js.Value) *slices {
	s := &slices{size: int64(file.Get("size").Float())}
	reader := js.Global().Get("FileReaderSync").New()
	read := 0.0
	s.Blocks = home.NewBlocks(s.size, func(p []byte, at int64) (err error) {
		defer func() {
			if r := recover(); r != nil { // syscall/js panics with what a browser throws
				s.failed, err = true, fmt.Errorf("read the file at %d: %v", at, r)
			}
		}()
		buffer := reader.Call("readAsArrayBuffer", file.Call("slice", float64(at), float64(at+int64(len(p)))))
		if n := js.CopyBytesToGo(p, js.Global().Get("Uint8Array").New(buffer)); n < len(p) {
			panic("it has become shorter")
		}
		read += float64(len(p))
		post(map[string]any{"kind": "read", "bytes": read})
		return nil
	})
	return s
}
