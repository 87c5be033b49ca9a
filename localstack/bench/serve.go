package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"tapedeck/internal/access"
	"tapedeck/internal/api"
	"tapedeck/internal/archive"
	"tapedeck/internal/catalog"
	"tapedeck/internal/playback"
	"tapedeck/internal/session"
	"tapedeck/internal/settings"
	"tapedeck/localstack/issuer"
	"tapedeck/localstack/pages"
)

// shelf is an index of what was archived.
type shelf struct {
	catalog.Index // its other methods are not asked
	sessions      map[string]archived
}

func (s shelf) Session(_ context.Context, id string) (*session.Session, *session.Recording, error) {
	found, ok := s.sessions[id]
	if !ok {
		return nil, nil, session.Errorf(session.CodeNotFound, "there is no such session")
	}
	return found.Session, found.Recording, nil
}

// role gives everyone the gateway's credentials.
type role struct{}

func (role) AssumeRole(context.Context, *sts.AssumeRoleInput, ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	return &sts.AssumeRoleOutput{Credentials: &ststypes.Credentials{AccessKeyId: aws.String(gatewayKey), SecretAccessKey: aws.String(gatewaySecret),
		Expiration: aws.Time(time.Now().Add(time.Hour))}}, nil
}

// site serves the built pages under their policy, the issuer, the API of this bench, and the pages of the peers.
type site struct {
	url    string
	server *http.Server
}

func (s *site) close() { _ = s.server.Close() }

func serve(sessions map[string]archived) (*site, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	url := "http://" + listener.Addr().String()
	provider, err := issuer.New(url)
	if err != nil {
		return nil, err
	}
	h, err := pages.Handler(pages.Config{Files: os.DirFS("web/dist"), Issuer: provider.URL(), ClientID: issuer.ClientID, Scope: issuer.Scopes,
		API: url + "/stage", Recordings: os.Getenv("TAPEDECK_VERSITYGW")})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.Handle(issuer.Path+"/", provider.Handler())
	mux.Handle("/stage"+api.Prefix+"/", http.StripPrefix("/stage"+api.Prefix, newAPI(provider.URL(), sessions).Handler()))
	mux.Handle("/peers/", http.StripPrefix("/peers", http.FileServerFS(os.DirFS("web/bench/peers"))))
	mux.Handle("/modules/", http.StripPrefix("/modules", scripts(http.FileServerFS(os.DirFS("web/node_modules")))))
	s := &site{url: url, server: &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// scripts names the type of modules, which not every machine knows.
func scripts(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".mjs") {
			w.Header().Set("Content-Type", "text/javascript")
		}
		h.ServeHTTP(w, r)
	})
}

// newAPI is the use cases of the functions on the gateway, without a limit of size.
func newAPI(issuerURL string, sessions map[string]archived) *api.Server {
	x := shelf{sessions: sessions}
	open := settings.Fixed{TimeZone: "UTC", RetentionDays: 1}
	return &api.Server{
		Verify:  access.NewVerifier(issuerURL, issuer.Audience, "groups", time.Now).Verify,
		Catalog: &catalog.Catalog{Index: x, Audit: nothing{}},
		Playback: &playback.Playback{Index: x, Audit: nothing{}, Signer: archive.NewSigner(role{}, gateway, "role", gatewayBuckets.Derived, time.Now),
			Derived: archive.New(gatewayClient(), gatewayBuckets), Settings: open, Now: time.Now},
		Current: open.Current, Now: time.Now, RequestID: func(context.Context) string { return "bench" },
	}
}
