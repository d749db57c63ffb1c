package annotations

import (
	"errors"
	"strings"

	"github.com/bunsui/bunsui-go/internal/quantity"
)

func decodeCount(v *value) (any, bool) {
	if v.text == "none" {
		if !v.option.None {
			v.failAll("%s cannot be none: write a count such as 100 or 10k", v.option.Name)
			return nil, false
		}
		return Count{None: true, Set: true}, true
	}
	n, err := quantity.Count(v.text, v.terms())
	return Count{N: n, Set: true}, v.accept(err)
}

func decodeSize(v *value) (any, bool) {
	bytes, err := quantity.Size(v.text, v.terms())
	return Size{Bytes: bytes, Set: true}, v.accept(err)
}

func decodePercent(v *value) (any, bool) {
	fraction, err := quantity.Percent(v.text, v.terms())
	return Percent{Fraction: fraction, Set: true}, v.accept(err)
}

// terms are the words in which errors speak of the option.
func (v *value) terms() quantity.Terms {
	return quantity.Terms{Name: v.option.Name, Accepts: v.option.accepts(), Hint: v.option.ifMeant("", "")}
}

// accept reports the error of reading a quantity, at its place in the source, and
// tells whether there was none.
func (v *value) accept(err error) bool {
	e, ok := errors.AsType[*quantity.Error](err)
	if !ok {
		return true
	}
	switch rest := v.text[e.Start:]; {
	case e.Unexpected && (strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*")):
		v.fail(e.Start, len(v.text), noComment)
	case e.Whole:
		v.failAll("%s", e.Message)
	default:
		v.fail(e.Start, e.End, "%s", e.Message)
	}
	return false
}

// quote shows text from the source in a message.
func quote(text string) string { return quantity.Quote(text) }

// shorten cuts text that is too long for a message.
func shorten(text string) string { return quantity.Shorten(text) }

// char shows a character in a message.
func char(r rune) string { return quantity.Char(r) }
