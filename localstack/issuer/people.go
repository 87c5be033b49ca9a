// Package issuer is an OpenID Connect provider for development: three people, no passwords, authorization
// code with PKCE. It belongs to the local stack alone and is part of no deployed one.
package issuer

// Person is somebody who may sign in.
type Person struct {
	Role  string // what the sign-in page and `make token` call them
	Name  string
	Email string
	Group string
	May   string // what the sign-in page says of them
}

// People are all who may sign in, one for each right.
var People = []Person{
	{Role: "auditor", Name: "Ada Auditor", Email: "ada.auditor@example.test", Group: "tapedeck-auditor", May: "lists and replays sessions"},
	{Role: "exporter", Name: "Eli Exporter", Email: "eli.exporter@example.test", Group: "tapedeck-exporter", May: "also downloads recordings"},
	{Role: "admin", Name: "Mina Administrator", Email: "mina.administrator@example.test", Group: "tapedeck-admin", May: "also changes settings and reads the audit log"},
}

// Subject is the person's stable, opaque name in tokens.
func (p Person) Subject() string { return "local-" + p.Role }

func byRole(role string) (Person, bool) {
	for _, p := range People {
		if p.Role == role {
			return p, true
		}
	}
	return Person{}, false
}

func bySubject(subject string) (Person, bool) {
	for _, p := range People {
		if p.Subject() == subject {
			return p, true
		}
	}
	return Person{}, false
}
