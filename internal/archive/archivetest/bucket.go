package archivetest

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"tapedeck/internal/archive"
)

// object is one of evidence or derived.
type object struct {
	key    string
	data   []byte
	locked time.Time
}

// bucket is evidence or derived: objects by their session, so that a session among very many is found at once.
type bucket struct {
	sessions map[string][]object
	ids      []string
	sorted   int // so many of ids are in order
}

func newBucket() *bucket { return &bucket{sessions: map[string][]object{}} }

// sessionOf is the second element of a key.
func sessionOf(key string) string {
	_, rest, _ := strings.Cut(key, "/")
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// find is the object of a key, or nil.
func (b *bucket) find(key string) *object {
	objects := b.sessions[sessionOf(key)]
	for i := range objects {
		if objects[i].key == key {
			return &objects[i]
		}
	}
	return nil
}

func (b *bucket) putOnce(key string, data []byte) error {
	if b.find(key) != nil {
		return archive.ErrChanged
	}
	id := sessionOf(key)
	objects, there := b.sessions[id]
	if !there {
		b.ids = append(b.ids, id)
	}
	b.sessions[id] = append(objects, object{key: key, data: bytes.Clone(data)})
	return nil
}

// delete deletes objects of a session. With the last of them it is gone.
func (b *bucket) delete(id string, doomed func(object) bool) {
	objects, there := b.sessions[id]
	if !there {
		return
	}
	if b.sessions[id] = slices.DeleteFunc(objects, doomed); len(b.sessions[id]) > 0 {
		return
	}
	delete(b.sessions, id)
	b.ids = slices.DeleteFunc(b.ids, func(other string) bool { return other == id })
	b.sorted = 0
}

func (b *bucket) keys() (keys []string) {
	for _, objects := range b.sessions {
		for _, o := range objects {
			keys = append(keys, o.key)
		}
	}
	return keys
}

// after lists the ids after one, in order, up to n.
func (b *bucket) after(id string, n int) []string {
	if b.sorted < len(b.ids) {
		slices.Sort(b.ids)
		b.sorted = len(b.ids)
	}
	i, _ := slices.BinarySearch(b.ids, id+"0")
	return b.ids[i:min(i+n, len(b.ids))]
}
