// Package passphrase says which passphrases are good enough for an export, and makes good ones.
package passphrase

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tapedeck/internal/session"
)

// Lengths of a passphrase in Unicode code points, after normalisation.
const (
	MinLength = 15
	MaxLength = 128
)

// Codes of what is wrong with a passphrase. The page says them in the words of its language.
const (
	CodeTooShort session.Code = "passphrase_too_short"
	CodeTooLong  session.Code = "passphrase_too_long"
	CodeNotText  session.Code = "passphrase_not_text" // invalid UTF-8, U+FFFD that stands for it, control characters
	CodeBlank    session.Code = "passphrase_blank"
	CodeCommon   session.Code = "passphrase_common" // a person who guesses tries it early
)

// Rule gives a passphrase in the form in which it is used: NFC, since keyboards differ in how they compose the same
// characters. One that is not good enough is a *session.Error with one of the codes. The passphrase is not in it.
func Rule(passphrase string) (string, error) {
	s := norm.NFC.String(passphrase)
	length := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unfit):
		return "", session.Errorf(CodeNotText, "passphrase: it has characters that cannot be typed")
	case length < MinLength:
		return "", session.Errorf(CodeTooShort, "passphrase: it has fewer than %d characters", MinLength)
	case length > MaxLength:
		return "", session.Errorf(CodeTooLong, "passphrase: it has more than %d characters", MaxLength)
	case !strings.ContainsFunc(s, visible):
		return "", session.Errorf(CodeBlank, "passphrase: it has only blanks")
	case common(s):
		return "", session.Errorf(CodeCommon, "passphrase: it is among the first that are guessed")
	}
	return s, nil
}

// unfit characters cannot be typed where a file is opened. U+FFFD is what decoders make of invalid text, such as the
// half of a surrogate pair in JSON.
func unfit(r rune) bool { return r == utf8.RuneError || unicode.Is(unicode.Cc, r) }

func visible(r rune) bool { return !unicode.Is(unicode.White_Space, r) }
