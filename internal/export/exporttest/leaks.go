package exporttest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// Leaks names the forms in which a secret stands in a text: as it is, in base64 at any of the three alignments and in
// either alphabet, in hex, percent-encoded, or escaped as in JSON or HTML.
func Leaks(secret, text string) (forms []string) {
	for form, needle := range disguises(secret) {
		if len(needle) < 6 {
			panic("exporttest: " + form + " of the secret is too short to look for")
		}
		if strings.Contains(strings.ToLower(text), strings.ToLower(needle)) {
			forms = append(forms, form)
		}
	}
	return forms
}

func disguises(secret string) map[string]string {
	all := map[string]string{"plain": secret, "hex": hex.EncodeToString([]byte(secret)), "query": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"JSON": inJSON(secret), "JSON in ASCII": strings.Trim(fmt.Sprintf("%+q", secret), `"`), "HTML": html.EscapeString(secret), "every byte percent-encoded": percent(secret)}
	for shift := range 3 {
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			whole := enc.EncodeToString([]byte(strings.Repeat("\x00", shift) + secret))
			// The characters at both ends hold bits of the neighbours.
			first, last := (shift*8+5)/6, (shift+len(secret))*8/6
			all[fmt.Sprint(name, " after ", shift)] = whole[first:last]
		}
	}
	return all
}

func inJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b[1 : len(b)-1])
}

func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
