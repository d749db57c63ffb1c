package annotations

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const noComment = "a directive takes no comment: move it to a line of its own"

// argument takes one argument. It reports false if there is none to keep.
func (s *scanner) argument() (Arg, bool) {
	if s.atComment() {
		s.fail(s.off, len(s.rest()), noComment)
		s.off = len(s.text)
		return Arg{}, false
	}
	start, afterComma := s.off, s.comma
	s.comma = false
	r := s.peek()
	switch c := plain(r); {
	case c == ',' || c == ';':
		s.separator(r)
		return Arg{}, false
	case isQuote(c):
		s.takeLoose(r)
		s.lose(start, s.off-start, `quotes stand around a value, not around a whole argument: write option="value"`)
		return Arg{}, false
	case isDelimiter(r):
		s.takeBalanced()
		s.takeWord()
		s.lose(start, s.off-start, char(r)+" does not begin an argument: write option=value")
		return Arg{}, false
	}
	key := s.takeKey()
	if !s.visible(key, start) {
		key = cmp.Or(strings.Map(onlyGraphic, key), key)
	}
	arg := s.afterKey(key, start)
	arg.Broken = arg.Broken || arg.Flag && afterComma
	return arg, true
}

func (s *scanner) takeKey() string {
	start := s.off
	s.takeWhile(func(r rune) bool { return !isDelimiter(r) && !unicode.IsSpace(r) })
	if i := strings.Index(s.text[start:s.off], "//"); i >= 0 {
		s.off = start + i
	}
	return s.text[start:s.off]
}

// isDelimiter tells whether r ends a key.
func isDelimiter(r rune) bool {
	return strings.ContainsRune("=:,;()[]{}\"'`", plain(r))
}

// separator takes a comma or semicolon between arguments.
func (s *scanner) separator(r rune) {
	s.fail(s.off, utf8.RuneLen(r), separatorMessage(r))
	s.off += utf8.RuneLen(r)
	s.comma = true
}

func separatorMessage(r rune) string {
	return "a blank separates arguments, not " + char(r) + "; a list has no blanks (option=a,b)"
}

// visible reports whether a word has no character that nobody can see, and the
// first of those that it has.
func (s *scanner) visible(word string, start int) bool {
	for i, r := range word {
		if !unicode.IsGraphic(r) {
			s.fail(start+i, max(1, utf8.RuneLen(r)), fmt.Sprintf("the invisible character %U stands in %s", r, quote(word)))
			return false
		}
	}
	return true
}

func onlyGraphic(r rune) rune {
	if unicode.IsGraphic(r) {
		return r
	}
	return -1
}

// afterKey takes what follows a key.
func (s *scanner) afterKey(key string, start int) Arg {
	arg := Arg{Key: key, KeyPos: s.at(start), ValuePos: s.at(start)}
	r := s.peek()
	switch c := plain(r); {
	case r == '(' || r == '[':
		s.call(&arg, start)
	case s.takeEquals(key):
		s.value(&arg)
	case s.atBlank() || s.atComment():
		s.flag(&arg)
	case c == ',' || c == ';':
		s.flag(&arg)
		s.separator(r)
	case isQuote(c):
		s.fail(s.off, utf8.RuneLen(r), fmt.Sprintf(`"=" is missing between %s and its value`, key))
		s.value(&arg)
		arg.Broken = true
	default:
		s.fail(s.off, utf8.RuneLen(r), fmt.Sprintf("unexpected %s after %s: write %s=value", char(r), key, key))
		s.takeWord()
		arg.Broken = true
	}
	return arg
}

func (s *scanner) flag(arg *Arg) {
	arg.Flag, arg.Value = true, "true"
}

// takeEquals takes the "=" between a key and its value, in all the ways in which
// it is written wrong, and reports whether there was one. The scanner is then at
// the value or, where there is none, at a blank or the end.
func (s *scanner) takeEquals(key string) bool {
	start := s.off
	s.skipBlanks()
	sign, at := s.takeSign(), s.off
	if sign == "" {
		s.off = start
		return false
	}
	signAt := at - len(sign)
	s.skipBlanks()
	if s.off > at && (s.done() || s.nextIsArgument()) {
		s.off = at // the value is missing, and that is reported as such
		return true
	}
	form := fmt.Sprintf("write %s=%s", key, word(s.rest()))
	switch {
	case s.done():
	case sign != "=":
		s.fail(signAt, len(sign), fmt.Sprintf(`"=" stands between an option and its value, not %q: %s`, sign, form))
	case signAt > start:
		s.fail(start, signAt-start, `no blank may stand beside "=": `+form)
	case s.off > at:
		s.fail(at, s.off-at, `no blank may stand beside "=": `+form)
	}
	return true
}

// takeSign takes "=", ":", and what is mistaken for them, such as ":=" and "==".
func (s *scanner) takeSign() string {
	return s.takeWhile(func(r rune) bool { return plain(r) == '=' || plain(r) == ':' })
}

// nextIsArgument tells whether an argument with a value of its own begins here.
func (s *scanner) nextIsArgument() bool {
	w := word(s.rest())
	i := strings.IndexAny(w, "=\"`")
	return i > 0 && w[i] == '=' || strings.HasPrefix(w, "//")
}

// word returns the beginning of text up to its first blank.
func word(text string) string {
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i]
	}
	return text
}
