package index

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

// day counts days from 1970-01-01, UTC.
type day uint16

func dayOf(t time.Time) day    { return day(t.Unix() / 86400) }
func (d day) start() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// entry is what the dictionary knows of a value.
type entry struct {
	value       string // folded: the key of its partition
	display     string // as the last session that brought it wrote it
	first, last day    // when its sessions started; they only ever widen
	facets      facetSet
	weight      uint32 // on how many (facet, day) it was seen: a hint how many sessions there are
}

// sighting is the dictionary's unit of growth: a value was seen with a facet on a day.
type sighting struct {
	column  int // of Fields, or facetColumn
	value   string
	display string
	facet   uint8
	day     day
}

// facetColumn is the column after those of Fields: facets in use, as two hexadecimal digits. Sessions without
// any value are known by it.
var facetColumn = len(Fields)

// dictionary is what values there are, per column: a superset of what the index holds.
type dictionary struct {
	mu      sync.RWMutex
	columns []column
}

func newDictionary() *dictionary { return &dictionary{columns: make([]column, len(Fields)+1)} }

// column is a part of the dictionary. Most values lie one after the other in one text, so that a search is one
// pass over it and a value costs few bytes beside its own.
type column struct {
	text  string   // folded values in order, each ended by a newline
	ends  []uint32 // where the i-th value ends, before its newline
	first []day
	last  []day
	set   []uint16 // facets of the i-th value, an index of sets
	seen  []uint32 // weight
	shown map[int]string

	sets  []facetSet
	setOf map[facetSet]uint16

	added map[string]*entry // not in text yet

	weight uint64 // of all values
}

// maxAdded is how many values may be outside of the text before it is made anew.
const maxAdded = 4096

func (c *column) len() int { return len(c.ends) }

func (c *column) value(i int) string {
	start := uint32(0)
	if i > 0 {
		start = c.ends[i-1] + 1
	}
	return c.text[start:c.ends[i]]
}

func (c *column) entry(i int) entry {
	e := entry{value: c.value(i), first: c.first[i], last: c.last[i], facets: c.sets[c.set[i]], weight: c.seen[i]}
	e.display = e.value
	if d, other := c.shown[i]; other {
		e.display = d
	}
	return e
}

// find is the place of a value in the text.
func (c *column) find(value string) (int, bool) {
	return sort.Find(c.len(), func(i int) int { return strings.Compare(value, c.value(i)) })
}

// lookup is the entry of a value.
func (c *column) lookup(value string) (entry, bool) {
	if e := c.added[value]; e != nil {
		return *e, true
	}
	if i, ok := c.find(value); ok {
		return c.entry(i), true
	}
	return entry{}, false
}

func (e *entry) covers(s sighting) bool {
	return e.first <= s.day && s.day <= e.last && e.facets.has(s.facet)
}

func (c *column) covers(s sighting) bool {
	e, ok := c.lookup(s.value)
	return ok && e.covers(s)
}

// add widens the column by a sighting.
func (c *column) add(s sighting) {
	if e := c.added[s.value]; e != nil {
		c.weight += e.widen(s)
		return
	}
	e := entry{value: s.value, first: s.day, last: s.day}
	i, there := c.find(s.value)
	if there {
		e = c.entry(i)
		if e.covers(s) {
			return
		}
	}
	c.weight += e.widen(s)
	if there {
		c.put(i, e)
		return
	}
	if c.added == nil {
		c.added = map[string]*entry{}
	}
	c.added[s.value] = &e
	if len(c.added) >= maxAdded {
		c.pack(c.all())
	}
}

// widen returns by how much the weight grew.
func (e *entry) widen(s sighting) uint64 {
	if e.weight > 0 && e.covers(s) {
		return 0
	}
	if s.day >= e.last {
		e.display = s.display
	}
	e.first, e.last = min(e.first, s.day), max(e.last, s.day)
	e.facets.add(s.facet)
	e.weight++
	return 1
}

func (c *column) put(i int, e entry) {
	c.first[i], c.last[i], c.seen[i] = e.first, e.last, e.weight
	c.set[i] = c.intern(e.facets)
	delete(c.shown, i)
	if e.display != e.value {
		if c.shown == nil {
			c.shown = map[int]string{}
		}
		c.shown[i] = e.display
	}
}

// intern keeps equal sets once. When there are too many different ones, a value gets all facets: a superset is
// never wrong.
func (c *column) intern(f facetSet) uint16 {
	if i, ok := c.setOf[f]; ok {
		return i
	}
	if len(c.sets) >= 1<<16-1 {
		f = allFacets
		if i, ok := c.setOf[f]; ok {
			return i
		}
	}
	if c.setOf == nil {
		c.setOf = map[facetSet]uint16{}
	}
	i := uint16(len(c.sets))
	c.sets = append(c.sets, f)
	c.setOf[f] = i
	return i
}

// all lists the entries in order of their values.
func (c *column) all() []entry {
	list := make([]entry, 0, c.len()+len(c.added))
	for i := range c.len() {
		list = append(list, c.entry(i))
	}
	for _, e := range c.added {
		list = append(list, *e)
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.value, b.value) })
	return list
}

// pack makes the column of entries in order.
func (c *column) pack(list []entry) {
	size := 0
	for _, e := range list {
		size += len(e.value) + 1
	}
	var text strings.Builder
	text.Grow(size)
	n := column{ends: make([]uint32, len(list)), first: make([]day, len(list)), last: make([]day, len(list)), set: make([]uint16, len(list)), seen: make([]uint32, len(list))}
	for i, e := range list {
		text.WriteString(e.value)
		n.ends[i] = uint32(text.Len())
		text.WriteByte('\n')
		n.put(i, e)
		n.weight += uint64(e.weight)
	}
	n.text = text.String()
	*c = n
}

// matches lists the entries that one of the terms finds.
func (c *column) matches(terms match.Terms) (found []entry) {
	for _, e := range c.added {
		if terms.Match(e.value) {
			found = append(found, *e)
		}
	}
	if exact := terms.Exact(); exact != nil {
		for _, value := range exact {
			if i, ok := c.find(value); ok {
				found = append(found, c.entry(i))
			}
		}
		return found
	}
	if part, ok := terms.Part(); ok {
		return c.appendHolding(found, part)
	}
	for i := range c.len() {
		if terms.Match(c.value(i)) {
			found = append(found, c.entry(i))
		}
	}
	return found
}

// holding lists the entries that hold a folded text.
func (c *column) holding(part string) (found []entry) {
	for _, e := range c.added {
		if strings.Contains(e.value, part) {
			found = append(found, *e)
		}
	}
	return c.appendHolding(found, part)
}

// appendHolding looks through the whole text at once: no value holds a newline, so no hit lies across two.
func (c *column) appendHolding(found []entry, part string) []entry {
	for at := 0; at < len(c.text); {
		n := strings.Index(c.text[at:], part)
		if n < 0 {
			break
		}
		i := sort.Search(c.len(), func(i int) bool { return int(c.ends[i]) >= at+n })
		found = append(found, c.entry(i))
		at = int(c.ends[i]) + 1
	}
	return found
}

// sightings of a session: its values, and its facet.
func sightings(s *session.Session) []sighting {
	facet, d := facetOf(s), dayOf(s.ActionAt)
	code := FacetCode(s)
	list := []sighting{{facetColumn, code, code, facet, d}}
	for i, f := range Fields {
		display := s.Value(f.Column)
		if v := match.Fold(display); v != "" {
			list = append(list, sighting{i, v, display, facet, d})
		}
	}
	return list
}
