package main

import (
	"fmt"
	"strings"
)

func zshCompletion(b *strings.Builder, all []*command) {
	b.WriteString(`#compdef tapedeck
# zsh completion for tapedeck, made by: tapedeck completion zsh
_tapedeck() {
  local -a commands
  commands=(
`)
	for _, c := range all {
		fmt.Fprintf(b, "    %s\n", quoted(c.name+":"+strings.ReplaceAll(c.does, ":", `\:`)))
	}
	b.WriteString("  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n")
	for _, c := range all {
		f, _ := c.defined()
		fmt.Fprintf(b, "    %s)\n      _arguments", c.name)
		for _, o := range f.options {
			for _, n := range o.names {
				action := ""
				if o.value != "" {
					action = ":" + o.value + ":" + zshWords(o.valueWords())
				}
				fmt.Fprintf(b, " \\\n        %s", quoted("*"+dashed(n)+"["+zshText(o.help)+"]"+action))
			}
		}
		if words, files := wordsOf(c.takes, all); words != nil || files {
			fmt.Fprintf(b, " \\\n        %s", quoted("*:"+c.takes+":"+zshWords(words, files)))
		}
		b.WriteString(" ;;\n")
	}
	b.WriteString("  esac\n}\nif [ \"$funcstack[1]\" = _tapedeck ]; then _tapedeck \"$@\"; else compdef _tapedeck tapedeck; fi\n")
}

func zshWords(words []string, files bool) string {
	switch {
	case files:
		return "_files"
	case words != nil:
		return "(" + escaped(words) + ")"
	}
	return ""
}

// zshText is a description in which nothing has a meaning of its own.
func zshText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(s)
}
