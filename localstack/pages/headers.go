package pages

import "net/http"

// ContentPolicy is the pages' Content-Security-Policy: nothing from elsewhere but the issuer's answers and the
// recordings, no inline code, no eval, no markup from text. Films come from another bucket than what is made of
// recordings; here one address has both. The deployed stack says the same (template.yaml, PageHeaders); a test compares
// the two.
func ContentPolicy(issuer, recordings string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
		"connect-src 'self' " + issuer + " " + recordings + "; media-src " + recordings + "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'"
}

// secure sets the headers that CloudFront sets in a deployed stack. Strict-Transport-Security is one of them:
// browsers ignore it on plain http.
func secure(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
}
