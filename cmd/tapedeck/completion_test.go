package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completionOf is what tapedeck completion prints for a shell that is here.
func completionOf(t *testing.T, shell string) string {
	t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		t.Skip(shell + " is not here")
	}
	out, notes, status := tapedeck(t, "completion", shell)
	if status != 0 || notes != "" {
		t.Fatalf("status %d, %s", status, notes)
	}
	path := filepath.Join(t.TempDir(), "tapedeck."+shell)
	if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// bashCompletes is what bash offers where the last word is being typed, in a folder with two files.
func bashCompletes(t *testing.T, path string, words ...string) []string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"session.cast", "two words.cast"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ask := `source "$1"; shift; COMP_WORDS=(tapedeck "$@"); COMP_CWORD=$#; _tapedeck; if [ ${#COMPREPLY[@]} -gt 0 ]; then printf '%s\n' "${COMPREPLY[@]}"; fi`
	cmd := exec.CommandContext(t.Context(), "bash", append([]string{"--norc", "-uc", ask, "bash", path}, words...)...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func TestBashCompletesWhatIsThere(t *testing.T) {
	path := completionOf(t, "bash")
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"log"}, "login logout"},
		{[]string{"search", "--cl"}, "--client-ip --client-name"},
		{[]string{"search", "--not-o"}, "--not-os"},
		{[]string{"search", "--os", "m"}, "macOS"},
		{[]string{"search", "--os", "A"}, `Amazon\ Linux`},
		{[]string{"search", "--not-protocol", "S"}, "SSH SFTP"},
		{[]string{"search", "kim", "--js"}, "--json --jsonl"},
		{[]string{"search", "k"}, ""},
		{[]string{"search", "--from", ""}, ""},
		{[]string{"grep", "-"}, "-i -F --json"},
		{[]string{"play", "s"}, "session.cast"},
		{[]string{"play", "t"}, "two words.cast"},
		{[]string{"open", "x", "--out", "s"}, "session.cast"},
		{[]string{"help", "re"}, "reconcile rederive"},
		{[]string{"completion", ""}, "bash zsh fish"},
		{[]string{"version", "x"}, ""},
		{[]string{"nothing", ""}, ""},
	} {
		got := bashCompletes(t, path, c.words...)
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q", c.words, got)
		}
	}
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if got := bashCompletes(t, path, ""); !slices.Equal(got, names) {
		t.Errorf("the commands are %q", got)
	}
	for _, c := range commands() {
		f, _ := c.defined()
		if got := bashCompletes(t, path, c.name, "--"); f.flagNames() != nil && len(got) == 0 {
			t.Errorf("%s has no flags", c.name)
		}
	}
}

func TestFishCompletesWhatIsThere(t *testing.T) {
	path := completionOf(t, "fish")
	for line, want := range map[string]string{
		"tapedeck log":               "login logout",
		"tapedeck search --client-":  "--client-ip --client-name",
		"tapedeck search --os Ama":   "Amazon Linux",
		"tapedeck help re":           "reconcile rederive",
		"tapedeck search --from 202": "",
		"tapedeck completion z":      "zsh",
	} {
		out, err := exec.CommandContext(t.Context(), "fish", "--no-config", "-c", `source $argv[1]; complete -C $argv[2]`, path, line).Output()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for l := range strings.Lines(string(out)) {
			word, _, _ := strings.Cut(strings.TrimSuffix(l, "\n"), "\t")
			got = append(got, word)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q", line, got)
		}
	}
}

// TestTheOtherShellsReadTheirScripts asks them to read, not to complete: that needs a person's terminal.
func TestTheOtherShellsReadTheirScripts(t *testing.T) {
	for shell, args := range map[string][]string{"zsh": {"-f", "-n"}, "fish": {"--no-config", "--no-execute"}} {
		t.Run(shell, func(t *testing.T) {
			if out, err := exec.CommandContext(t.Context(), shell, append(args, completionOf(t, shell))...).CombinedOutput(); err != nil {
				t.Errorf("%v, %s", err, out)
			}
		})
	}
}

func TestEachScriptHasEveryCommandAndFlag(t *testing.T) {
	for _, s := range shells {
		out, _, status := tapedeck(t, "completion", s.name)
		if status != 0 {
			t.Fatal(status)
		}
		for _, c := range commands() {
			f, _ := c.defined()
			for _, name := range f.flagNames() {
				want := name
				if s.name == "fish" {
					want = " " + map[bool]string{true: "-l ", false: "-s "}[strings.HasPrefix(name, "--")] + strings.TrimLeft(name, "-")
				}
				if !strings.Contains(out, want) {
					t.Errorf("%s: %s has no %s", s.name, c.name, name)
				}
			}
		}
	}
	if _, notes, status := tapedeck(t, "completion", "tcsh"); status != exitUsage || !strings.Contains(notes, "bash, zsh and fish are possible") {
		t.Error(status, notes)
	}
}
