package annotations

import (
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

func isIdentStart(r rune) bool { return r == '_' || unicode.IsLetter(r) }

func isIdentRune(r rune) bool { return isIdentStart(r) || unicode.IsDigit(r) }

// checkName reports what keeps the text from being a name of at most limit
// identifiers with dots between them.
func checkName(v *value, limit int) bool {
	start := 0
	for count := 1; ; count++ {
		end := start + identLength(v.text[start:])
		ident := v.text[start:end]
		switch {
		case ident == "":
			v.notIdent(start)
			return false
		case ident == "_":
			v.fail(start, end, "%s cannot be the blank identifier", v.option.Name)
			return false
		case token.IsKeyword(ident):
			v.fail(start, end, "%s is a keyword of Go and names nothing", ident)
			return false
		case end == len(v.text):
			return true
		case v.text[end] == '.' && count == limit:
			v.tooManyDots(end, limit)
			return false
		case v.text[end] != '.':
			v.notIdent(end)
			return false
		}
		start = end + 1
	}
}

// identLength returns the length of the identifier at the beginning of text.
func identLength(text string) int {
	for i, r := range text {
		if i == 0 && !isIdentStart(r) || !isIdentRune(r) {
			return i
		}
	}
	return len(text)
}

func (v *value) tooManyDots(at, limit int) {
	if limit == 1 {
		v.fail(at, len(v.text), "%s takes a parameter as a whole, without fields", v.option.Name)
		return
	}
	if limit == 3 {
		v.fail(at, len(v.text), "a wrapper is Name, Type.Name, pkg.Name or pkg.Type.Name")
		return
	}
	v.fail(at, len(v.text), "%s takes a package-level name, as name or pkg.Name", v.option.Name)
}

// notIdent reports the character at a byte of the text as none that a name has
// there.
func (v *value) notIdent(at int) {
	rest := v.text[at:]
	switch {
	case v.text == "":
		v.failAll("%s is empty: it takes %s", v.option.Name, v.option.accepts())
	case rest == "":
		v.fail(at-1, at, `a name is missing after "."`)
	case rest[0] == '(':
		v.fail(at, len(v.text), "%s names the function without parentheses%s", v.option.Name, didYouMean(v.text[:at]))
	case strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*"):
		v.fail(at, len(v.text), noComment)
	case v.option.Kind == kindDuration && strings.ContainsAny(rest[:1], "*+-/"):
		v.fail(at, at+1, "%s takes no expression, but %s", v.option.Name, v.option.accepts())
	default:
		r, size := utf8.DecodeRuneInString(rest)
		v.fail(at, at+size, "%s stands in no name: %s takes %s", char(r), v.option.Name, v.option.accepts())
	}
}
