package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// parseMoment reads a time since the start of a recording: 12.5 (seconds) or 1m23.5s.
func parseMoment(s string) (time.Duration, error) {
	unit := ""
	if strings.Trim(s[max(0, len(s)-1):], "0123456789.") == "" {
		unit = "s"
	}
	d, err := time.ParseDuration(s + unit)
	if err != nil || d < 0 {
		return 0, errors.New("a time such as 12.5 or 1m23.5s is possible")
	}
	return d, nil
}

// clock writes milliseconds as people read the time of a recording: 1:23.456.
func clock(ms int64) string {
	s := fmt.Sprintf("%d:%02d.%03d", ms/60_000, ms/1000%60, ms%1000)
	if ms >= 3_600_000 {
		s = fmt.Sprintf("%d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
	}
	return s
}
