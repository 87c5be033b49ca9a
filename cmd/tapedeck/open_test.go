package main

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"
)

const testPassphrase = "밤마다 다른 배가 강을 건넌다"

// sealed seals bytes with the passphrase of the tests, at next to no cost, and returns the file.
func sealed(t *testing.T, name string, plain []byte) (path string) {
	t.Helper()
	r, err := age.NewScryptRecipient(testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(2)
	return sealedTo(t, name, plain, r)
}

func sealedTo(t *testing.T, name string, plain []byte, r age.Recipient) (path string) {
	t.Helper()
	var b bytes.Buffer
	w, err := age.Encrypt(&b, r)
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return write(t, name, b.Bytes())
}

// refused opens a file into another folder, and fails unless that says why not, and nothing is left there.
func refused(t *testing.T, path, why string) {
	t.Helper()
	dir := t.TempDir()
	_, notes, status := tapedeck(t, "open", path, "--out", filepath.Join(dir, "session.cast"))
	if status != exitFailed || !strings.Contains(notes, why) {
		t.Errorf("status %d, %s", status, notes)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOpenWritesWhatIsSealed(t *testing.T) {
	plain := long(2000)
	path := sealed(t, "session.cast.age", plain)
	for name, c := range map[string]struct{ environment, file string }{
		"the passphrase is in the environment":               {environment: testPassphrase},
		"it was composed in another way":                     {environment: norm.NFD.String(testPassphrase)},
		"it is in a file":                                    {file: testPassphrase},
		"it is the first line of a file, before another one": {file: testPassphrase + "\r\nand this\n", environment: "not this"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TAPEDECK_PASSPHRASE", c.environment)
			to := filepath.Join(t.TempDir(), "session.cast")
			args := []string{"open", path, "--out", to}
			if c.file != "" {
				args = append(args, "--passphrase-file", write(t, "passphrase", []byte(c.file)))
			}
			if out, notes, status := tapedeck(t, args...); status != 0 || out+notes != "" {
				t.Fatalf("status %d, %s%s", status, out, notes)
			}
			if got, err := os.ReadFile(to); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("others can read it: %v, %v", info.Mode(), err)
			}
			args[3] = "-"
			if out, notes, status := tapedeck(t, args...); status != 0 || out != string(plain) || notes != "" {
				t.Errorf("to the standard output: status %d, %d bytes, %s", status, len(out), notes)
			}
		})
	}
}

func TestOpenWritesNothingOfAFileThatIsNotWholeOrNotToBeOpened(t *testing.T) {
	t.Setenv("TAPEDECK_PASSPHRASE", testPassphrase)
	plain := long(2000)
	path := sealed(t, "session.cast.age", plain)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const chunk = 65536 + 16
	header := len(file) - len(plain) - 16*(len(plain)/65536+1)
	for at := header; at < len(file); at += chunk {
		changed := slices.Clone(file)
		changed[min(at+100, len(file)-1)] ^= 1
		refused(t, write(t, "changed.age", changed), "failed to decrypt")
	}
	refused(t, write(t, "cut.age", file[:len(file)-1]), "failed to decrypt")
	refused(t, write(t, "cut.age", file[:header+chunk]), "failed to decrypt")
	refused(t, write(t, "more.age", append(slices.Clone(file), 0)), "failed to decrypt")
	refused(t, write(t, "other.age", plain), "is no age file")
	refused(t, write(t, "empty.age", nil), "is no age file")

	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	refused(t, sealedTo(t, "key.age", plain, key.Recipient()), "something else than a passphrase")
	dear, err := age.NewScryptRecipient(testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	dear.SetWorkFactor(19)
	refused(t, sealedTo(t, "dear.age", plain, dear), "work factor too large")

	t.Setenv("TAPEDECK_PASSPHRASE", testPassphrase+".")
	refused(t, path, "the passphrase is not the right one")
	t.Setenv("TAPEDECK_PASSPHRASE", "")
	refused(t, path, "there is no terminal to ask for the passphrase")
}

func TestOpenDoesNotReplaceAFile(t *testing.T) {
	t.Setenv("TAPEDECK_PASSPHRASE", testPassphrase)
	there := write(t, "session.cast", []byte("mine"))
	if _, notes, status := tapedeck(t, "open", sealed(t, "session.cast.age", counting()), "--out", there); status != exitFailed || !strings.Contains(notes, "is there already") {
		t.Errorf("status %d, %s", status, notes)
	}
	if got, err := os.ReadFile(there); err != nil || string(got) != "mine" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestOpenLeavesNothingWhenItIsInterrupted(t *testing.T) {
	t.Setenv("TAPEDECK_PASSPHRASE", testPassphrase)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	err := runCommand(ctx, "open", []string{sealed(t, "session.cast.age", counting()), "--out", filepath.Join(dir, "session.cast")}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOpenNeedsATerminalToPlayIn(t *testing.T) {
	if _, notes, status := tapedeck(t, "open", sealed(t, "session.cast.age", counting())); status != exitFailed || !strings.Contains(notes, "needs a terminal") {
		t.Errorf("status %d, %s", status, notes)
	}
	if _, notes, status := tapedeck(t, "open"); status != exitUsage || !strings.Contains(notes, "FILE.age is missing") {
		t.Errorf("status %d, %s", status, notes)
	}
}

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

func TestHiddenFilesGiveBackWhatWasWrittenAndTheDiskDoesNot(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	files, err := newHidden(2)
	if err != nil {
		t.Fatal(err)
	}
	want := long(3000)
	for _, f := range files {
		if _, err := f.Write(want); err != nil {
			t.Fatal(err)
		}
	}
	readers, err := files.readers()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range readers {
		got := make([]byte, 5000)
		if _, err := r.ReadAt(got, 100_000); err != nil || !bytes.Equal(got, want[100_000:105_000]) {
			t.Errorf("file %d gives back something else, %v", i, err)
		}
		onDisk, err := io.ReadAll(io.NewSectionReader(files[i].file, 0, 1<<30))
		if err != nil || len(onDisk) < len(want) || bytes.Contains(onDisk, []byte("line 00")) {
			t.Errorf("file %d: %d bytes on the disk can be read, %v", i, len(onDisk), err)
		}
	}
	files.remove()
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
