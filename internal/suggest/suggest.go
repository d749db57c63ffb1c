// Package suggest finds the word that somebody most likely meant who wrote one that
// is unknown. Annotations are told in this way about options, and operators about
// names of caches. It does not know what the words are.
package suggest

import (
	"strings"
	"unicode/utf8"
)

// Nearest returns the word of words that was most likely meant by word, or nothing
// if none is near. Case, "-" for "_" and leading dashes count as no difference at
// all; otherwise the fewest inserted, deleted, replaced or swapped letters win, at
// most one for every three letters, and then the beginning of exactly one word ("max"
// for "max_entries"). Of equals the first wins, so that the answer depends only on
// the arguments.
//
// Words of more than longest bytes are not compared letter by letter, which takes
// quadratic time.
func Nearest(word string, words []string, longest int) string {
	if len(word) > longest {
		return ""
	}
	folded := fold(word)
	best, least := "", -1
	for _, candidate := range words {
		if len(candidate) > longest || candidate == "" || folded == "" {
			continue
		}
		target := fold(candidate)
		limit := (max(utf8.RuneCountInString(folded), utf8.RuneCountInString(target)) + 1) / 3
		d := Distance(folded, target)
		if d <= limit && (least < 0 || d < least) {
			best, least = candidate, d
		}
	}
	if best == "" {
		best = completion(folded, words)
	}
	return best
}

// fold maps spellings that mean the same word to one.
func fold(word string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimLeft(word, "-")), "-", "_")
}

// completion returns the only word that begins with start, or nothing.
func completion(start string, words []string) string {
	if utf8.RuneCountInString(start) < 3 {
		return ""
	}
	found := ""
	for _, word := range words {
		if !strings.HasPrefix(fold(word), start) {
			continue
		}
		if found != "" {
			return ""
		}
		found = word
	}
	return found
}

// Distance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b (optimal string alignment).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, above, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(y)]
}

// DidYouMean returns ` (did you mean "ttl"?)`, to stand behind what was written, or
// nothing if there is no suggestion.
func DidYouMean(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return ` (did you mean "` + suggestion + `"?)`
}
