package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Refusal is the issuer's word that it gives no tokens (RFC 6749, sections 4.1.2.1 and 5.2; RFC 8628, section 3.5).
type Refusal struct {
	Code        string // such as "access_denied"; "" when the answer is of no known form
	Description string // the issuer's, for people
	Status      int    // of the answer; 0 when it came by a redirect
}

func (r *Refusal) Error() string {
	switch {
	case r.Code == "access_denied":
		return "the sign-in was refused" + r.details()
	case r.Code == "expired_token":
		return "the code has expired" + r.details()
	case r.Code == "":
		return fmt.Sprintf("the issuer answers %d %s", r.Status, http.StatusText(r.Status))
	}
	return "the issuer refuses: " + r.Code + r.details()
}

func (r *Refusal) details() string {
	if r.Description == "" {
		return ""
	}
	return " (" + r.Description + ")"
}

// Ended reports whether an error says that a refresh token is good no more.
func Ended(err error) bool {
	r, ok := errors.AsType[*Refusal](err)
	return ok && r.Code == "invalid_grant"
}

// failure is what went wrong, in which no secret is repeated, whatever the issuer says.
func (p *Provider) failure(err error, secrets ...string) error {
	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return errors.New(without(fmt.Sprintf("ask the issuer: %s", withoutAddress(err)), secrets))
	}
	r := &Refusal{Code: without(answer.ErrorCode, secrets), Description: without(answer.ErrorDescription, secrets)}
	if answer.Response != nil {
		r.Status = answer.Response.StatusCode
	}
	return r
}

// without is a text in which secrets are left out.
func without(text string, secrets []string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return text
}

// firstWords is the begin of a text that may be a whole web page.
func firstWords(text string) string {
	const most = 200
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// withoutAddress is an error of a request without its address, whose query may be long or secret.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
