package signin_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tapedeck/internal/signin"
)

const archive = "https://tapedeck.example.com"

// signedIn keeps the exporter's sign-in at a running issuer.
func signedIn(t *testing.T) (signin.Store, *signin.Kept) {
	t.Helper()
	c := local(t)
	got, err := discovered(t, c).Loopback(t.Context(), 0, clicks(t, "exporter"))
	if err != nil {
		t.Fatal(err)
	}
	s, k := signin.Store{Dir: filepath.Join(t.TempDir(), "new", "sign-ins")}, &signin.Kept{Archive: archive, Client: c, Tokens: got}
	if err := s.Save(k); err != nil {
		t.Fatal(err)
	}
	return s, k
}

// end makes the access token one that has ended.
func end(t *testing.T, s signin.Store, k *signin.Kept) {
	t.Helper()
	k.Expires = time.Now().Add(time.Second)
	if err := s.Save(k); err != nil {
		t.Fatal(err)
	}
}

func TestASignInIsKeptForItsOwnerAlone(t *testing.T) {
	s, k := signedIn(t)
	for path, want := range map[string]os.FileMode{s.Dir: 0o700, only(t, s): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	got, err := s.Load(archive)
	if err != nil || got.Tokens.Access != k.Access || got.Refresh != k.Refresh || got.Client != k.Client || got.Expires.Sub(k.Expires).Abs() > time.Second {
		t.Errorf("%v, %v", got, err)
	}
	if token, err := s.Token(t.Context(), archive, ""); err != nil || token != k.Access {
		t.Error(err)
	}
	if _, err := s.Token(t.Context(), archive+"/other", ""); !errors.Is(err, signin.ErrNone) {
		t.Error(err)
	}
	if err := s.Delete(archive); err != nil {
		t.Error(err)
	}
	if _, err := s.Load(archive); !errors.Is(err, signin.ErrNone) {
		t.Error(err)
	}
	if err := s.Delete(archive); !errors.Is(err, signin.ErrNone) {
		t.Error(err)
	}
}

// only is the one file of a store.
func only(t *testing.T, s signin.Store) string {
	t.Helper()
	files, err := filepath.Glob(s.Dir + "/*.json")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	return files[0]
}

func TestAFileThatOthersReadOrThatIsNoSignInIsRefused(t *testing.T) {
	s, k := signedIn(t)
	path := only(t, s)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(archive); err == nil || !strings.Contains(err.Error(), "can be read by others") {
		t.Error(err)
	}
	for _, content := range []string{"", "{}", "null", `{"archive":"https://other.example.com","accessToken":"x"}`, `{"accessToken":"` + k.Access} {
		if err := signin.WriteFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load(archive); err == nil || !strings.Contains(err.Error(), "cannot be understood") || strings.Contains(err.Error(), k.Access) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestATokenThatHasEndedIsReplacedInSilence(t *testing.T) {
	s, k := signedIn(t)
	end(t, s, k)
	token, err := s.Token(t.Context(), archive, "")
	if err != nil || token == k.Access || strings.Count(token, ".") != 2 {
		t.Fatal(err)
	}
	if again, err := s.Token(t.Context(), archive, ""); err != nil || again != token {
		t.Errorf("it was asked for again: %v", err)
	}
	next, err := s.Token(t.Context(), archive, token) // the archive has refused it
	if err != nil || next == token {
		t.Errorf("a token that is refused is not replaced: %v", err)
	}
	if kept, err := s.Load(archive); err != nil || kept.Access != next || kept.Refresh == k.Refresh {
		t.Errorf("what is kept is not the newest: %v", err)
	}
}

func TestOfManyProgramsAtOnceOneAsksForTheNextToken(t *testing.T) {
	s, k := signedIn(t)
	end(t, s, k) // its refresh token is good once: a second question would end the sign-in
	var wait sync.WaitGroup
	got := make([]string, 8)
	for i := range got {
		wait.Go(func() {
			token, err := s.Token(t.Context(), archive, "")
			if err != nil {
				t.Error(err)
			}
			got[i] = token
		})
	}
	wait.Wait()
	for _, token := range got {
		if token != got[0] || token == k.Access {
			t.Error("the programs have different tokens")
		}
	}
}

func TestASignInThatCannotGoOnHasEnded(t *testing.T) {
	s, k := signedIn(t)
	refresh := k.Refresh
	k.Refresh = ""
	end(t, s, k)
	if _, err := s.Token(t.Context(), archive, ""); !errors.Is(err, signin.ErrEnded) {
		t.Errorf("without a refresh token: %v", err)
	}
	k.Refresh = refresh
	if err := discovered(t, k.Client).Revoke(t.Context(), refresh); err != nil {
		t.Fatal(err)
	}
	end(t, s, k)
	if _, err := s.Token(t.Context(), archive, ""); !errors.Is(err, signin.ErrEnded) {
		t.Errorf("with a revoked one: %v", err)
	}
	k.Issuer = "http://127.0.0.1:1"
	end(t, s, k)
	_, err := s.Token(t.Context(), archive, "")
	if err == nil || errors.Is(err, signin.ErrEnded) || strings.Contains(fmt.Sprint(err), refresh) {
		t.Errorf("an issuer that does not answer has not ended it: %v", err)
	}
}
