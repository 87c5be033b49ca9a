package terminal

// charset is a national or graphical character set that stands in for ASCII; 0 is ASCII itself.
type charset uint8

// charsetFinals are the bytes that designate the sets, in the order of their numbers.
const charsetFinals = "B0A4CRQKYEZH="

// charsetNumbers are the numbers of the sets, counted from 1, by the bytes that designate them: some have two.
var charsetNumbers = func() (t [128]uint8) {
	for i := range len(charsetFinals) {
		t[charsetFinals[i]] = uint8(i + 1)
	}
	t['5'], t['6'], t['7'] = t['C'], t['E'], t['H']
	return
}()

// What each set has in place of ASCII, as in xterm.js's src/common/data/Charsets.ts: pairs of characters.
var charsetPairs = [len(charsetFinals)]string{
	1:  "`◆a▒b␉c␌d␍e␊f°g±h␤i␋j┘k┐l┌m└n┼o⎺p⎻q─r⎼s⎽t├u┤v┴w┬x│y≤z≥{π|≠}£~·",
	2:  "#£",
	3:  "#£@¾[i\\½]|{¨|f}¼~´",
	4:  "[Ä\\Ö]Å^Ü`é{ä|ö}å~ü",
	5:  "#£@à[°\\ç]§{é|ù}è~¨",
	6:  "@à[â\\ç]ê^î`ô{é|ù}è~û",
	7:  "@§[Ä\\Ö]Ü{ä|ö}ü~ß",
	8:  "#£@§[°\\ç]é`ù{à|ò}è~ì",
	9:  "@Ä[Æ\\Ø]Å^Ü`ä{æ|ø}å~ü",
	10: "#£@§[¡\\Ñ]¿{°|ñ}ç",
	11: "@É[Ä\\Ö]Å^Ü`é{ä|ö}å~ü",
	12: "#ù@à[é\\ç]ê^î_è`ô{ä|ö}ü~û",
}

var charsetTables = func() (tables [len(charsetFinals)][128]rune) {
	for set, pairs := range charsetPairs {
		runes := []rune(pairs)
		for i := 0; i < len(runes); i += 2 {
			tables[set][runes[i]] = runes[i+1]
		}
	}
	return
}()

// charsetOf gives the set that a final byte designates; ok is false for a byte that designates none.
func charsetOf(final byte) (c charset, ok bool) {
	n := charsetNumbers[final&0x7f]
	return charset(n - 1), n > 0
}

// of is the character that stands for r.
func (c charset) of(r rune) rune {
	if c != 0 && r < 127 {
		if to := charsetTables[c][r]; to != 0 {
			return to
		}
	}
	return r
}

// source is the character that r stands for; ok is false when nothing gives r.
func (c charset) source(r rune) (from rune, ok bool) {
	if c.of(r) == r {
		return r, true
	}
	for from, to := range charsetTables[c] {
		if to == r {
			return rune(from), true
		}
	}
	return 0, false
}

// charsets are the four designated sets, and the one in use. After the cursor was restored the latter need not be
// one of the former.
type charsets struct {
	g     [4]charset
	level uint8
	used  charset
}

func (c *charsets) shift(level uint8) { c.level, c.used = level, c.g[level] }

func (c *charsets) designate(level uint8, set charset) {
	c.g[level] = set
	if c.level == level {
		c.used = set
	}
}
