package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
)

const offlineUsage = `usage: tapedeck offline [FILE]

Writes the offline player: a page of one file, with which a browser opens an exported recording from the disk, without a
network. FILE is tapedeck-offline.html unless it is named; - is the standard output.
`

// offlinePage is the page, in builds that hold it (offline_page.go).
var offlinePage []byte

func offlineCommand(args []string, out, notes io.Writer) error {
	flags := flag.NewFlagSet("offline", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), offlineUsage) }
	arguments, err := parseAround(flags, args, notes)
	if err != nil {
		return err
	}
	path := "tapedeck-offline.html"
	if len(arguments) > 0 {
		path = arguments[0]
		if err := named("offline", arguments, "FILE"); err != nil {
			return err
		}
	}
	if len(offlinePage) == 0 {
		return errors.New("this build does not hold the page: make build makes one that does; the pages of an archive offer it, too")
	}
	if path == standardOut {
		_, err := out.Write(offlinePage)
		return err
	}
	if err := checkAbsent(path); err != nil {
		return err
	}
	if err := writeWhole(path, bytes.NewReader(offlinePage)); err != nil {
		return err
	}
	fmt.Fprintln(out, path)
	return nil
}
