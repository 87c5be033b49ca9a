package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

var offlineCommand = command{
	name: "offline", group: groupLocal, does: "write the page of one file that plays an export at home",
	synopsis: []string{"[FILE]"},
	about: `Writes the offline player: a page of one file, with which a browser opens an exported recording from the disk,
without a network. FILE is tapedeck-offline.html unless it is named; - is the standard output.`,
	takes:    "FILE",
	examples: []example{{"tapedeck offline player.html", "open the file in a browser, and drop an export there"}},
	define: func(f *flags) action {
		var asJSON bool
		f.asJSON(&asJSON)
		return func(_ context.Context, arguments []string, out, _ io.Writer) error {
			path := "tapedeck-offline.html"
			if len(arguments) > 0 {
				path = arguments[0]
				if err := named("offline", arguments, "FILE"); err != nil {
					return err
				}
			}
			return writeOffline(path, asJSON, out)
		}
	},
}

// offlinePage is the page, in builds that hold it (offline_page.go).
var offlinePage []byte

func writeOffline(path string, asJSON bool, out io.Writer) error {
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
	return printPath(out, path, asJSON)
}

// printPath says which file was written.
func printPath(out io.Writer, path string, asJSON bool) error {
	if asJSON {
		return printJSON(out, map[string]string{"file": path})
	}
	_, err := fmt.Fprintln(out, path)
	return err
}
