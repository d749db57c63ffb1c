package annotations

import "github.com/bunsui/bunsui-go/internal/suggest"

// Suggest returns the word of words that the user most likely meant by word, or
// nothing if none is near. Case, "-" for "_" and leading dashes count as no
// difference at all; otherwise the fewest inserted, deleted, replaced or swapped
// letters win, at most one for every three letters, and then the beginning of
// exactly one word ("max" for "max_entries"). Of equals the first wins, so that
// the answer depends only on the arguments.
func Suggest(word string, words []string) string {
	const longest = 64 // nobody mistypes more
	return suggest.Nearest(word, words, longest)
}

// didYouMean returns ` (did you mean "ttl"?)`, or nothing without a suggestion.
func didYouMean(suggestion string) string { return suggest.DidYouMean(suggestion) }
