package passphrase

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// The list has the passphrases of 15 and more characters among the 49,233 commonest passwords of
// @zxcvbn-ts/language-common 4.1.3 (MIT licence), and sentences that everybody knows.
//
//go:embed common.txt
var commonList string

var commonFolded = sync.OnceValue(func() (folded []string) {
	for line := range strings.Lines(commonList) {
		folded = append(folded, fold(line))
	}
	return folded
})

// padded are words that make nothing harder to guess. One that holds another comes before it.
var padded = []string{"administrator", "passphrase", "password", "passw0rd", "p@ssword", "p@ssw0rd", "passwort", "tapedeck",
	"iloveyou", "changeme", "letmein", "welcome", "default", "secret", "master", "login", "admin"}

// walks are rows of characters that fingers or the mind go along.
var walks = []string{"01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"}

// surprising is how many characters of a passphrase must not be what one expects after those before.
const surprising = 8

// common reports whether a passphrase is among those that are guessed first: one of the list, or too little that
// surprises once the padding, repetitions and walks are left out.
func common(s string) bool {
	s = fold(s)
	if slices.Contains(commonFolded(), s) {
		return true
	}
	for _, word := range padded {
		s = strings.ReplaceAll(s, word, "")
	}
	return surprises(unit([]rune(s))) < surprising
}

// fold leaves out what separates words, and the case of the letters of ASCII.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.White_Space, r) || strings.ContainsRune("-_.,", r):
			return -1
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, s)
}

// unit is the shortest beginning that makes s when it is repeated.
func unit(s []rune) []rune {
	for n := 1; n < len(s); n++ {
		if slices.Equal(s[n:], s[:len(s)-n]) {
			return s[:n]
		}
	}
	return s
}

// surprises counts the characters that are neither the one before nor its neighbour in a walk.
func surprises(s []rune) (n int) {
	for i, r := range s {
		if i == 0 || r != s[i-1] && !neighbours(s[i-1], r) {
			n++
		}
	}
	return n
}

func neighbours(a, b rune) bool {
	return slices.ContainsFunc(walks, func(walk string) bool {
		return strings.Contains(walk, string([]rune{a, b})) || strings.Contains(walk, string([]rune{b, a}))
	})
}
