package annotations

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	if slices.Contains(v.option.Words, v.text) {
		return Count{Word: v.text, Set: true}, true
	}
	n, err := quantity.Count(v.text, v.terms())
	return Count{N: n, Set: true}, v.accept(err)
}

func decodeSize(v *value) (any, bool) {
	bytes, err := quantity.Size(v.text, v.terms())
	return Size{Bytes: bytes, Set: true}, v.accept(err)
}

func decodePercent(v *value) (any, bool) {
	if slices.Contains(v.option.Words, v.text) {
		return Percent{Word: v.text, Set: true}, true
	}
	if first, _ := utf8.DecodeRuneInString(v.text); unicode.IsLetter(first) && len(v.option.Words) > 0 {
		v.failAll("%s takes %s, not %s%s", v.option.Name, v.option.accepts(), quote(v.text), didYouMean(Suggest(v.text, v.option.Words)))
		return nil, false
	}
	fraction, err := quantity.Percent(v.text, v.terms())
	return Percent{Fraction: fraction, Set: true}, v.accept(err)
}

// decodeRate reads a count, a slash, and a duration, which may be a unit alone.
func decodeRate(v *value) (any, bool) {
	slash := strings.IndexByte(v.text, '/')
	if slash < 0 {
		v.failAll("%s takes %s, not %s", v.option.Name, v.option.accepts(), quote(v.text))
		return nil, false
	}
	count, per := *v, *v
	count.text = v.text[:slash]
	n, err := quantity.Count(count.text, count.terms())
	if !count.accept(err) {
		return nil, false
	}
	per.text, per.base = v.text[slash+1:], v.base+slash+1
	if first, _ := utf8.DecodeRuneInString(per.text); unicode.IsLetter(first) {
		if _, err := quantity.Duration("1"+per.text, per.terms()); err != nil {
			per.failAll("%s takes %s: %s is no unit of time", v.option.Name, v.option.accepts(), quote(per.text))
			return nil, false
		}
		length, _ := quantity.Duration("1"+per.text, per.terms())
		return Rate{N: n, Per: length, Set: true}, true
	}
	length, err := quantity.Duration(per.text, per.terms())
	return Rate{N: n, Per: length, Set: true}, per.accept(err)
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
