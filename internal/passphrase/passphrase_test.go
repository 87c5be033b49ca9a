package passphrase

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tapedeck/internal/session"
)

// vectors are shared with the pages (web/src/passphrase).
func vectors(t *testing.T) (list []struct{ Name, Passphrase, Normalised, Code string }) {
	t.Helper()
	data, err := os.ReadFile("../../testdata/passphrases.json")
	if err == nil {
		err = json.Unmarshal(data, &list)
	}
	if err != nil || len(list) < 40 {
		t.Fatalf("%d vectors, %v", len(list), err)
	}
	return list
}

func TestTheRule(t *testing.T) {
	for _, v := range vectors(t) {
		got, err := Rule(v.Passphrase)
		if got != v.Normalised || string(session.CodeOf(err)) != v.Code {
			t.Errorf("%s: %q, %v", v.Name, got, err)
		}
		if err != nil && len(v.Passphrase) > 0 && strings.Contains(err.Error(), v.Passphrase) {
			t.Errorf("%s: the error has the passphrase in it: %v", v.Name, err)
		}
		if again, err := Rule(v.Normalised); v.Code == "" && (again != v.Normalised || err != nil) {
			t.Errorf("%s: once normalised it becomes %q, %v", v.Name, again, err)
		}
	}
}

func TestInvalidUTF8IsRefused(t *testing.T) {
	for _, s := range []string{"copper lanterns past \xff", "copper lanterns past \xed\xa0\xbd", "\xc0\x80 copper lanterns"} {
		if _, err := Rule(s); session.CodeOf(err) != CodeNotText {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestEveryPassphraseOfTheListIsRefused(t *testing.T) {
	n := 0
	for line := range strings.Lines(commonList) {
		n++
		if _, err := Rule(strings.TrimSuffix(line, "\n")); session.CodeOf(err) != CodeCommon {
			t.Errorf("%q: %v", line, err)
		}
	}
	if n < 50 {
		t.Errorf("the list has %d lines", n)
	}
}

// wordsSHA256 is of the column of words of https://www.eff.org/files/2016/07/18/eff_large_wordlist.txt.
const wordsSHA256 = "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522"

func TestTheWordsAreTheEFFs(t *testing.T) {
	if sum := sha256.Sum256([]byte(list)); hex.EncodeToString(sum[:]) != wordsSHA256 {
		t.Errorf("words.txt has SHA-256 %x", sum)
	}
	if n := len(strings.Fields(list)); n != listed {
		t.Errorf("there are %d words", n)
	}
}

func TestWhatIsMadeIsSixWordsOfTheListAndNeverTheSame(t *testing.T) {
	words := strings.Fields(list)
	form := regexp.MustCompile(`^` + strings.Repeat(`(.+)-`, chosen-1) + `(.+)$`)
	made, used := map[string]bool{}, map[string]bool{}
	for range 500 {
		s := Generate()
		if got, err := Rule(s); got != s || err != nil {
			t.Errorf("%q: the rule says %q, %v", s, got, err)
		}
		if !form.MatchString(s) {
			t.Errorf("%q are not six words", s)
		}
		// Four words of the list have a hyphen of their own.
		for _, word := range strings.FieldsFunc(strings.NewReplacer("drop-down", "drop_down", "felt-tip", "felt_tip", "t-shirt", "t_shirt", "yo-yo", "yo_yo").Replace(s),
			func(r rune) bool { return r == '-' }) {
			word = strings.ReplaceAll(word, "_", "-")
			if used[word] = true; !slices.Contains(words, word) {
				t.Errorf("%q of %q is not of the list", word, s)
			}
		}
		made[s] = true
	}
	// 3,000 draws of 7,776 words: about 2,490 different ones, with a standard deviation of 18.
	if len(made) != 500 || len(used) < 2300 || len(used) > 2650 {
		t.Errorf("500 passphrases: %d different ones, of %d words", len(made), len(used))
	}
}

func FuzzRule(f *testing.F) {
	f.Add("cafe\u0301 zwo\u0308lf \U0001f98a\xff")
	f.Fuzz(func(t *testing.T, s string) {
		once, err := Rule(s)
		if err != nil {
			return
		}
		if twice, err := Rule(once); err != nil || twice != once {
			t.Errorf("%q becomes %q, and that %q, %v", s, once, twice, err)
		}
	})
}
