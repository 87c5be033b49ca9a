package terminal

import (
	"bytes"
	"strings"
)

const (
	maxLinks   = 4 << 10 // targets that are kept at a time
	maxLinkLen = 2083    // bytes of a target and its id that are kept; browsers take no more
)

// links are the targets that cells refer to, by number from 1 on.
type links struct {
	targets []target
	byID    map[target]uint32
	free    []uint32 // numbers of targets that no cell refers to any more
	refused int      // links since it was found that nearly all targets are referred to
}

// target is where a link leads. Cells with the same id and address are one link.
type target struct{ id, address string }

// unknown is the number of targets that were too long or too many: their cells are drawn as links, but lead nowhere.
const (
	unknown = maxLinks + 1
	nowhere = "about:blank"
)

func (l *links) at(n uint32) target {
	if n == unknown {
		return target{address: nowhere}
	}
	return l.targets[n-1]
}

// hyperlink takes `parameters;address`, which begins a link, or `;`, which ends it.
func (t *Terminal) hyperlink(text []byte) {
	params, address, ok := bytes.Cut(text, []byte{';'})
	params = bytes.TrimSpace(params)
	switch {
	case !ok || len(address) == 0 && len(params) > 0:
		return
	case len(address) == 0:
		t.pen.link = 0
	default:
		t.pen.link = t.newLink(target{linkID(string(params)), string(address)})
	}
	t.pen.mark()
}

func linkID(params string) string {
	for param := range strings.SplitSeq(params, ":") {
		if id, ok := strings.CutPrefix(param, "id="); ok {
			return id
		}
	}
	return ""
}

func (t *Terminal) newLink(to target) uint32 {
	l := &t.links
	if len(to.id)+len(to.address) > maxLinkLen {
		return unknown
	}
	if n, known := l.byID[to]; known {
		return n
	}
	n := uint32(len(l.targets) + 1)
	switch {
	case n <= maxLinks:
		l.targets = append(l.targets, target{})
	case t.freeLinks():
		n = l.free[len(l.free)-1]
		l.free = l.free[:len(l.free)-1]
	default:
		return unknown
	}
	l.targets[n-1] = to
	if to.id != "" {
		if l.byID == nil {
			l.byID = make(map[target]uint32)
		}
		l.byID[to] = n
	}
	return n
}

// freeLinks finds the targets that neither a cell nor the pen refers to, and says whether there are any. It does not
// look through all cells for each link.
func (t *Terminal) freeLinks() bool {
	l := &t.links
	if len(l.free) > 0 {
		return true
	}
	if l.refused = (l.refused + 1) % maxLinks; l.refused != 1 {
		return false
	}
	var used [maxLinks + 2]bool
	used[t.pen.link] = true
	for _, s := range []*screen{&t.primary, &t.alternate} {
		for _, line := range s.lines.slots {
			if line == nil {
				continue
			}
			for _, e := range line.extras {
				used[e.link] = true
			}
		}
	}
	for i, target := range l.targets {
		if !used[i+1] {
			delete(l.byID, target)
			l.free = append(l.free, uint32(i+1))
		}
	}
	if len(l.free) > maxLinks/4 {
		l.refused = 0
	}
	return len(l.free) > 0
}
