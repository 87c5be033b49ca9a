package engine

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// refusedFile is where emulator_iam.py notes what roles were refused.
const refusedFile = "refused.jsonl"

// Refused says what functions and roles were refused by IAM so far, each once; nil when nothing was. A LocalStack
// enforces nothing, so there it is nil.
func (e *Engine) Refused() error {
	f, err := os.Open(filepath.Join(e.logs, refusedFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	var all []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r struct{ Principal, Action, Resource, Statement string }
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return fmt.Errorf("read %s: %w", refusedFile, err)
		}
		_, role, _ := strings.Cut(r.Principal, "/")
		by := "no policy allows it"
		if r.Statement != "" {
			by = "statement " + r.Statement
		}
		if line := fmt.Sprintf("%s: %s on %s (%s)", role, r.Action, r.Resource, by); !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return fmt.Errorf("refused by IAM:\n  %s", strings.Join(all, "\n  "))
}
