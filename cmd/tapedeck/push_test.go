package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tapedeck/internal/session"
)

const recordings = "../../testdata/recordings/"

// uploadOf is what `tapedeck push` with the arguments would put into the inbox.
func uploadOf(args ...string) (*upload, error) {
	f, flags := new(pushFlags), newFlags("push")
	f.define(flags)
	paths, _, err := flags.parse(args)
	if err != nil {
		return nil, err
	}
	return f.upload(paths[0])
}

func TestTheManifestOfAPushNamesTheFormatAndEachPart(t *testing.T) {
	const at = "--action-at=2026-11-23T06:04:05Z"
	typescript := recordings + "script/script-adv-inout.typescript"
	for name, c := range map[string]struct {
		args []string
		want string // format, then part and name of each object
	}{
		"asciicast":            {[]string{recordings + "cast/cast-vim.cast", at}, "asciicast recording=cast-vim.cast"},
		"asciicast 1":          {[]string{at, recordings + "castv1/castv1-demo.cast"}, "asciicast recording=castv1-demo.cast"},
		"ttyrec":               {[]string{recordings + "ttyrec/ttyrec-demo.ttyrec", at}, "ttyrec recording=ttyrec-demo.ttyrec"},
		"script":               {[]string{typescript, "--timing", recordings + "script/script-adv-inout.timing", at}, "script recording=script-adv-inout.typescript timing=script-adv-inout.timing"},
		"script in gzip":       {[]string{recordings + "script/script-classic-flood.typescript.gz", "--timing", recordings + "script/script-classic-flood.timing", at}, "script recording=script-classic-flood.typescript.gz timing=script-classic-flood.timing"},
		"script, with input":   {[]string{typescript, at, "--input", recordings + "script/script-adv-inout.input", "--timing", recordings + "script/script-adv-inout.timing"}, "script recording=script-adv-inout.typescript timing=script-adv-inout.timing input=script-adv-inout.input"},
		"a format by its name": {[]string{recordings + "cast/cast-vim.final.txt", "--format", "guacamole", at}, "guacamole recording=cast-vim.final.txt"},
	} {
		up, err := uploadOf(c.args...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m, err := session.ParseManifest(up.manifest)
		if err != nil {
			t.Fatal(err)
		}
		got := m.Format
		for _, o := range m.Objects {
			got += " " + o.Part + "=" + o.Key
			info, err := os.Stat(up.files[o.Key])
			if err != nil || info.Size() != *o.Size || len(o.SHA256) != 64 {
				t.Errorf("%s: %+v lies at %q, %v", name, o, up.files[o.Key], err)
			}
		}
		if got != c.want || len(up.files) != len(m.Objects) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestAPushThatCannotBeRightIsRefused(t *testing.T) {
	const at = "--action-at=2026-11-23T06:04:05Z"
	dir := t.TempDir()
	same := filepath.Join(dir, "script-adv-inout.typescript")
	if err := os.WriteFile(same, []byte("0.5 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	typescript, times := recordings+"script/script-adv-inout.typescript", recordings+"script/script-adv-inout.timing"
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no time":                 {[]string{typescript}, "--action-at is missing"},
		"no timing file":          {[]string{typescript, at}, "a typescript needs its timing file, --timing FILE"},
		"unknown content":         {[]string{recordings + "cast/cast-vim.final.txt", at}, "of no known format; --format names it"},
		"unknown format":          {[]string{typescript, at, "--format", "mp3"}, "format is none of asciicast, script"},
		"a timing file too many":  {[]string{recordings + "cast/cast-vim.cast", at, "--format", "asciicast", "--timing", times}, "this is asciicast"},
		"an input without timing": {[]string{recordings + "cast/cast-vim.cast", at, "--input", times}, "this is asciicast"},
		"two of one name":         {[]string{typescript, at, "--timing", same}, "two files are called script-adv-inout.typescript"},
		"a folder and its format": {[]string{dir, "--format", "script"}, "format cannot be given"},
	} {
		if _, err := uploadOf(c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
