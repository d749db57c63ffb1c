package annotations

import (
	"strings"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/internal/quantity"
	"github.com/bunsui/bunsui-go/internal/suggest"
)

func decodeDuration(v *value) (any, bool) {
	switch first, _ := utf8.DecodeRuneInString(v.text); {
	case v.text == "forever":
		if !v.option.Forever {
			v.failAll("%s cannot be forever: write a duration such as 60, 90s or 2d", v.option.Name)
			return nil, false
		}
		return Duration{Forever: true, Set: true}, true
	case v.text == "none":
		v.failAll("none is no duration%s", v.option.ifMeant(": write ", ""))
		return nil, false
	case v.option.Forever && mistyped(v.text, "forever"):
		v.failAll("unknown word %q%s", v.text, didYouMean("forever"))
		return nil, false
	case isIdentStart(first):
		if !checkName(v, 2) {
			return nil, false
		}
		return Duration{Name: Name{Text: v.text, Pos: v.arg.At(v.base)}, Set: true}, true
	}
	d, err := quantity.Duration(v.text, v.terms())
	return Duration{Value: d, Set: true}, v.accept(err)
}

// mistyped tells whether a word is one or two letters off. The word itself in
// other case may well be the name of a constant.
func mistyped(text, word string) bool {
	if len(text) > 2*len(word) {
		return false
	}
	d := suggest.Distance(strings.ToLower(text), word)
	return d == 1 || d == 2
}
