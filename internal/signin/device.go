package signin

import (
	"context"
	"errors"
)

// Device signs in with a browser on any other device, by a code that a person types there (RFC 8628). show is given the
// page and the code, and the address of the page with the code in it: "" where the issuer has none.
func (p *Provider) Device(ctx context.Context, show func(page, code, both string)) (Tokens, error) {
	if p.config.Endpoint.DeviceAuthURL == "" {
		return Tokens{}, errors.New("the issuer does not offer to sign in by a code; without --device a browser on this computer is used")
	}
	begun, err := p.config.DeviceAuth(p.context(ctx))
	if err != nil {
		return Tokens{}, p.failure(err)
	}
	if begun.DeviceCode == "" || begun.UserCode == "" || begun.VerificationURI == "" {
		return Tokens{}, errors.New("the issuer's answer has no code to type")
	}
	show(begun.VerificationURI, begun.UserCode, begun.VerificationURIComplete)
	t, err := p.config.DeviceAccessToken(p.context(ctx), begun)
	switch {
	case ctx.Err() != nil:
		return Tokens{}, context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded):
		return Tokens{}, &Refusal{Code: "expired_token"}
	case err != nil:
		return Tokens{}, p.failure(err, begun.DeviceCode)
	}
	return tokens(t), nil
}
