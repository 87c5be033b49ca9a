package passphrase

import (
	"crypto/rand"
	_ "embed"
	"math/big"
	"strings"
)

// The words are the EFF's large list for dice, of 2016, by Joseph Bonneau and the Electronic Frontier Foundation
// (https://www.eff.org/dice), licensed under CC BY 3.0 US (https://creativecommons.org/licenses/by/3.0/us/); unchanged
// but for the numbers of the dice, which are left out.
//
//go:embed words.txt
var list string

const (
	listed = 7776 // words in the list: five dice
	chosen = 6    // 77 bits
)

// Generate makes a passphrase of six words.
func Generate() string {
	words := strings.Fields(list)
	var passphrase []string
	for range chosen {
		n, err := rand.Int(rand.Reader, big.NewInt(listed))
		if err != nil {
			panic(err) // crypto/rand: never
		}
		passphrase = append(passphrase, words[n.Int64()])
	}
	return strings.Join(passphrase, "-")
}
