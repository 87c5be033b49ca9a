package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"tapedeck/internal/access"
	"tapedeck/internal/api"
	"tapedeck/internal/archive"
	"tapedeck/internal/catalog"
	"tapedeck/internal/export"
	"tapedeck/internal/playback"
	"tapedeck/localstack/bench/cost"
	"tapedeck/localstack/issuer"
)

// meteredAPI is the API over HTTP. It answers one request at a time, so that what each costs can be told.
type meteredAPI struct {
	*metered
	url    string
	server *http.Server

	mu       sync.Mutex
	used     cost.Usage
	requests map[string]int // by route
}

// serveAPI serves the use cases as the functions connect them, on the routes of template.yaml.
func (m *metered) serveAPI() (*meteredAPI, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &meteredAPI{metered: m, url: "http://" + listener.Addr().String()}
	a.take()
	provider, err := issuer.New(a.url)
	if err != nil {
		return nil, err
	}
	signer := func(bucket string) *archive.Signer {
		return archive.NewSigner(role{}, gateway, "role", bucket, time.Now)
	}
	s := &api.Server{
		Verify:  access.NewVerifier(provider.URL(), issuer.Audience, "groups", time.Now).Verify,
		Catalog: &catalog.Catalog{Index: m.index, Audit: m.audit},
		Playback: &playback.Playback{Index: m.index, Audit: m.audit, Signer: signer(gatewayBuckets.Derived), Originals: signer(gatewayBuckets.Evidence), Derived: m.archive, Settings: m.settings,
			Now: time.Now},
		Exports: &export.Exports{Index: m.index, Settings: m.settings, Audit: m.audit, Jobs: m.jobs, Slots: m.jobs, Files: m.exports, Keys: m.keys(), Queue: m,
			Originals: signer(gatewayBuckets.Evidence), Made: signer(exportsBucket), Now: time.Now},
		Current: m.settings.Current, Now: time.Now, RequestID: func(context.Context) string { return "bench" },
	}
	mux := http.NewServeMux()
	mux.Handle(issuer.Path+"/", provider.Handler())
	answers := http.StripPrefix("/api"+api.Prefix, s.Handler())
	for _, r := range m.deployed.Routes {
		mux.Handle(r.Method+" /api"+r.Path, a.count(r, answers))
	}
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = a.server.Serve(listener) }()
	return a, nil
}

func (m *metered) keys() export.Keys { return countedKeys{vault(), m.meter} }

// count adds what a request costs: the gateway, the function, what it asks for, and the way of the answer.
func (a *meteredAPI) count(r cost.Route, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		out := &sized{ResponseWriter: w}
		used, err := a.invoke(r.Function, 0, func() error { next.ServeHTTP(out, request); return nil })
		if err != nil {
			panic(err)
		}
		a.used = a.used.Plus(used).Plus(cost.Usage{cost.APIRequest: 1, cost.TransferOut: float64(out.bytes) / 1e9})
		a.requests[r.Method+" "+r.Path]++
	})
}

// take is what requests have cost since it was last taken, and how many there were of each route.
func (a *meteredAPI) take() (cost.Usage, map[string]int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	used, requests := a.used, a.requests
	a.used, a.requests = cost.Usage{}, map[string]int{}
	return used, requests
}

type sized struct {
	http.ResponseWriter
	bytes int
}

func (s *sized) Write(p []byte) (int, error) {
	n, err := s.ResponseWriter.Write(p)
	s.bytes += n
	return n, err
}

// authorized is the authorizer, which the gateway asks once for a token and five minutes.
func (m *metered) authorized(seconds float64) cost.Usage {
	const cached, verifying = 300, 0.001 // seconds; verifying a signature is a millisecond of a processor at most
	return m.deployed.Invocation("authorizer", verifying, 0).Times(max(1, seconds/cached))
}

// ask asks it for what is decoded into answer, unless that is nil.
func (a *meteredAPI) ask(ctx context.Context, token, method, path string, body, answer any) error {
	return askAt(ctx, http.DefaultClient, a.url, token, method, path, body, answer)
}
