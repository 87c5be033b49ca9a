package index

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tapedeck/internal/match"
	"tapedeck/internal/session"
)

func TestADictionaryFindsEachValueHoweverItIsKept(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 0))
	rows := randomRows(r, shape{rows: 9000, days: 100}) // more addresses than may be outside of the text
	d := dictionaryOf(rows)
	if d.columns[5].len() == 0 || len(d.columns[5].added) == 0 {
		t.Fatal("this world has no values on both sides")
	}
	for i := range rows {
		for _, s := range sightings(&rows[i]) {
			if c := &d.columns[s.column]; !c.covers(s) {
				t.Fatalf("%s %q is not covered", columnNames[s.column], s.value)
			}
		}
	}
	for _, text := range []string{"10.1.", "db8", "7", "nothing like this"} {
		term := session.Term{Text: text}
		want := map[string]bool{}
		for i := range rows {
			if hasTerm(rows[i].ClientIP, term) {
				want[rows[i].ClientIP] = true
			}
		}
		got := d.columns[5].matches(match.NewTerms([]session.Term{term}))
		for _, e := range got {
			if !want[e.value] {
				t.Errorf("%q found %q", text, e.value)
			}
			delete(want, e.value)
		}
		if len(want) > 0 {
			t.Errorf("%q did not find %d values", text, len(want))
		}
	}
}

func TestASnapshotIsReadAsItWasWritten(t *testing.T) {
	d := dictionaryOf(randomRows(rand.New(rand.NewPCG(5, 0)), shape{rows: 5000, days: 300}))
	for i := range d.columns {
		c := &d.columns[i]
		read, err := decodeColumn(c.encode())
		if err != nil {
			t.Fatal(err)
		}
		if want := c.all(); !reflect.DeepEqual(read.all(), want) {
			t.Errorf("column %s: %d entries, want %d", columnNames[i], read.len(), len(want))
		}
	}
}

func FuzzSnapshot(f *testing.F) {
	d := dictionaryOf(randomRows(rand.New(rand.NewPCG(6, 0)), shape{rows: 50, days: 3}))
	f.Add(d.columns[0].encode(), uint16(3), byte(1))
	f.Add([]byte("x"), uint16(0), byte(0))
	f.Fuzz(func(t *testing.T, packed []byte, at uint16, change byte) {
		if len(packed) > 0 {
			packed = slices.Clone(packed)
			packed[int(at)%len(packed)] ^= change
		}
		c, err := decodeColumn(packed)
		if err != nil {
			return
		}
		if !slices.IsSortedFunc(c.all(), func(a, b entry) int { return map[bool]int{true: -1, false: 1}[a.value < b.value] }) {
			t.Error("out of order")
		}
	})
}

func setOf(facets ...uint8) (set facetSet) {
	for _, f := range facets {
		set.add(f)
	}
	return set
}

func TestDaysAndFacetsOnlyEverWiden(t *testing.T) {
	var c column
	saw := func(facet uint8, d day) {
		c.add(sighting{value: "v", display: fmt.Sprint("V", d), facet: facet, day: d})
	}
	saw(1, 100)
	saw(2, 90)
	saw(1, 95) // known already
	e, ok := c.lookup("v")
	if !ok || e.first != 90 || e.last != 100 || e.facets != setOf(1, 2) || e.weight != 2 || e.display != "V100" {
		t.Errorf("entry %+v", e)
	}
	c.pack(c.all())
	saw(200, 101)
	e, ok = c.lookup("v")
	if !ok || e.last != 101 || e.facets != setOf(1, 2, 200) || e.display != "V101" {
		t.Errorf("packed entry %+v", e)
	}
}

func TestTooManySetsOfFacetsBecomeAll(t *testing.T) {
	var c column
	for i := range 1<<16 + 10 {
		f := facetSet{uint64(i), uint64(i) << 3, 1, 1}
		if got := c.sets[c.intern(f)]; got != f && got != allFacets {
			t.Fatalf("set %d lost facets", i)
		}
	}
}
