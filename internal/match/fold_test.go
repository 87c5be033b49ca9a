package match

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tapedeck/internal/session"
)

func TestSpellingsOfOneTextFoldToOne(t *testing.T) {
	for name, spellings := range map[string][]string{
		"ASCII":                      {"root@web-01", "ROOT@WEB-01", "Root@Web-01"},
		"full width":                 {"abc123-", "ＡＢＣ１２３－", "ａｂｃ１２３－"},
		"Korean":                     {"각", "\u1100\u1161\u11a8", "가\u11a8"},
		"half-width Korean":          {"ㄱ", "ﾡ", "\u1100"},
		"Japanese":                   {"バド", "ﾊﾞﾄﾞ", "ハ\u3099ト\u3099"},
		"a ligature":                 {"oﬃce", "OFFICE", "oﬀice"},
		"sharp s":                    {"straße", "STRASSE", "STRAẞE"},
		"composed marks":             {"résumé", "re\u0301sume\u0301", "RE\u0301SUME\u0301"},
		"marks in any order":         {"a\u0323\u0302", "a\u0302\u0323", "ậ", "Ậ"},
		"sigmas":                     {"ΟΔΟΣ", "οδος", "οδοσ"},
		"iota subscript":             {"ᾳ", "αι", "ΑΙ", "\u03b1\u0345"},
		"Cherokee":                   {"ᏣᎳᎩ", "ꮳꮃꭹ", "Ꮳꮃꭹ"},
		"Cherokee of another block":  {"Ᏸ", "ᏸ"},
		"zero width":                 {"admin", "ad\u200bmin", "ad\u2060min", "\ufeffadmin", "ad\u00admin"},
		"marks of direction":         {"admin", "\u200eadmin\u200f", "\u202eadmin\u202c", "\u2066admin\u2069"},
		"filler":                     {"ab", "a\u3164b", "a\u115fb"},
		"an emoji's look":            {"❤", "❤\ufe0f", "❤\ufe0e"},
		"an emoji of several":        {"👩💻", "👩\u200d💻"},
		"blanks":                     {"a b", "a\u00a0b", "a\u3000b", "a\u2003b"},
		"signs of several letters":   {"mhz", "㎒", "MHz"},
		"numbers":                    {"1", "①", "¹", "１"},
		"dots":                       {"...", "…"},
		"the dot that Turkish keeps": {"i\u0307", "İ"},
		"bytes that are no text":     {"a\ufffdb", "a\xffb"},
	} {
		for _, s := range spellings[1:] {
			if Fold(s) != Fold(spellings[0]) {
				t.Errorf("%s: %+q is %+q, and %+q is %+q", name, s, Fold(s), spellings[0], Fold(spellings[0]))
			}
		}
	}
}

func TestTextsThatDifferStayDifferent(t *testing.T) {
	for _, pair := range [][2]string{
		{"e", "é"}, {"i", "ı"}, {"i", "İ"}, {"ひ", "ヒ"}, {"は", "ば"}, {"가", "각"}, {"o", "0"}, {"а", "a"}, // the first a is Cyrillic
		{"👩", "👨"}, {"a b", "ab"}, {"ss", "s"}, {"a\ufffdb", "ab"},
	} {
		if Fold(pair[0]) == Fold(pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], Fold(pair[0]))
		}
	}
}

func TestWhatIsNeverSeenFoldsToNothing(t *testing.T) {
	for _, s := range []string{"", "\u200b", "\u200e\u200f\u202e", "\ufe0f", "\u034f", "\u2060\ufeff\u00ad", "\U000e0041"} {
		if got := Fold(s); got != "" {
			t.Errorf("%+q is %+q", s, got)
		}
	}
}

func TestFoldedTextFitsAKeyOfTheIndex(t *testing.T) {
	for _, c := range []struct {
		s     string
		bytes int
	}{
		{strings.Repeat("ﷺ", 2000), 1023}, // each of them becomes 33 bytes
		{strings.Repeat("A", 5000), 1024},
		{strings.Repeat("ẞ", 600), 1024},
		{strings.Repeat("가", 341) + "a", 1024},
		{strings.Repeat("가", 342), 1023},
		{strings.Repeat("\u0301", 3000), 1024},
		{session.Text(strings.Repeat("x", 2000)), 1024},
	} {
		f := Fold(c.s)
		if len(f) != c.bytes || !utf8.ValidString(f) || Fold(f) != f {
			t.Errorf("%.20q...: %d bytes, want %d, %q", c.s, len(f), c.bytes, f[max(0, len(f)-8):])
		}
	}
}

func TestEveryCharacterFoldsAsItsOtherCasesDo(t *testing.T) {
	cased := 0
	for r := range unicode.MaxRune {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf) {
			continue
		}
		f := Fold(string(r))
		if again := Fold(f); again != f {
			t.Errorf("%U is %+q, and that is %+q", r, f, again)
		}
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			cased++
			if g := Fold(string(other)); g != f {
				t.Errorf("%U is %+q, but %U is %+q", r, f, other, g)
			}
		}
	}
	if cased < 2000 {
		t.Errorf("%d characters have another case", cased)
	}
}

func FuzzFoldingWhatIsFoldedChangesNothing(f *testing.F) {
	for _, s := range []string{"", "Root", "김서준", "\u1100\u1161\u11a8", "ﾊﾞﾄﾞ", "ﬃ", "ẞ", "İı", "ꭰᎠ", "α\u0345\u0301", "e\u034f\u0301", "👩\u200d💻❤\ufe0f", "\xf1\u03d3", "\u202e…",
		strings.Repeat("ﷺ", 100), strings.Repeat("e\u0301\u0316", 60), strings.Repeat("x", 1030), strings.Repeat("가", 400)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("%+q is %+q, and that is %+q", s, once, twice)
		}
		if len(once) > session.MaxTextBytes || !utf8.ValidString(once) {
			t.Errorf("%+q is %d bytes: %+q", s, len(once), once)
		}
	})
}
