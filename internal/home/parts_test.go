package home

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tarOf is a tar of files in the order of names.
func tarOf(t *testing.T, files map[string][]byte, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))})
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const typescriptManifest = `{"version":1,"sessionId":"0b7e6a1c-2f43-4c57-9d1e-3a5b7c9d1e3f","actionAt":"2026-11-23T06:04:05.123Z","format":"script",
  "objects":[{"key":"typescript","part":"recording"},{"key":"timing","part":"timing"}]}`

func TestTheFilesOfATarAreWhatItsManifestSays(t *testing.T) {
	files := map[string][]byte{"session.json": []byte(typescriptManifest), "typescript": []byte("the screen"), "timing": []byte("the times"), "log": nil}
	data := tarOf(t, files, "timing", "log", "session.json", "typescript")
	format, parts, err := Parts(io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))))
	if err != nil || format != "script" || len(parts) != 2 {
		t.Fatalf("%s, %v, %v", format, parts, err)
	}
	for i, want := range []struct{ role, content string }{{"recording", "the screen"}, {"timing", "the times"}} {
		if got, err := io.ReadAll(parts[i].Bytes); err != nil || string(got) != want.content || parts[i].Role != want.role {
			t.Errorf("part %d is %s: %q, %v", i, parts[i].Role, got, err)
		}
	}
	for why, data := range map[string][]byte{
		"neither a session.json nor their content says what they are": tarOf(t, files, "typescript", "timing"),
		`session.json names "timing", which is not there`:             tarOf(t, files, "session.json", "typescript"),
		"session.json: the manifest is not a JSON":                    tarOf(t, map[string][]byte{"session.json": []byte("?")}, "session.json"),
		"read the tar: ": data[:300],
	} {
		if _, _, err := Parts(io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data)))); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, want %s", err, why)
		}
	}
}

func TestWithoutAManifestTheContentOfTwoFilesSaysWhatTheyAre(t *testing.T) {
	part := func(name, part string) []byte {
		data, err := os.ReadFile(filepath.Join("../../testdata/recordings/script", name+"."+part))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, name := range []string{"guacd-nonbmp-title", "script-classic-git", "script-adv-db02"} {
		files := map[string][]byte{"0": part(name, "timing"), "1": part(name, "typescript")}
		data := tarOf(t, files, "0", "1")
		format, parts, err := Parts(io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))))
		if err != nil || format != "script" || len(parts) != 2 {
			t.Fatalf("%s: %s, %d parts, %v", name, format, len(parts), err)
		}
		for _, p := range parts {
			want := map[string][]byte{"recording": files["1"], "timing": files["0"]}[p.Role]
			if got, err := io.ReadAll(p.Bytes); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: another file is taken for the %s", name, p.Role)
			}
		}
	}
}

func TestWhatWasTypedIsNotTakenForARecording(t *testing.T) {
	files := map[string][]byte{}
	for _, name := range []string{"input", "timing", "typescript"} {
		data, err := os.ReadFile("../../testdata/recordings/script/script-adv-db02." + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	data := tarOf(t, files, "input", "timing", "typescript")
	if _, parts, err := Parts(io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data)))); err == nil {
		t.Errorf("%d parts", len(parts))
	}
}
