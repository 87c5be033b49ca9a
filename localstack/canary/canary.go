// Package canary looks through what the functions of a stack have logged for what must never be there.
package canary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"tapedeck/internal/export/exporttest"
)

// forbidden are shapes of secrets: signatures of addresses (Signature Version 4), tokens (RFC 7519), keys of age.
var forbidden = map[string]*regexp.Regexp{
	"a signature":      regexp.MustCompile(`(?i)X-Amz-(Signature|Credential|Security-Token)`),
	"a token":          regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}`),
	"an authorization": regexp.MustCompile(`(?i)\bBearer [A-Za-z0-9_.-]{20,}`),
	"an age header":    regexp.MustCompile(`age-encryption\.org/v1`),
}

// Found is what was looked through, and what was found there.
type Found struct {
	Groups, Lines int
	NotJSON       []string // lines of our own functions that are no JSON, shortened
	Secrets       []string // where a secret stands, and of which kind; never the secret itself
}

// Look reads all log groups of the functions. words are secrets that the tests have used: passphrases, and what
// recordings hold.
func Look(ctx context.Context, logs *cloudwatchlogs.Client, words []string) (*Found, error) {
	found := &Found{}
	groups := cloudwatchlogs.NewDescribeLogGroupsPaginator(logs, &cloudwatchlogs.DescribeLogGroupsInput{})
	for groups.HasMorePages() {
		page, err := groups.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list log groups: %w", err)
		}
		for _, g := range page.LogGroups {
			found.Groups++
			events := cloudwatchlogs.NewFilterLogEventsPaginator(logs, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: g.LogGroupName})
			for events.HasMorePages() {
				page, err := events.NextPage(ctx)
				if err != nil {
					return nil, fmt.Errorf("read %s: %w", *g.LogGroupName, err)
				}
				for _, e := range page.Events {
					for line := range strings.Lines(*e.Message) {
						found.look(*g.LogGroupName, strings.TrimSpace(line), words)
					}
				}
			}
		}
	}
	return found, nil
}

// Err says what is wrong; nil when nothing is. That nothing was looked through is wrong, too.
func (f *Found) Err() error {
	switch {
	case f.Lines == 0:
		return errors.New("the functions have logged nothing: this looks at the wrong place")
	case len(f.Secrets) > 0:
		return fmt.Errorf("secrets in logs: %s", strings.Join(first(f.Secrets), "; "))
	case len(f.NotJSON) > 0:
		return fmt.Errorf("%d lines that are no JSON: %s", len(f.NotJSON), strings.Join(first(f.NotJSON), "; "))
	}
	return nil
}

func first(of []string) []string { return of[:min(len(of), 5)] }

// look looks at one line.
func (f *Found) look(group, line string, words []string) {
	if line == "" {
		return
	}
	f.Lines++
	if !platform(line) && !json.Valid([]byte(line)) {
		f.NotJSON = append(f.NotJSON, fmt.Sprintf("%s: %.80q", group, line))
	}
	for kind, shape := range forbidden {
		if shape.MatchString(line) {
			f.Secrets = append(f.Secrets, kind+" in "+group)
		}
	}
	for i, w := range words {
		if len(exporttest.Leaks(w, line)) > 0 {
			f.Secrets = append(f.Secrets, fmt.Sprintf("canary %d in %s", i, group))
		}
	}
}

// platform reports whether Lambda itself wrote a line.
func platform(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return slices.Contains([]string{"START", "END", "REPORT", "INIT_START"}, word)
}
