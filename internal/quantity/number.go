package quantity

import (
	"math/big"
	"strings"
	"unicode"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

// signWidth returns the length of a minus sign, which is read so that "must be
// positive" can be said of the number.
func (r *reader) signWidth() int {
	if strings.HasPrefix(r.text, "-") {
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
func (r *reader) number(start, end int) (*big.Rat, error) {
	const longest = 40 // digits; more is out of every range
	digits := r.text[start:end]
	if strings.Trim(digits, "._") == "" {
		return nil, r.unexpected(start)
	}
	for i := range len(digits) {
		if digits[i] == '_' && (!isDigit(digits, i-1) || !isDigit(digits, i+1)) {
			return nil, r.fail(start+i, start+i+1, "_ stands only between digits, as in 10_000")
		}
	}
	if strings.HasSuffix(digits, ".") {
		return nil, r.unexpected(end - 1)
	}
	plain := strings.ReplaceAll(digits, "_", "")
	if len(plain) > longest {
		return nil, r.fail(start, end, "%s is out of range: the number has %d digits", r.Name, len(plain))
	}
	number, ok := new(big.Rat).SetString(plain)
	if !ok {
		return nil, r.unexpected(start)
	}
	return number, nil
}

func isDigit(s string, i int) bool { return i >= 0 && i < len(s) && '0' <= s[i] && s[i] <= '9' }

// quantity reads one number and what follows it, and returns where that starts.
func (r *reader) quantity() (number *big.Rat, unit string, start int, err error) {
	sign := r.signWidth()
	end := numberEnd(r.text, sign)
	if number, err = r.number(sign, end); err != nil {
		return nil, "", 0, err
	}
	rest := r.text[end:]
	switch unitEnd := end + unitLength(rest); {
	case strings.HasPrefix(rest, ",") && isDigit(rest, 1):
		return nil, "", 0, r.fail(end, end+1, "a comma in a number%s", suggest.DidYouMean(strings.ReplaceAll(r.text, ",", "_")))
	case unitEnd == len(r.text):
	case unitEnd == end:
		return nil, "", 0, r.unexpected(end)
	default:
		return nil, "", 0, r.fail(end, len(r.text), "unexpected %s in %s %s", Quote(rest), r.kind, Quote(r.text))
	}
	if sign > 0 {
		number.Neg(number)
	}
	return number, rest, end, nil
}
