package issuer

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// Path is where the issuer lives below the pages' origin.
const Path = "/issuer"

// Issuer is the provider for one origin.
type Issuer struct {
	url     string
	store   *store
	library http.Handler // the protocol; everything but the sign-in page
	cookie  string
}

// New makes an issuer whose pages live at origin, such as http://127.0.0.1:8080. Its key is new, too: tokens
// of an earlier one are not accepted.
func New(origin string) (*Issuer, error) {
	at, err := url.Parse(origin)
	if err != nil {
		return nil, fmt.Errorf("origin: %w", err)
	}
	k, err := newKeys()
	if err != nil {
		return nil, err
	}
	s := newStore(origin, k)
	config := &op.Config{CodeMethodS256: true, GrantTypeRefreshToken: true,
		SupportedScopes: []string{"openid", "profile", "email", "offline_access", Audience},
		DeviceAuthorization: op.DeviceAuthorizationConfig{Lifetime: deviceLifetime, PollInterval: devicePoll,
			UserFormPath: Path + "/device", UserCode: op.UserCodeBase20}}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		return nil, err
	}
	provider, err := op.NewProvider(config, s, op.StaticIssuer(origin+Path), op.WithAllowInsecure())
	if err != nil {
		return nil, fmt.Errorf("make the issuer: %w", err)
	}
	routes := op.Endpoints{
		Authorization:       op.NewEndpoint("authorize"),
		DeviceAuthorization: op.NewEndpoint("device-authorization"),
		Token:               op.NewEndpoint("token"),
		Revocation:          op.NewEndpoint("revoke"),
		JwksURI:             op.NewEndpoint("keys"),
		EndSession:          op.NewEndpoint("sign-out"),
	}
	library := op.RegisterLegacyServer(server{op.NewLegacyServer(provider, routes), s}, op.AuthorizeCallbackHandler(provider))
	return &Issuer{url: origin + Path, store: s, library: library, cookie: "tapedeck-issuer-" + at.Port()}, nil
}

// URL is the issuer's name, as tokens carry it.
func (i *Issuer) URL() string { return i.url }

// Handler serves everything below Path.
func (i *Issuer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path+"/sign-in", i.signInPage)
	mux.HandleFunc("POST "+Path+"/sign-in", i.signIn)
	mux.HandleFunc("GET "+Path+"/device", i.devicePage)
	mux.HandleFunc("POST "+Path+"/device", i.answerDevice)
	mux.HandleFunc("GET "+Path+"/sign-in.css", i.style)
	mux.HandleFunc(Path+"/sign-out", i.signOut)
	mux.Handle(Path+"/", http.StripPrefix(Path, i.library))
	return mux
}
