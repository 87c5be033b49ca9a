package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// pagesOfDocs are README.md and all of docs/, by path from internal/.
func pagesOfDocs(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../docs/*/*.md", "../web/*.md", "../infra/*.md", "../infra/*/*.md", "../localstack/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			pages[path] = string(data)
		}
	}
	if len(pages) < 15 {
		t.Fatalf("found %d pages", len(pages))
	}
	return pages
}

var (
	goTest  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	e2eTest = regexp.MustCompile("(?m)^\\s*test\\((?:\"([^\"]+)\"|`([^`]+)`)")
	named   = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w+)`")
	quoted  = regexp.MustCompile(`e2e “([^”]+)”`)
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// names are those of all tests in Go, and the sentences of all tests in the browser.
func names(t *testing.T) (inGo, inBrowser map[string]bool) {
	t.Helper()
	inGo, inBrowser = map[string]bool{}, map[string]bool{}
	read := func(path string) string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, root := range []string{".", "../cmd", "../functions", "../localstack"} {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "node_modules":
				return filepath.SkipDir
			case !d.IsDir() && (strings.HasSuffix(path, "_test.go") || strings.Contains(path, "test/")) && strings.HasSuffix(path, ".go"):
				for _, m := range goTest.FindAllStringSubmatch(read(path), -1) {
					inGo[m[1]] = true
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	found, err := filepath.Glob("../web/e2e/*.test.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		for _, m := range e2eTest.FindAllStringSubmatch(read(path), -1) {
			inBrowser[m[1]+m[2]] = true
		}
	}
	return inGo, inBrowser
}

func TestTheTestsThatTheDocsNameAreThere(t *testing.T) {
	inGo, inBrowser := names(t)
	looked := 0
	for path, text := range pagesOfDocs(t) {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			if looked++; !inGo[m[1]] {
				t.Errorf("%s names %s", path, m[1])
			}
		}
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			if looked++; !inBrowser[m[1]] {
				t.Errorf("%s names the browser's test %q", path, m[1])
			}
		}
	}
	if looked < 80 {
		t.Errorf("the docs name %d tests", looked)
	}
}

func TestTheLinksOfTheDocsLeadSomewhere(t *testing.T) {
	pages, looked := pagesOfDocs(t), 0
	for path, text := range pages {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			to, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(to, ":") {
				continue
			}
			looked++
			at := path
			if to != "" {
				at = filepath.Join(filepath.Dir(path), to)
			}
			if _, err := os.Stat(at); err != nil {
				t.Errorf("%s: the link %s leads nowhere", path, m[1])
				continue
			}
			if anchor != "" && strings.HasSuffix(at, ".md") && !anchors(pages[at])[anchor] {
				t.Errorf("%s: %s has no heading for %s", path, at, anchor)
			}
		}
	}
	if looked < 20 {
		t.Errorf("looked at %d links", looked)
	}
}

// anchors are those that GitHub gives to headings.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		id := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 127:
				return r
			}
			return -1
		}, strings.ToLower(strings.TrimSpace(m[1])))
		all[id] = true
	}
	return all
}
