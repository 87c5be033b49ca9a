package issuer

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// Click does what a person does in a browser when a program sends them to the issuer: it opens the address, chooses a
// role, and goes wherever that leads. A role of "" refuses, on the page for codes.
func Click(ctx context.Context, address, role string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar}
	page, err := send(ctx, browser, "GET", address, nil)
	if err != nil {
		return err
	}
	to, form := *page.at, url.Values{"id": {page.at.Query().Get("id")}, "person": {role}}
	if strings.HasSuffix(to.Path, "/device") {
		form = url.Values{"user_code": {page.at.Query().Get("user_code")}, "person": {role}}
	}
	to.RawQuery = ""
	_, err = send(ctx, browser, "POST", to.String(), form)
	return err
}
