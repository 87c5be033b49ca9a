package issuer

import (
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// CommandLineID names `tapedeck login`: a public client as the pages are.
const CommandLineID = "tapedeck-cli"

// commandLine is the native client. Its answers come back to a port on the loopback that it chose itself (RFC 8252,
// section 7.3) or, where there is no browser, to nobody: it asks whether a code was approved (RFC 8628).
type commandLine struct{ pages }

func (commandLine) GetID() string                       { return CommandLineID }
func (commandLine) RedirectURIs() []string              { return []string{"http://127.0.0.1/callback"} }
func (commandLine) PostLogoutRedirectURIs() []string    { return nil }
func (commandLine) ApplicationType() op.ApplicationType { return op.ApplicationTypeNative }
func (commandLine) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeDeviceCode, oidc.GrantTypeRefreshToken}
}
