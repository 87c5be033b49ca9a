//go:build js && wasm

// Command offline is what the page for an export at home runs in a worker (web/src/offline): it opens a file, and hands
// out what the player plays, piece by piece. The worker's `job` reads the file, and has the passphrase when it is sealed.
package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"runtime"
	"syscall/js"

	"tapedeck/internal/encode"
	"tapedeck/internal/home"
	"tapedeck/internal/tape"
)

const pieceSize = 1 << 20

func main() {
	job := js.Global().Get("job")
	file := newSlices(job)
	made, err := open(file, job.Get("passphrase"))
	if err != nil {
		post(map[string]any{"kind": "failed", "code": codeOf(err, file), "detail": err.Error()})
		return
	}
	post(map[string]any{"kind": "done", "truncated": made.Truncated})
}

func open(file *slices, passphrase js.Value) (*encode.Made, error) {
	plain := io.NewSectionReader(file, 0, file.size)
	if passphrase.Type() == js.TypeString {
		var err error
		if plain, err = home.Unseal(file, file.size, passphrase.String()); err != nil {
			return nil, err
		}
		runtime.GC() // scrypt's 256 MiB are room for the rest now, and not doubled first
		post(map[string]any{"kind": "unsealed"})
	}
	format, parts, err := home.Parts(plain)
	if err != nil {
		return nil, err
	}
	play, table, transcript, index := pieces("play"), pieces("table"), pieces("transcript"), pieces("index")
	made, err := encode.Recording(context.Background(), format, parts, encode.Outputs{
		Files: tape.Files{Play: play, Table: table, Transcript: transcript}, Index: index})
	if err != nil {
		return nil, err
	}
	return made, errors.Join(play.Flush(), table.Flush(), transcript.Flush(), index.Flush())
}

// codeOf says for the page what went wrong.
func codeOf(err error, file *slices) string {
	switch {
	case file.failed:
		return "unreachable"
	case errors.Is(err, home.ErrPassphrase):
		return "passphrase"
	case errors.Is(err, home.ErrOtherKey):
		return "otherKey"
	case errors.Is(err, home.ErrDamaged):
		return "damaged"
	}
	return "format"
}

// pieces hands what is written to the page under a name.
func pieces(name string) *bufio.Writer { return bufio.NewWriterSize(piece(name), pieceSize) }

type piece string

func (name piece) Write(p []byte) (int, error) {
	bytes := js.Global().Get("Uint8Array").New(len(p))
	js.CopyBytesToJS(bytes, p)
	js.Global().Call("postMessage", map[string]any{"kind": "piece", "of": string(name), "bytes": bytes}, []any{bytes.Get("buffer")})
	return len(p), nil
}

func post(message map[string]any) { js.Global().Call("postMessage", message) }
