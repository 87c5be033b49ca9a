package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tapedeck/internal/awsenv"
	"tapedeck/internal/signin"
)

// defaultAPI is where an archive's API is below its pages.
const defaultAPI = "/api/v1"

// configFile is the file in which this program knows archives by names. It holds no secret.
type configFile struct {
	Archive  string                   `json:"archive"` // the name of the one that is meant when none is named
	Archives map[string]*knownArchive `json:"archives"`
}

// knownArchive is what is known of one.
type knownArchive struct {
	URL      string `json:"url"`                // of its pages
	APIBase  string `json:"apiBase,omitempty"`  // as in the archive's config.json; "": defaultAPI
	Issuer   string `json:"issuer,omitempty"`   // where it is not that of the archive's config.json
	ClientID string `json:"clientId,omitempty"` // likewise
}

// nameForm is what an archive may be called here: no address.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,254}$`)

// configFolder is the folder in which this program keeps what it knows.
func configFolder() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("the folder for settings: %w", err)
	}
	return filepath.Join(dir, "tapedeck"), nil
}

func configPath() (string, error) {
	dir, err := configFolder()
	return filepath.Join(dir, "config.json"), err
}

// signIns are kept beside the settings.
func signIns() (signin.Store, error) {
	dir, err := configFolder()
	return signin.Store{Dir: filepath.Join(dir, "sign-ins")}, err
}

// readConfig reads them; none is like a file without archives.
func readConfig() (*configFile, error) {
	s := &configFile{Archives: map[string]*knownArchive{}}
	path, err := configPath()
	if err != nil {
		return s, nil // whoever has no such folder has no settings
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for name, a := range s.Archives {
		if !nameForm.MatchString(name) || a == nil {
			return nil, fmt.Errorf("%s: archive %q: a name of letters, digits, dot, dash, colon and underscore, and a url are needed", path, name)
		}
		if a.URL, err = pagesAddress(a.URL); err != nil {
			return nil, fmt.Errorf("%s: archive %q: %w", path, name, err)
		}
	}
	return s, nil
}

func (s *configFile) write() error {
	path, err := configPath()
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return signin.WriteFile(path, append(data, '\n'))
}

// pagesAddress is the address of an archive's pages in its one form.
func pagesAddress(text string) (string, error) {
	if err := signin.CheckAddress(text); err != nil {
		if !strings.Contains(text, "://") {
			return "", errors.New("it is no address such as https://tapedeck.example.com")
		}
		return "", fmt.Errorf("the address %w", err)
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	u = &url.URL{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(u.Host), Path: strings.TrimSuffix(u.Path, "/")}
	return u.String(), nil
}

// chosen is an archive, under the name that a person knows.
type chosen struct {
	name string
	knownArchive
	token string // of the environment, for this archive; "": who is signed in
	why   string // what chose it
}

// choose finds the archive: --archive goes before TAPEDECK_URL, and that before the settings.
func choose(named string) (*chosen, error) {
	s, err := readConfig()
	if err != nil {
		return nil, err
	}
	var env awsenv.Vars
	fromEnv := env.Optional("TAPEDECK_URL")
	c, token := new(chosen), strings.TrimSpace(env.Optional("TAPEDECK_TOKEN"))
	switch {
	case named != "":
		err = c.find(s, named, "--archive")
		if address, envErr := pagesAddress(fromEnv); fromEnv != "" && (envErr != nil || address != c.URL) {
			token = "" // it is for another archive
		}
	case fromEnv != "":
		if err = c.find(s, fromEnv, "TAPEDECK_URL"); err != nil {
			err = fmt.Errorf("environment variable TAPEDECK_URL: %w", err)
		}
	case s.Archive != "":
		err = c.find(s, s.Archive, "the settings")
	default:
		err = fmt.Errorf("%w, and it is not known where: `tapedeck login URL` signs in to an archive", signin.ErrNone)
	}
	c.token = token
	return c, err
}

// find takes the archive of a name or address.
func (c *chosen) find(s *configFile, text, why string) error {
	c.why = why
	if a := s.Archives[text]; a != nil {
		c.name, c.knownArchive = text, *a
		return nil
	}
	if nameForm.MatchString(text) && why != "TAPEDECK_URL" {
		known := "none is known yet; `tapedeck login URL` adds one"
		if len(s.Archives) > 0 {
			known = "there are " + strings.Join(slices.Sorted(maps.Keys(s.Archives)), ", ")
		}
		return fmt.Errorf("there is no archive %q: %s; an address begins with https://", text, known)
	}
	address, err := pagesAddress(text)
	if err != nil {
		return err
	}
	c.name, c.knownArchive = address, knownArchive{URL: address}
	for _, name := range slices.Sorted(maps.Keys(s.Archives)) {
		if s.Archives[name].URL == address {
			c.name, c.knownArchive = name, *s.Archives[name]
			break
		}
	}
	return nil
}

// api is the address of the archive's API.
func (a *knownArchive) api() (string, error) {
	address := a.APIBase
	switch {
	case address == "":
		address = a.URL + defaultAPI
	case strings.HasPrefix(address, "/"):
		address = a.URL + address
	}
	if err := signin.CheckAddress(address); err != nil {
		return "", fmt.Errorf("the address of the archive's API %w", err)
	}
	return strings.TrimSuffix(address, "/"), nil
}
