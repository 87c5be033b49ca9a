package main

import (
	"fmt"
	"strings"
)

func fishCompletion(b *strings.Builder, all []*command) {
	b.WriteString("# fish completion for tapedeck, made by: tapedeck completion fish\ncomplete -c tapedeck -f\n")
	for _, c := range all {
		fmt.Fprintf(b, "complete -c tapedeck -n __fish_use_subcommand -a %s -d %s\n", c.name, fishQuoted(c.does))
	}
	for _, c := range all {
		seen := fmt.Sprintf("complete -c tapedeck -n %s", fishQuoted("__fish_seen_subcommand_from "+c.name))
		f, _ := c.defined()
		for _, o := range f.options {
			for _, n := range o.names {
				kind := "-l"
				if len(n) == 1 {
					kind = "-s"
				}
				fmt.Fprintf(b, "%s %s %s%s", seen, kind, n, fishWords(o.value != "", o))
				if o.help != "" {
					fmt.Fprintf(b, " -d %s", fishQuoted(o.help))
				}
				b.WriteString("\n")
			}
		}
		switch words, files := wordsOf(c.takes, all); {
		case files:
			fmt.Fprintf(b, "%s -F\n", seen)
		case words != nil:
			fmt.Fprintf(b, "%s -a %s\n", seen, fishQuoted(strings.Join(words, " ")))
		}
	}
}

func fishWords(takesValue bool, o *option) string {
	words, files := o.valueWords()
	switch {
	case !takesValue:
		return ""
	case files:
		return " -r -F"
	case words != nil:
		return " -x -a " + fishQuoted(escaped(words))
	}
	return " -x"
}

// fishQuoted is a text in fish's single quotes, in which a backslash escapes itself and the quote.
func fishQuoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}
