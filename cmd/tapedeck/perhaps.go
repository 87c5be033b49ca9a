package main

import "fmt"

// perhaps asks whether another word was meant, where one is much like what was typed; otherwise it is nothing.
func perhaps(typed string, words []string, written func(string) string) string {
	best, found := 3, "" // more mistakes than two are another word
	for _, w := range words {
		if d := distance(typed, w); d < best && d < (len(w)+1)/2 {
			best, found = d, w
		}
	}
	if found == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", written(found))
}

// distance is how many characters must be put in, taken out, replaced, or swapped with their neighbour.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			differs := 0
			if a[i-1] != b[j-1] {
				differs = 1
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+differs)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
