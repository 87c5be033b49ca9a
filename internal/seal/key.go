package seal

import (
	"fmt"
	"io"
	"log/slog"
)

// FileKey opens a file and all that was sealed with its header. It does not show itself: only key[:] is its bytes.
type FileKey [16]byte

// ToFileKey makes a key of its bytes. Any other number of bytes than 16 is ErrKey.
func ToFileKey(b []byte) (key FileKey, err error) {
	if len(b) != len(key) {
		return key, ErrKey
	}
	return FileKey(b), nil
}

const hidden = "[file key]"

// Format writes, whatever the verb, that it is a key.
func (FileKey) Format(s fmt.State, _ rune) { io.WriteString(s, hidden) }

func (FileKey) String() string               { return hidden }
func (FileKey) GoString() string             { return hidden }
func (FileKey) MarshalText() ([]byte, error) { return []byte(hidden), nil }
func (FileKey) LogValue() slog.Value         { return slog.StringValue(hidden) }
