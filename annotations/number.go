package annotations

import (
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// signWidth returns the length of a minus sign, which is read so that "must be
// positive" can be said of the number.
func (v *value) signWidth() int {
	if strings.HasPrefix(v.text, "-") {
		return 1
	}
	return 0
}

// numberEnd returns the end of the digits, with _ and one dot, that begin at
// start.
func numberEnd(text string, start int) int {
	end, dots := start, 0
	for end < len(text) {
		switch c := text[end]; {
		case c >= '0' && c <= '9', c == '_':
		case c == '.' && dots == 0:
			dots++
		default:
			return end
		}
		end++
	}
	return end
}

// unitLength returns the length of the letters that begin text.
func unitLength(text string) int {
	for i, r := range text {
		if !unicode.IsLetter(r) && r != '%' {
			return i
		}
	}
	return len(text)
}

// number reads the digits text[start:end], which stand in it as written in Go.
func (v *value) number(start, end int) (*big.Rat, bool) {
	const longest = 40 // digits; more is out of every range
	digits := v.text[start:end]
	if strings.Trim(digits, "._") == "" {
		v.unexpected(start)
		return nil, false
	}
	for i := range len(digits) {
		if digits[i] == '_' && (!isDigit(digits, i-1) || !isDigit(digits, i+1)) {
			v.fail(start+i, start+i+1, "_ stands only between digits, as in 10_000")
			return nil, false
		}
	}
	if strings.HasSuffix(digits, ".") {
		v.unexpected(end - 1)
		return nil, false
	}
	plain := strings.ReplaceAll(digits, "_", "")
	if len(plain) > longest {
		v.fail(start, end, "%s is out of range: the number has %d digits", v.option.Name, len(plain))
		return nil, false
	}
	number, ok := new(big.Rat).SetString(plain)
	if !ok {
		v.unexpected(start)
		return nil, false
	}
	return number, true
}

func isDigit(s string, i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }

// unexpected reports the character at a byte of the text as none that a value of
// this kind has.
func (v *value) unexpected(at int) {
	rest := v.text[at:]
	switch {
	case v.text == "":
		v.failAll("%s is empty: it takes %s", v.option.Name, v.option.accepts())
	case strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*"):
		v.fail(at, len(v.text), noComment)
	case at == 0 || rest == "":
		v.failAll("%s takes %s, not %s", v.option.Name, v.option.accepts(), quote(v.text))
	case strings.ContainsAny(rest[:1], "*+-/"):
		v.fail(at, at+1, "%s takes no expression, but %s", v.option.Name, v.option.accepts())
	default:
		r, size := utf8.DecodeRuneInString(rest)
		v.fail(at, at+size, "unexpected %s in %s %s", char(r), v.option.Kind, quote(v.text))
	}
}

// unknownUnit reports the unit text[start:end]. meant is the right one, if any.
func (v *value) unknownUnit(start, end int, meant string) {
	if start == end {
		v.unexpected(start)
		return
	}
	suggestion := ""
	if meant != "" {
		suggestion = v.text[:start] + meant + v.text[end:]
	}
	v.fail(start, end, "unknown unit %q in %s%s", v.text[start:end], quote(v.text), didYouMean(suggestion))
}

// inRange reports a number that is not positive or above limit.
func inRange(v *value, number, limit *big.Rat, shown string) bool {
	switch {
	case number.Sign() <= 0:
		v.failAll("%s must be positive, got %s%s", v.option.Name, v.text, v.option.ifMeant(" (", ")"))
		return false
	case number.Cmp(limit) > 0:
		v.failAll("%s must be at most %s, got %s%s", v.option.Name, shown, v.text, v.option.ifMeant(" (", ")"))
		return false
	default:
		return true
	}
}

// quote shows text from the source in a message.
func quote(text string) string { return fmt.Sprintf("%q", shorten(text)) }

// shorten cuts text that is too long for a message.
func shorten(text string) string {
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
