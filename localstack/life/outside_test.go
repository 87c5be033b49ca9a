package life_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// poolHost is where AWS has the user pools of the emulator's region.
const poolHost = "cognito-idp.us-east-1.amazonaws.com"

// outside is what functions and command line find behind their proxy: the host of the user pools, with a certificate of its
// own, which the emulator answers for. Whatever else is asked for is refused and remembered.
type outside struct {
	proxy   *httptest.Server
	trusted *x509.CertPool
	file    string // of the certificate

	mu       sync.Mutex
	emulator *url.URL
	refused  []string
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{trusted: x509.NewCertPool(), file: filepath.Join(t.TempDir(), "ca.pem")}
	certificate := selfSigned(t, poolHost)
	o.trusted.AddCert(certificate.Leaf)
	if err := os.WriteFile(o.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	pool := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		o.mu.Lock()
		defer o.mu.Unlock()
		r.SetURL(o.emulator)
		r.Out.Host = poolHost
		r.SetXForwarded()
	}})
	pool.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	pool.StartTLS()
	t.Cleanup(pool.Close)
	o.proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != poolHost+":443" {
			o.mu.Lock()
			o.refused = append(o.refused, r.Method+" "+r.Host)
			o.mu.Unlock()
			http.Error(w, "there is nothing else outside", http.StatusForbidden)
			return
		}
		tunnel(w, pool.Listener.Addr().String())
	}))
	t.Cleanup(o.proxy.Close)
	return o
}

// environment makes programs in Go go by the proxy, and trust the certificate.
func (o *outside) environment() []string {
	return []string{"HTTPS_PROXY=" + o.proxy.URL, "SSL_CERT_FILE=" + o.file}
}

// leadsTo says which emulator is outside.
func (o *outside) leadsTo(t *testing.T, endpoint string) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	var err error
	if o.emulator, err = url.Parse(endpoint); err != nil {
		t.Fatal(err)
	}
}

// elsewhere is what was asked for besides.
func (o *outside) elsewhere() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.refused)
}

// client is a browser that goes the same way and follows no redirect.
func (o *outside) client(t *testing.T) *http.Client {
	t.Helper()
	proxy, err := url.Parse(o.proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: func(r *http.Request) (*url.URL, error) {
		if r.URL.Scheme == "https" {
			return proxy, nil
		}
		return nil, nil
	}, TLSClientConfig: &tls.Config{RootCAs: o.trusted}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// tunnel is the rest of a CONNECT (RFC 9110, section 9.3.6).
func tunnel(w http.ResponseWriter, to string) {
	far, err := net.Dial("tcp", to)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer far.Close()
	w.WriteHeader(http.StatusOK)
	near, early, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer near.Close()
	go func() {
		_, _ = io.Copy(far, early) // until either side has had enough
		far.Close()
	}()
	_, _ = io.Copy(near, far)
}

func selfSigned(t *testing.T, host string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true}, &x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key, Leaf: leaf}
}
