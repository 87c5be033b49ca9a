package issuer

import (
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// request is one sign-in under way: first without, then with a person.
type request struct {
	id      string
	asked   oidc.AuthRequest
	made    time.Time
	person  Person // zero until somebody was chosen
	signed  time.Time
	expires time.Time
}

func (r *request) GetID() string                      { return r.id }
func (r *request) GetACR() string                     { return "" }
func (r *request) GetAMR() []string                   { return nil }
func (r *request) GetAudience() []string              { return []string{r.asked.ClientID} } // of the ID token
func (r *request) GetAuthTime() time.Time             { return r.signed }
func (r *request) GetClientID() string                { return r.asked.ClientID }
func (r *request) GetNonce() string                   { return r.asked.Nonce }
func (r *request) GetRedirectURI() string             { return r.asked.RedirectURI }
func (r *request) GetResponseType() oidc.ResponseType { return r.asked.ResponseType }
func (r *request) GetResponseMode() oidc.ResponseMode { return r.asked.ResponseMode }
func (r *request) GetScopes() []string                { return r.asked.Scopes }
func (r *request) GetState() string                   { return r.asked.State }
func (r *request) GetSubject() string                 { return r.person.Subject() }
func (r *request) Done() bool                         { return r.person.Role != "" }

func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	if r.asked.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: r.asked.CodeChallenge, Method: r.asked.CodeChallengeMethod}
}

// formAction is where the sign-in page's form leads in the end: the pages are on this origin, the command line is on
// a port of its own.
func (r *request) formAction() string {
	if to, err := url.Parse(r.asked.RedirectURI); err == nil && r.asked.ClientID == CommandLineID {
		return "'self' http://" + to.Host
	}
	return "'self'"
}

// silent: the page wants an answer without a sign-in page.
func (r *request) silent() bool { return slices.Contains(r.asked.Prompt, oidc.PromptNone) }

// anew: the page wants the sign-in page whoever is signed in.
func (r *request) anew() bool {
	return slices.Contains(r.asked.Prompt, oidc.PromptLogin) || slices.Contains(r.asked.Prompt, oidc.PromptSelectAccount)
}
