package issuer

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

//go:embed signin.html
var signInHTML string

//go:embed signin.css
var signInCSS []byte

var signInTemplate = template.Must(template.New("sign-in").Parse(signInHTML))

// secure lets a page do nothing but send its form, to where the answers to that may lead.
func secure(w http.ResponseWriter, formAction string) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action "+formAction+"; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
}

// signInPage shows the three people, unless the browser is signed in already. A page that asked for no
// sign-in page gets its answer without one.
func (i *Issuer) signInPage(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	found, err := i.store.AuthRequestByID(r.Context(), id)
	if err != nil {
		http.Error(w, "This sign-in has expired. Go back to Tapedeck and sign in again.", http.StatusBadRequest)
		return
	}
	asked := found.(*request)
	if p, ok := i.signedIn(r); ok && !asked.anew() {
		i.complete(w, r, id, p)
		return
	}
	if asked.silent() {
		i.refuse(w, r, asked)
		return
	}
	secure(w, asked.formAction())
	data := struct {
		ID     string
		People []Person
	}{id, People}
	if err := signInTemplate.Execute(w, data); err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

// refuse tells the page that nobody is signed in (OpenID Connect Core, 3.1.2.6).
func (i *Issuer) refuse(w http.ResponseWriter, r *http.Request, asked *request) {
	to, err := url.Parse(asked.GetRedirectURI())
	if err != nil {
		http.Error(w, "redirect_uri", http.StatusBadRequest)
		return
	}
	q := to.Query()
	q.Set("error", string(oidc.LoginRequired))
	q.Set("state", asked.GetState())
	to.RawQuery = q.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func (i *Issuer) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	p, ok := byRole(r.PostFormValue("person"))
	if !ok {
		http.Error(w, "Nobody of that name may sign in.", http.StatusBadRequest)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: i.cookie, Value: i.store.openBrowser(p), Path: Path, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	i.complete(w, r, r.PostFormValue("id"), p)
}

// complete sends the browser back to the pages with a code.
func (i *Issuer) complete(w http.ResponseWriter, r *http.Request, id string, p Person) {
	if err := i.store.signIn(id, p); err != nil {
		http.Error(w, "This sign-in has expired. Go back to Tapedeck and sign in again.", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, Path+"/authorize/callback?id="+url.QueryEscape(id), http.StatusSeeOther)
}

func (i *Issuer) signedIn(r *http.Request) (Person, bool) {
	c, err := r.Cookie(i.cookie)
	if err != nil {
		return Person{}, false
	}
	return i.store.browser(c.Value)
}

// signOut forgets the browser and lets the library answer.
func (i *Issuer) signOut(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(i.cookie); err == nil {
		i.store.closeBrowser(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: i.cookie, Path: Path, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.StripPrefix(Path, i.library).ServeHTTP(w, r)
}

func (i *Issuer) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(signInCSS) // the browser has gone if this fails
}

var _ op.ExtendedLegacyServer = server{}
