package session

import (
	"slices"
	"testing"
	"time"
)

func TestIDsSortByStartAndAreTheSameForTheSameSession(t *testing.T) {
	at := time.Date(2026, 11, 23, 6, 4, 5, 123e6, time.UTC)
	a := NewID(at, "gw", "0b7e")
	if b := NewID(at, "gw", "0b7e"); a != b {
		t.Errorf("the same session got %s and %s", a, b)
	}
	if b := NewID(at, "gw2", "0b7e"); a == b {
		t.Error("another gateway's session got the same id")
	}
	ids := []string{MinID(at), a, MinID(at.Add(time.Millisecond)), NewID(at.Add(time.Hour), "gw", "0b7e"), MinID(EndOfTime)}
	if !slices.IsSorted(ids) {
		t.Errorf("not in order of start: %v", ids)
	}
	if got := IDTime(a); !got.Equal(at) {
		t.Errorf("IDTime = %v, want %v", got, at)
	}
}

func TestNewIDIsAULID(t *testing.T) {
	// The time part of the example in github.com/ulid/spec: 1469918176385 ms is 01ARYZ6S41.
	if got := MinID(time.UnixMilli(1469918176385)); got != "01ARYZ6S41"+"0000000000000000" {
		t.Errorf("MinID = %s", got)
	}
}

func TestPrevIDIsTheLargestBelow(t *testing.T) {
	for id, want := range map[string]string{
		"01ARYZ6S410000000000000001": "01ARYZ6S410000000000000000",
		"01ARYZ6S410000000000000000": "01ARYZ6S40ZZZZZZZZZZZZZZZZ",
		"00000000000000000000000000": "",
	} {
		if got := PrevID(id); got != want {
			t.Errorf("PrevID(%s) = %s, want %s", id, got, want)
		}
	}
}

func TestValidIDRefusesOtherForms(t *testing.T) {
	for _, id := range []string{"", "x", "01ARYZ6S41000000000000000", "01ARYZ6S4100000000000000000", "01ARYZ6S41000000000000000U", "81ARYZ6S410000000000000000", "01aryz6s410000000000000000"} {
		if ValidID(id) {
			t.Errorf("ValidID(%q)", id)
		}
	}
}
