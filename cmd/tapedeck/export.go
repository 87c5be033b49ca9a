package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"time"
)

var exportCommand = command{
	name: "export", group: groupArchive, does: "take a recording out, encrypted",
	synopsis: []string{"ID"},
	about: `Takes a session's recording out of the archive. It asks for a passphrase twice, has the archive make a file that
only this passphrase opens, waits for it, downloads it and prints its name; tapedeck open opens it. Ending this early does
not end the job: the same file can be downloaded from the page Exports for a day.`,
	online: true, reads: []string{"TAPEDECK_PASSPHRASE"},
	examples: []example{
		{"tapedeck export 01KASHKQ9Z3V5V7F3M3T9K2W8N", "ID is the last column of tapedeck search"},
		{"tapedeck export ID --passphrase-file pass --out kim.cast.age", "asks for nothing"},
	},
	define: func(flags *flags) action {
		f := exportFlags{}
		flags.text(&f.to, "out", "FILE", "name of the file (default: the archive's)")
		flags.yes(&f.plain, "plain", "without a passphrase, as the recording is, where your organisation allows that")
		flags.text(&f.passphraseFile, "passphrase-file", "FILE", "do not ask: the passphrase is the first line of a file")
		flags.asJSON(&f.json)
		return func(ctx context.Context, arguments []string, out, notes io.Writer) error {
			if err := named("export", arguments, "ID"); err != nil {
				return err
			}
			return f.export(ctx, flags.archive, arguments[0], out, notes)
		}
	},
}

type exportFlags struct {
	to, passphraseFile string
	plain, json        bool
}

// exportPoll is how long to wait between two looks at a job.
const exportPoll = time.Second

type exportJob struct {
	FileName   string  `json:"fileName"`
	State      string  `json:"state"`
	PartsDone  int     `json:"partsDone"`
	PartsTotal int     `json:"partsTotal"`
	EtaSeconds *int    `json:"etaSeconds"`
	Error      *string `json:"error"`
}

type exportAddress struct {
	URL    string `json:"url"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

func (f *exportFlags) export(ctx context.Context, archive, id string, out, notes io.Writer) error {
	if f.to != "" {
		if err := checkAbsent(f.to); err != nil {
			return err
		}
	}
	c, err := newClient(archive)
	if err != nil {
		return err
	}
	ask := map[string]string{}
	if !f.plain {
		if ask["passphrase"], err = newPassphrase(ctx, f.passphraseFile, notes); err != nil {
			return err
		}
	}
	path, err := c.export(ctx, id, ask, f.to, newProgress(notes))
	if err != nil {
		return interrupted(ctx, err)
	}
	return printPath(out, path, f.json)
}

// export has a file made, and downloads it to a path: the given one, or the file's name.
func (c *client) export(ctx context.Context, id string, ask map[string]string, to string, progress *progress) (path string, err error) {
	var started struct{ ExportID string }
	key := http.Header{"Idempotency-Key": {rand.Text()}} // a request whose answer was lost starts no second job
	if err := c.send(ctx, http.MethodPost, "/sessions/"+url.PathEscape(id)+"/exports", key, ask, &started); err != nil {
		return "", err
	}
	defer progress.clear()
	var job exportJob
	for {
		if err := c.get(ctx, "/exports/"+url.PathEscape(started.ExportID), nil, &job); err != nil {
			return "", err
		}
		switch job.State {
		case "REQUESTED", "RUNNING", "VERIFYING":
			progress.say(job.line())
		case "READY":
			return c.fetch(ctx, started.ExportID, job.FileName, to, progress)
		case "FAILED":
			return "", fmt.Errorf("the export failed: %s", printable(textOf(job.Error)))
		default:
			return "", fmt.Errorf("the export is %s", printable(job.State))
		}
		if err := c.pause(ctx, exportPoll); err != nil {
			return "", err
		}
	}
}

func (j *exportJob) line() string {
	line := fmt.Sprintf("%d of %d parts", j.PartsDone, j.PartsTotal)
	if j.EtaSeconds != nil {
		line += ", " + (time.Duration(*j.EtaSeconds) * time.Second).String() + " left"
	}
	return line
}

// fetch downloads a finished export. The file has its name only when it is whole.
func (c *client) fetch(ctx context.Context, exportID, name, to string, progress *progress) (path string, err error) {
	var a exportAddress
	if err := c.send(ctx, http.MethodPost, "/exports/"+url.PathEscape(exportID)+"/download", nil, nil, &a); err != nil {
		return "", err
	}
	if path = to; path == "" {
		if path = filepath.Base(name); path != name || path == "." || path == ".." {
			return "", errors.New("the archive names the file strangely; --out FILE names it")
		}
		if err := checkAbsent(path); err != nil {
			return "", err
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, nil)
	if err != nil {
		return "", errors.New("the archive's address of the file cannot be read")
	}
	res, err := new(http.Client).Do(r) // as long as it takes
	if err != nil {
		return "", fmt.Errorf("download: %w", withoutAddress(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("download: the storage answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	}
	body := &counted{r: res.Body, total: a.Bytes, progress: progress}
	if err := writeWhole(path, patient{ctx, body}); err != nil {
		return "", fmt.Errorf("download: %w", err)
	}
	return path, nil
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// counted reads exactly so many bytes, and says how far it is.
type counted struct {
	r           io.Reader
	done, total int64
	said        time.Time
	progress    *progress
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.done += int64(n)
	if now := time.Now(); now.Sub(c.said) > 200*time.Millisecond {
		c.said = now
		c.progress.say(fmt.Sprintf("%d of %d MB", c.done>>20, c.total>>20))
	}
	if err == io.EOF && c.done != c.total || c.done > c.total {
		err = fmt.Errorf("there are %d bytes, not %d", c.done, c.total)
	}
	return n, err
}
