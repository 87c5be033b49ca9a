package terminal

// tabs are the columns that a tabulator stops at, also those right of the screen: they count again when it grows.
type tabs [(maxCols + 64) / 64]uint64

const tabWidth = 8

func (t *tabs) at(x int) bool { return uint(x) <= maxCols && t[x/64]>>(x%64)&1 != 0 }

func (t *tabs) set(x int) {
	if uint(x) <= maxCols {
		t[x/64] |= 1 << (x % 64)
	}
}

func (t *tabs) clear(x int) {
	if uint(x) <= maxCols {
		t[x/64] &^= 1 << (x % 64)
	}
}

// setFrom sets every eighth stop of a screen, from column x on.
func (t *tabs) setFrom(x, cols int) {
	for ; x < cols; x += tabWidth {
		t.set(x)
	}
}

// resized sets the stops that a change of the width brings: from the last stop before the new width on.
func (t *tabs) resized(cols int) {
	x := cols
	if !t.at(x) {
		x = t.before(x, cols)
	}
	t.setFrom(x, cols)
}

func (t *tabs) before(x, cols int) int {
	for x--; x > 0 && !t.at(x); x-- {
	}
	return min(max(x, 0), cols-1)
}

func (t *tabs) after(x, cols int) int {
	for x++; x < cols && !t.at(x); x++ {
	}
	return min(x, cols-1)
}
