package home

import "io"

const (
	blockSize  = 1 << 20 // as web/src/offline/worker.js has it
	keptBlocks = 8       // a typescript and its timing are read in turns, each with bytes that lie across two blocks
)

// Blocks reads a file of which every single read is dear, a block at a time, and keeps the blocks that were used last.
// It is for one goroutine.
type Blocks struct {
	size int64
	read func(p []byte, at int64) error
	kept []block // the last one was used last
}

type block struct {
	n    int64
	data []byte
}

// NewBlocks reads a file of so many bytes by read, which fills p with what lies at a place.
func NewBlocks(size int64, read func(p []byte, at int64) error) *Blocks {
	return &Blocks{size: size, read: read}
}

// ReadAt is that of io.ReaderAt.
func (b *Blocks) ReadAt(p []byte, at int64) (n int, err error) {
	for n < len(p) && at < b.size {
		data, err := b.block(at / blockSize)
		if err != nil {
			return n, err
		}
		k := copy(p[n:], data[at%blockSize:])
		n, at = n+k, at+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (b *Blocks) block(n int64) ([]byte, error) {
	for i, k := range b.kept {
		if k.n == n {
			copy(b.kept[i:], b.kept[i+1:])
			b.kept[len(b.kept)-1] = k
			return k.data, nil
		}
	}
	length := min(blockSize, b.size-n*blockSize)
	var room []byte
	if len(b.kept) == keptBlocks {
		room = b.kept[0].data
		b.kept = append(b.kept[:0], b.kept[1:]...)
	}
	if int64(cap(room)) < length {
		room = make([]byte, length)
	}
	room = room[:length]
	if err := b.read(room, n*blockSize); err != nil {
		return nil, err
	}
	b.kept = append(b.kept, block{n, room})
	return room, nil
}
