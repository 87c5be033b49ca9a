package index

import (
	"cmp"
	"slices"
	"strings"

	"tapedeck/internal/session"
)

// suggest lists up to n values of a field that hold a folded text, in their written form.
func (d *dictionary) suggest(c session.Column, part string, n int) []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	i := slices.IndexFunc(Fields, func(f Field) bool { return f.Column == c })
	found := d.columns[i].holding(part)
	begins := func(e entry) int {
		if strings.HasPrefix(e.value, part) {
			return 0
		}
		return 1
	}
	slices.SortFunc(found, func(a, b entry) int {
		return cmp.Or(cmp.Compare(begins(a), begins(b)), cmp.Compare(b.last, a.last), cmp.Compare(a.value, b.value))
	})
	values := []string{}
	for _, e := range found[:min(n, len(found))] {
		values = append(values, e.display)
	}
	return values
}
