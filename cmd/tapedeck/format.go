package main

import (
	"errors"
	"fmt"
	"os"

	"tapedeck/internal/recording/formats"
)

// script is the format whose recordings are more than one file.
const script = "script"

// formatOf is the format that the flags say or, if they do not, the content.
func (f *pushFlags) formatOf(path string) (format string, err error) {
	switch {
	case f.format != "":
		format = f.format
	case f.timing != "":
		format = script
	default:
		if format, err = detect(path); err != nil {
			return "", err
		}
	}
	switch {
	case format == "":
		return "", fmt.Errorf("push: %s is of no known format; --format names it", path)
	case format == script && f.timing == "":
		return "", errors.New("push: a typescript needs its timing file, --timing FILE")
	case format != script && f.timing+f.input != "":
		return "", fmt.Errorf("push: --timing and --input belong to a typescript, and this is %s", format)
	}
	return format, nil
}

func detect(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	format, err := formats.Detect(f)
	if err != nil {
		return "", fmt.Errorf("push: %s: %w", path, err)
	}
	return format, nil
}
