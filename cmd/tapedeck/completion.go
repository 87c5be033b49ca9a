package main

import (
	"context"
	"errors"
	"io"
	"strings"
)

// shells for which there is a completion, and how they are given it.
var shells = []struct{ name, install, where string }{
	{"bash", "source <(tapedeck completion bash)", "in ~/.bashrc"},
	{"zsh", "source <(tapedeck completion zsh)", "in ~/.zshrc, after compinit"},
	{"fish", "tapedeck completion fish | source", "in ~/.config/fish/config.fish"},
}

// completionCommand is made anew each time: it is in the list that it writes.
func completionCommand() *command {
	c := &command{
		name: "completion", group: groupTool, does: "write what lets a shell complete commands and flags",
		synopsis: []string{"bash|zsh|fish"},
		about:    "Prints a script for a shell. Once it has run, the Tab key completes commands, flags, their values where they are few, and files.",
		takes:    "SHELL",
		define: func(*flags) action {
			return func(_ context.Context, arguments []string, out, _ io.Writer) error {
				if err := named("completion", arguments, "SHELL"); err != nil {
					return err
				}
				var b strings.Builder
				switch arguments[0] {
				case "bash":
					bashCompletion(&b, commands())
				case "zsh":
					zshCompletion(&b, commands())
				case "fish":
					fishCompletion(&b, commands())
				default:
					return &usageError{"completion", errors.New("bash, zsh and fish are possible")}
				}
				_, err := io.WriteString(out, b.String())
				return err
			}
		},
	}
	for _, s := range shells {
		c.examples = append(c.examples, example{s.install, s.where})
	}
	return c
}

// words that an argument of a command, or a value of a flag, can be; files is true where it is one.
func wordsOf(takes string, all []*command) (words []string, files bool) {
	switch takes {
	case "FILE", "DIR":
		return nil, true
	case "COMMAND":
		for _, c := range all {
			words = append(words, c.name)
		}
	case "SHELL":
		for _, s := range shells {
			words = append(words, s.name)
		}
	}
	return words, false
}

// valueWords are those of a flag's value.
func (o *option) valueWords() (words []string, files bool) {
	if o.words != nil {
		return o.words, false
	}
	return nil, o.value == "FILE" || o.value == "DIR"
}

// flagNames are all flags of a command, as they are typed.
func (f *flags) flagNames() (names []string) {
	for _, o := range f.options {
		for _, n := range o.names {
			names = append(names, dashed(n))
		}
	}
	return names
}

// quoted is a text in the single quotes of a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// escaped are words of a list that blanks separate, in which a blank of their own is told apart.
func escaped(words []string) string {
	var list []string
	for _, w := range words {
		list = append(list, strings.ReplaceAll(w, " ", `\ `))
	}
	return strings.Join(list, " ")
}
