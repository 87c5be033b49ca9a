//go:build offline

package main

import _ "embed"

//go:embed offline.html
var embeddedPage []byte

func init() { offlinePage = embeddedPage }
