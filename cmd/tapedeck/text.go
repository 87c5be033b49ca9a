package main

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Characters that join others: names of some languages, and emoji, are not right without them.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
)

// printable makes text from elsewhere fit for a terminal: what would steer it, turn its direction or not be seen
// at all becomes U+FFFD.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != joiner && r != nonJoiner && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// columnsOf is how many columns of a terminal a character takes.
func columnsOf(r rune) int {
	switch {
	case r == joiner || r == nonJoiner || unicode.In(r, unicode.Mn, unicode.Me) || joinsSyllable(r):
		return 0
	case slices.Contains([]width.Kind{width.EastAsianWide, width.EastAsianFullwidth}, width.LookupRune(r).Kind()):
		return 2
	}
	return 1
}

// joinsSyllable reports whether r is a vowel or final consonant of decomposed Korean: it stands in the columns of
// the consonant before it (Unicode 16, section 3.12).
func joinsSyllable(r rune) bool {
	return r >= 0x1160 && r <= 0x11ff || r >= 0xd7b0 && r <= 0xd7fb
}

// displayWidth is how many columns of a terminal a text takes.
func displayWidth(s string) (n int) {
	for _, r := range s {
		n += columnsOf(r)
	}
	return n
}

// fit cuts a text to at most n columns, the mark of the cut included.
func fit(s string, n int) string {
	if displayWidth(s) <= n {
		return s
	}
	const mark = "…"
	used := displayWidth(mark)
	for i, r := range s {
		if used += columnsOf(r); used > n {
			return s[:i] + mark
		}
	}
	return s
}

// pad fills a text with blanks to n columns.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-displayWidth(s)))
}
