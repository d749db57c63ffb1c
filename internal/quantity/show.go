package quantity

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Quote shows a text that somebody wrote in a message: in quotes, shortened.
func Quote(text string) string { return fmt.Sprintf("%q", Shorten(text)) }

// Shorten cuts a text that is too long for a message.
func Shorten(text string) string {
	const longest = 40
	if len(text) <= longest {
		return text
	}
	cut := longest
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// Char shows one character in a message, by its number if it cannot be seen.
func Char(r rune) string {
	switch {
	case r == '"':
		return `'"'`
	case !unicode.IsGraphic(r) || r == utf8.RuneError:
		return fmt.Sprintf("%U", r)
	default:
		return `"` + string(r) + `"`
	}
}
