package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
)

// revision is the commit that this program was built of; the Makefile says it.
var revision = "unknown"

var versionCommand = command{
	name: "version", group: groupTool, does: "say which version this is",
	synopsis: []string{""},
	about:    "Prints the commit that this program was built of, and what it was built with and for: what a report of a fault should begin with.",
	define: func(f *flags) action {
		var asJSON bool
		f.asJSON(&asJSON)
		return func(_ context.Context, arguments []string, out, _ io.Writer) error {
			if err := named("version", arguments); err != nil {
				return err
			}
			v := struct {
				Revision string `json:"revision"`
				Go       string `json:"go"`
				OS       string `json:"os"`
				Arch     string `json:"arch"`
			}{revision, runtime.Version(), runtime.GOOS, runtime.GOARCH}
			if asJSON {
				return printJSON(out, v)
			}
			_, err := fmt.Fprintf(out, "tapedeck %s, %s, %s/%s\n", v.Revision, v.Go, v.OS, v.Arch)
			return err
		}
	},
}
