// Package commands reads what a page of the docs tells its reader to type.
package commands

import "regexp"

var shellBlock = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// Of are the shell blocks of a page in Markdown, in order.
func Of(page []byte) (blocks []string) {
	for _, block := range shellBlock.FindAllSubmatch(page, -1) {
		blocks = append(blocks, string(block[1]))
	}
	return blocks
}
