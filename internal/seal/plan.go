package seal

import "fmt"

// ChunkSize is how many bytes of a recording are sealed at a time. Only the last chunk of a file is shorter.
const ChunkSize = 65536

const overhead = 16 // bytes of a chunk's tag

// Chunks is how many chunks a file of so many bytes has: an empty one has one.
func Chunks(total int64) int64 { return max(1, (total-1)/ChunkSize+1) }

// SealedSize is the size of the sealed file of a recording of so many bytes.
func (h Header) SealedSize(total int64) int64 { return int64(len(h)) + total + overhead*Chunks(total) }

// PartSize is the size of a sealed part: of length bytes at offset.
func (h Header) PartSize(offset, length int64) int64 {
	size := length + overhead*Chunks(length)
	if offset == 0 {
		size += int64(len(h))
	}
	return size
}

// Chunk is where the n-th chunk of a recording of so many bytes lies in the sealed file.
func (h Header) Chunk(n, total int64) (offset, length int64) {
	offset = int64(len(h)) + n*(ChunkSize+overhead)
	return offset, min(ChunkSize+overhead, h.SealedSize(total)-offset)
}

// checkPart refuses what is no part of a recording of so many bytes.
func checkPart(offset, length, total int64) error {
	switch end := total - offset; {
	case offset < 0 || length < 0 || total < 0 || length > end,
		length == 0 && total > 0,               // it would end in an empty chunk
		offset%ChunkSize != 0,                  // the number of its first chunk is not whole
		length%ChunkSize != 0 && length != end: // a chunk inside would be short
		return fmt.Errorf("seal: %d bytes at %d are no part of %d", length, offset, total)
	}
	return nil
}
