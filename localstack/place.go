package main

import (
	"net"
	"net/http"
	"os"
	"time"

	"tapedeck/localstack/engine"
	"tapedeck/localstack/issuer"
	"tapedeck/localstack/pages"
)

// place is an emulator in which there is nothing yet, and the one address of the pages and the issuer that belong to it.
type place struct {
	site
	url    string
	signIn *issuer.Issuer
	engine *engine.Engine
}

// begin makes one, on an emulator that start starts. end ends it.
func begin(root, name string, start func(root, logs string) (*engine.Engine, error)) (p *place, end func(), err error) {
	var ends []func()
	end = func() {
		for i := len(ends) - 1; i >= 0; i-- {
			ends[i]()
		}
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	lock, err := hold(root, name)
	if err != nil {
		return nil, nil, err
	}
	ends = append(ends, func() { lock.Close() })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	ends = append(ends, func() { listener.Close() })
	p = &place{url: "http://" + listener.Addr().String()}
	if p.signIn, err = issuer.New(p.url); err != nil {
		return nil, nil, err
	}
	p.issuer = p.signIn.Handler()
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	ends = append(ends, func() { server.Close() })
	if p.engine, err = start(root, folder(root, name)); err != nil {
		return nil, nil, err
	}
	ends = append(ends, p.engine.Process.Stop)
	return p, end, nil
}

// parameters are those of a stack here.
func (p *place) parameters() map[string]string {
	return map[string]string{"AppOrigin": p.url, "OidcIssuer": p.signIn.URL()}
}

// serve serves the pages of a folder, with the API of a stack.
func (p *place) serve(files string, outputs map[string]string) error {
	h, err := pages.Handler(pages.Config{Files: os.DirFS(files), Issuer: p.signIn.URL(), ClientID: issuer.ClientID, CLIClientID: issuer.CommandLineID,
		Scope: issuer.Scopes, API: p.engine.API(outputs["ApiId"]), Recordings: p.engine.Endpoint})
	if err == nil {
		p.pages.Store(&h)
	}
	return err
}
