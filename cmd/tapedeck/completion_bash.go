package main

import (
	"fmt"
	"strings"
)

func bashCompletion(b *strings.Builder, all []*command) {
	var names []string
	for _, c := range all {
		names = append(names, c.name)
	}
	fmt.Fprintf(b, `# bash completion for tapedeck, made by: tapedeck completion bash
_tapedeck_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$(printf %%q "$word")"); done < <(IFS=$'\n'; compgen -W "$1" -- "$cur")
}
_tapedeck_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
}
_tapedeck() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _tapedeck_words $%s
    return
  fi
  case "${COMP_WORDS[1]} $prev" in
`, quoted(strings.Join(names, `\n`)))
	for _, c := range all {
		f, _ := c.defined()
		for _, o := range f.options {
			if o.value == "" {
				continue
			}
			var patterns []string
			for _, n := range o.names {
				patterns = append(patterns, quoted(c.name+" "+dashed(n)))
			}
			if len(patterns) == 0 {
				continue
			}
			fmt.Fprintf(b, "    %s) %s; return ;;\n", strings.Join(patterns, "|"), bashWords(o.valueWords()))
		}
	}
	b.WriteString("  esac\n  case \"${COMP_WORDS[1]} $cur\" in\n")
	for _, c := range all {
		f, _ := c.defined()
		if flags := f.flagNames(); len(flags) > 0 {
			fmt.Fprintf(b, "    '%s -'*) _tapedeck_words $%s ;;\n", c.name, quoted(strings.Join(flags, `\n`)))
		}
		if words, files := wordsOf(c.takes, all); words != nil || files {
			fmt.Fprintf(b, "    '%s '*) %s ;;\n", c.name, bashWords(words, files))
		}
	}
	b.WriteString("  esac\n}\ncomplete -F _tapedeck tapedeck\n")
}

// bashWords is what completes one of the words, a file, or nothing.
func bashWords(words []string, files bool) string {
	switch {
	case files:
		return "_tapedeck_files"
	case words != nil:
		return "_tapedeck_words $" + quoted(strings.Join(words, `\n`))
	}
	return ":"
}
