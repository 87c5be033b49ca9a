package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// spare is the time before its end in which a token is not used any more.
const spare = 30 * time.Second

// Errors of what is kept.
var (
	ErrNone  = errors.New("nobody is signed in")
	ErrEnded = errors.New("the sign-in has ended")
)

// Kept is a sign-in to an archive as it is kept: one file, which its owner alone can read.
type Kept struct {
	Archive string // address of its pages
	Client
	Tokens
}

// keptFile is the file's form.
type keptFile struct {
	Archive      string    `json:"archive"`
	Issuer       string    `json:"issuer"`
	ClientID     string    `json:"clientId"`
	Scope        string    `json:"scope"`
	AccessToken  string    `json:"accessToken"`
	RefreshToken string    `json:"refreshToken,omitempty"`
	ExpiresAt    time.Time `json:"expiresAt,omitzero"`
}

// Store keeps sign-ins in a folder.
type Store struct{ Dir string }

// path is the file of an archive. Addresses are no names of files, so it is called by their hash.
func (s Store) path(archive string) string {
	sum := sha256.Sum256([]byte(archive))
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:8])+".json")
}

// Load reads the sign-in to an archive; ErrNone when there is none.
func (s Store) Load(archive string) (*Kept, error) {
	path := s.path(archive)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNone
	case err != nil:
		return nil, err
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0: // there, a mode does not say who may
		return nil, fmt.Errorf("%s can be read by others, and with it whoever reads it is you: sign out and in again", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f keptFile
	if json.Unmarshal(data, &f) != nil || f.Archive != archive || f.AccessToken == "" { // the error would quote the file
		return nil, fmt.Errorf("%s cannot be understood; sign in again", path)
	}
	return &Kept{f.Archive, Client{f.Issuer, f.ClientID, f.Scope}, Tokens{f.AccessToken, f.RefreshToken, f.ExpiresAt}}, nil
}

// Save keeps a sign-in in the place of the archive's earlier one.
func (s Store) Save(k *Kept) error {
	data, err := json.MarshalIndent(keptFile{k.Archive, k.Issuer, k.ID, k.Scope, k.Access, k.Refresh, k.Expires.UTC().Round(time.Second)}, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(s.path(k.Archive), append(data, '\n'))
}

// Delete forgets the sign-in to an archive; ErrNone when there is none.
func (s Store) Delete(archive string) error {
	err := os.Remove(s.path(archive))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNone
	}
	return err
}

// Token is an access token for an archive that is good now. One that has ended, or is the one that the archive has
// refused, is replaced by the issuer's next without a person's help, where the issuer gave something for that; otherwise
// it is ErrNone or ErrEnded. Of several programs at once only one asks the issuer: a refresh token may be good only once.
func (s Store) Token(ctx context.Context, archive, refused string) (string, error) {
	k, err := s.Load(archive)
	if err != nil || k.good(refused) {
		return k.access(), err
	}
	unlock, err := lock(ctx, s.path(archive)+".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if k, err = s.Load(archive); err != nil || k.good(refused) { // another program was first
		return k.access(), err
	}
	if k.Refresh == "" {
		return "", ErrEnded
	}
	p, err := Discover(ctx, k.Client)
	if err != nil {
		return "", err
	}
	k.Tokens, err = p.Refresh(ctx, k.Refresh)
	if Ended(err) {
		return "", ErrEnded
	}
	if err != nil {
		return "", fmt.Errorf("go on being signed in: %w", err)
	}
	return k.Access, s.Save(k)
}

func (k *Kept) good(refused string) bool {
	return k.Access != refused && (k.Expires.IsZero() || time.Now().Before(k.Expires.Add(-spare)))
}

func (k *Kept) access() string {
	if k == nil {
		return ""
	}
	return k.Access
}

// WriteFile writes a file that nobody else can read, all of it or nothing, in a folder of that kind.
func WriteFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
