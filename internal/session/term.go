package session

import (
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"
)

// Term is what a column is searched for.
type Term struct {
	Text  string       // as it was asked for, without quotes; compared folded (package match)
	Exact bool         // the whole value; otherwise anywhere in it
	Net   netip.Prefix // when valid, the addresses that are meant; Text is its canonical form
}

// ParseTerm reads a search term for a column: text, `"the whole value"` (a doubled quote inside stands for
// one), or for clientIp a network such as 10.2.0.0/16. ok is false for an empty term, which asks for nothing.
// Errors are CodeInvalid and name the column.
func ParseTerm(c Column, s string) (t Term, ok bool, err error) {
	if len(s) > MaxTermBytes {
		return t, false, Errorf(CodeInvalid, "%s: a term has at most %d bytes", c, MaxTermBytes)
	}
	if !utf8.ValidString(s) {
		return t, false, Errorf(CodeInvalid, "%s: a term is not valid UTF-8", c)
	}
	if list, filter := Filters[c]; filter {
		i := slices.IndexFunc(list, func(v string) bool { return strings.EqualFold(v, s) })
		switch {
		case s == "":
			return t, false, nil
		case i < 0:
			return t, false, Errorf(CodeInvalid, "%s: %q is none of %s", c, Cut(s, 60), strings.Join(list, ", "))
		}
		return Term{Text: list[i], Exact: true}, true, nil
	}
	s = Text(s)
	if rest, quoted := strings.CutPrefix(s, `"`); quoted {
		if s, err = unquote(c, rest); err != nil {
			return t, false, err
		}
		t.Exact = true
	}
	if s = strings.TrimSpace(s); s == "" {
		return Term{}, false, nil
	}
	t.Text = s
	if c == "clientIp" {
		return parseAddress(t)
	}
	return t, true, nil
}

// unquote reads the rest of a quoted term, up to the quote that closes it.
func unquote(c Column, s string) (string, error) {
	s, closed := strings.CutSuffix(s, `"`)
	inside := strings.ReplaceAll(s, `""`, "")
	if !closed || strings.Contains(inside, `"`) {
		return "", Errorf(CodeInvalid, `%s: the quotes of a term do not match; inside of quotes a quote is written twice`, c)
	}
	return strings.ReplaceAll(s, `""`, `"`), nil
}

// parseAddress brings addresses and networks into the form in which they are kept.
func parseAddress(t Term) (Term, bool, error) {
	// A slash makes it a network, even where it could stand in the zone of an address.
	if t.Exact || !strings.Contains(t.Text, "/") {
		if canonical := CanonicalIP(t.Text); canonical != "" {
			t.Text = canonical
		}
		return t, true, nil
	}
	p, err := netip.ParsePrefix(t.Text)
	if err != nil {
		return t, false, Errorf(CodeInvalid, "clientIp: %q is no network such as 10.2.0.0/16 or 2001:db8::/32", Cut(t.Text, 60))
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return t, false, Errorf(CodeInvalid, "clientIp: %q holds more than the IPv4 addresses", t.Text)
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	t.Net = p.Masked()
	t.Text = t.Net.String()
	return t, true, nil
}
