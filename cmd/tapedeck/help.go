package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// Columns of a help, which is to be read in a terminal of the usual size.
const (
	helpWidth  = 80
	labelWidth = 22 // of flags and variables
	nameWidth  = 12 // of commands
)

// helpCommand is made anew each time: it is in the list that it prints.
func helpCommand() *command {
	return &command{
		name: "help", group: groupTool, does: "say what there is, or more of one command",
		synopsis: []string{"[COMMAND]"},
		about:    "Lists the commands or, as tapedeck COMMAND -h does, says what one of them does and takes.",
		takes:    "COMMAND",
		examples: []example{{"tapedeck help search", "what can be searched for, and how"}},
		define: func(*flags) action {
			return func(_ context.Context, arguments []string, out, _ io.Writer) error {
				text := overview()
				if len(arguments) > 0 {
					if err := named("help", arguments, "COMMAND"); err != nil {
						return err
					}
					c, err := commandOf(arguments[0])
					if err != nil {
						return err
					}
					text = c.help()
				}
				_, err := io.WriteString(out, text)
				return err
			}
		},
	}
}

// overview is the help of the whole.
func overview() string {
	var b strings.Builder
	b.WriteString("usage: tapedeck COMMAND [arguments and flags]\n\nTapedeck on the command line: the archive for recorded server sessions.\n")
	for _, group := range groups {
		fmt.Fprintf(&b, "\n%s:\n", group)
		for _, c := range commands() {
			if c.group == group {
				list(&b, nameWidth, c.name, c.does)
			}
		}
	}
	b.WriteString("\ntapedeck help COMMAND says more. tapedeck login URL is how to begin.\n\nEnvironment:\n")
	for _, v := range variables {
		list(&b, labelWidth, v.name, v.does)
	}
	writeStatuses(&b, statuses)
	return b.String()
}

// help is that of one command.
func (c *command) help() string {
	var b strings.Builder
	f, _ := c.defined()
	for i, line := range c.lines(f) {
		before := "usage: "
		if i > 0 {
			before = "       "
		}
		b.WriteString(before + line + "\n")
	}
	b.WriteString("\n" + wrapped(c.about, helpWidth) + "\n")
	if len(f.options) > 0 {
		b.WriteString("\nFlags:\n")
	}
	for _, o := range f.options {
		if o.help != "" {
			list(&b, labelWidth, o.label(), o.help)
		}
	}
	if len(c.examples) > 0 {
		b.WriteString("\nExamples:\n")
	}
	for _, e := range c.examples {
		fmt.Fprintf(&b, "  %s\n      %s\n", e.line, e.does)
	}
	if used := c.variables(); len(used) > 0 {
		b.WriteString("\nEnvironment:\n")
		for _, v := range used {
			list(&b, labelWidth, v.name, v.does)
		}
	}
	writeStatuses(&b, c.ends())
	return b.String()
}

// lines are the ways to use a command.
func (c *command) lines(f *flags) (lines []string) {
	for _, s := range c.synopsis {
		line := strings.TrimSpace("tapedeck " + c.name + " " + s)
		if len(f.options) > 0 && !strings.Contains(s, "[--") {
			line += " [flags]"
		}
		lines = append(lines, line)
	}
	return lines
}

// label is how a flag is written.
func (o *option) label() string {
	if o.called != "" {
		return o.called
	}
	var forms []string
	for _, n := range o.names {
		forms = append(forms, strings.TrimSpace(dashed(n)+" "+o.value))
	}
	return strings.Join(forms, ", ")
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// list writes a label and, in a column of its own, what it is.
func list(b *strings.Builder, width int, label, text string) {
	lines := strings.Split(wrapped(text, helpWidth-width-2), "\n")
	indent := strings.Repeat(" ", width+2)
	if len(label) > width-2 {
		b.WriteString("  " + strings.ReplaceAll(wrapped(label, helpWidth-2), "\n", "\n  ") + "\n" + indent)
	} else {
		b.WriteString("  " + pad(label, width))
	}
	b.WriteString(strings.Join(lines, "\n"+indent) + "\n")
}

func writeStatuses(b *strings.Builder, all []status) {
	var words []string
	for _, s := range all {
		words = append(words, fmt.Sprintf("%d %s", s.status, s.means))
	}
	b.WriteString("\n" + wrapped("Exit status: "+strings.Join(words, "; ")+".", helpWidth) + "\n")
}

// wrapped breaks paragraphs into lines of a width. A blank line is between paragraphs; an indented line stays as it is.
func wrapped(text string, width int) string {
	var lines []string
	line := ""
	flush := func() {
		if line != "" {
			lines = append(lines, line)
		}
		line = ""
	}
	for _, l := range strings.Split(strings.TrimSpace(text), "\n") {
		switch {
		case strings.TrimSpace(l) == "":
			flush()
			lines = append(lines, "")
			continue
		case strings.HasPrefix(l, "  "):
			flush()
			lines = append(lines, l)
			continue
		}
		for _, word := range strings.Fields(l) {
			if line != "" && len(line)+1+len(word) > width {
				flush()
			}
			if line != "" {
				line += " "
			}
			line += word
		}
	}
	flush()
	return strings.Join(lines, "\n")
}
