package main

import (
	"os/exec"
	"runtime"
	"strings"

	"tapedeck/internal/awsenv"
)

// openBrowser asks the system to open an address, where it has a program for that, and does not wait for it.
func openBrowser(address string) bool {
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return false
	}
	var words []string
	switch {
	case runtime.GOOS == "darwin":
		words = []string{"open", address}
	case runtime.GOOS == "windows":
		words = []string{"rundll32", "url.dll,FileProtocolHandler", address}
	case hasDisplay(): // without, it would look for a browser that draws on this terminal
		words = []string{"xdg-open", address}
	default:
		return false
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return false
	}
	cmd := exec.Command(words[0], words[1:]...)
	if err := cmd.Start(); err != nil {
		return false
	}
	go func() { _ = cmd.Wait() }()
	return true
}

// hasDisplay reports whether a program that is started here can show a window.
func hasDisplay() bool {
	var env awsenv.Vars
	return env.Optional("DISPLAY") != "" || env.Optional("WAYLAND_DISPLAY") != ""
}
