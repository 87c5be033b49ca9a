package issuer

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Times of a sign-in by code (RFC 8628, section 3.2).
const (
	deviceLifetime = 10 * time.Minute
	devicePoll     = time.Second // between two questions of the program
)

//go:embed device.html
var deviceHTML string

var deviceTemplate = template.Must(template.New("device").Parse(deviceHTML))

// device is a program that waits until somebody approves its code.
type device struct {
	clientID, userCode string
	scopes             []string
	expires            time.Time
	person             Person // zero until somebody approved
	signed             time.Time
	denied             bool
}

func (s *store) StoreDeviceAuthorization(_ context.Context, clientID, deviceCode, userCode string, expires time.Time, scopes []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(time.Now())
	if _, d := s.device(userCode); d != nil {
		return op.ErrDuplicateUserCode
	}
	s.devices[deviceCode] = &device{clientID: clientID, userCode: userCode, scopes: scopes, expires: expires}
	return nil
}

func (s *store) GetDeviceAuthorizatonState(_ context.Context, clientID, deviceCode string) (*op.DeviceAuthorizationState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.devices[deviceCode]
	if d == nil || d.clientID != clientID {
		return nil, fmt.Errorf("the device code is unknown, used or expired")
	}
	return &op.DeviceAuthorizationState{ClientID: clientID, Scopes: d.scopes, Expires: d.expires, Done: d.person.Role != "", Denied: d.denied}, nil
}

// takeDevice gives an approved sign-in away once.
func (s *store) takeDevice(deviceCode string) *request {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.devices[deviceCode]
	if d == nil || d.person.Role == "" {
		return nil
	}
	delete(s.devices, deviceCode)
	return &request{asked: oidc.AuthRequest{ClientID: d.clientID, Scopes: d.scopes}, person: d.person, signed: d.signed}
}

// device finds who shows a code, which people may type in small letters and without its dash. The caller holds the lock.
func (s *store) device(userCode string) (deviceCode string, d *device) {
	typed := plainCode(userCode)
	for code, d := range s.devices {
		if plainCode(d.userCode) == typed && time.Now().Before(d.expires) {
			return code, d
		}
	}
	return "", nil
}

func plainCode(s string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(s))
}

// answerDevice approves a code for a person, or refuses it for nobody. A code is answered once.
func (s *store) answerDevice(userCode string, p Person) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	code, d := s.device(userCode)
	if d == nil || d.person.Role != "" || d.denied {
		return false
	}
	answered := *d
	answered.person, answered.signed, answered.denied = p, time.Now(), p.Role == ""
	s.devices[code] = &answered
	return true
}

// devicePage asks for a code and then, showing it, who approves it: a code that came in an address alone must not be
// enough (RFC 8628, section 5.4).
func (i *Issuer) devicePage(w http.ResponseWriter, r *http.Request) {
	code := r.URL.Query().Get("user_code")
	i.store.mu.Lock()
	_, d := i.store.device(code)
	i.store.mu.Unlock()
	page := devicePage{Typed: code, People: People}
	if d != nil {
		page.Code = d.userCode
	}
	page.write(w)
}

func (i *Issuer) answerDevice(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	code, who := r.PostFormValue("user_code"), r.PostFormValue("person")
	p, ok := byRole(who)
	switch {
	case !ok && who != "":
		http.Error(w, "Nobody of that name may sign in.", http.StatusBadRequest)
	case !i.store.answerDevice(code, p):
		devicePage{Typed: code}.write(w)
	case ok:
		devicePage{Answer: "Signed in as " + p.Name + ". Go back to the terminal; this page can be closed."}.write(w)
	default:
		devicePage{Answer: "Refused. Nobody was signed in."}.write(w)
	}
}

// devicePage is one of three: an answer, the question about a code, and the question for a code.
type devicePage struct {
	Answer, Code, Typed string
	People              []Person
}

func (p devicePage) write(w http.ResponseWriter) {
	secure(w, "'self'")
	if p.Answer == "" && p.Code == "" && p.Typed != "" {
		w.WriteHeader(http.StatusNotFound)
	}
	_ = deviceTemplate.Execute(w, p) // the browser has gone if this fails
}
