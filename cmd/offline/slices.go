//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"

	"tapedeck/internal/home"
)

// slices reads the file that a person chose. The browser's part of it is in worker.js.
type slices struct {
	*home.Blocks
	size   int64
	failed bool // the browser could not read it
}

func newSlices(job js.Value) *slices {
	s := &slices{size: int64(job.Get("size").Float())}
	block := job.Get("block")
	s.Blocks = home.NewBlocks(s.size, func(p []byte, at int64) (err error) {
		defer func() {
			if r := recover(); r != nil { // syscall/js panics with what a browser throws
				s.failed, err = true, fmt.Errorf("read the file at %d: %v", at, r)
			}
		}()
		if n := job.Call("read", float64(at), len(p)).Int(); n < len(p) {
			panic("it has become shorter")
		}
		js.CopyBytesToGo(p, block)
		return nil
	})
	return s
}
