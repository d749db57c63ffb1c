package annotations

import (
	"fmt"
	"regexp"
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
	s.visible(key, start)
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

// visible reports a character of a word that nobody can see.
func (s *scanner) visible(word string, start int) {
	for i, r := range word {
		if !unicode.IsGraphic(r) {
			s.fail(start+i, max(1, utf8.RuneLen(r)), fmt.Sprintf("the invisible character %U stands in %s", r, quote(word)))
			return
		}
	}
}

// afterKey takes what follows a key.
func (s *scanner) afterKey(key string, start int) Arg {
	arg := Arg{Key: key, KeyPos: s.at(start)}
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
	arg.Flag, arg.Value, arg.ValuePos = true, "true", arg.KeyPos
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

var commaBeforeKey = regexp.MustCompile(`^[,;，、；][A-Za-z_][A-Za-z0-9_]*[=＝]`)

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

// value takes the value after "=".
func (s *scanner) value(arg *Arg) {
	start := s.off
	arg.ValuePos = s.at(start)
	r := s.peek()
	switch {
	case s.atBlank():
		keyAt := arg.KeyPos.Offset - s.pos.Offset
		s.fail(keyAt, start-keyAt, fmt.Sprintf("%s has no value after \"=\"", arg.Key))
		arg.Broken = true
	case r == '"' || r == '`':
		arg.Quote = byte(r)
		s.quoted(arg)
	case isQuote(plain(r)):
		s.fail(start, utf8.RuneLen(r), fmt.Sprintf("%c is not a quote of this language: write \" or `", r))
		s.takeLoose(r)
		arg.Broken = true
	default:
		s.bare(arg)
	}
	arg.Raw = s.text[start:s.off]
	if arg.Quote == 0 {
		s.trimSeparator(arg, start)
		arg.Value = arg.Raw
	}
}

// trimSeparator takes a comma or semicolon off the end of a bare word.
func (s *scanner) trimSeparator(arg *Arg, start int) {
	r, size := utf8.DecodeLastRuneInString(arg.Raw)
	if c := plain(r); c != ',' && c != ';' || arg.Broken {
		return
	}
	s.fail(start+len(arg.Raw)-size, size, separatorMessage(r))
	s.comma = true
	arg.Raw = strings.TrimRightFunc(arg.Raw, func(r rune) bool { return plain(r) == ',' || plain(r) == ';' })
	arg.Broken = arg.Raw == ""
}

// bare takes a word without quotes. It ends at a blank or, so that "ttl=60,idle=5"
// is one mistake and not a value that makes no sense, at a comma before another
// option.
func (s *scanner) bare(arg *Arg) {
	start := s.off
	for !s.atBlank() {
		switch r := s.peek(); {
		case plain(r) == '"' || r == '`':
			s.fail(s.off, utf8.RuneLen(r), fmt.Sprintf("%c inside a value: quote the whole value", r))
			s.takeLoose(r)
			arg.Broken = true
			return
		case strings.HasPrefix(s.rest(), "//") && s.off > start && s.text[s.off-1] != ':':
			return // a comment, but not the slashes of a URL
		case commaBeforeKey.MatchString(s.rest()):
			s.off += utf8.RuneLen(r) // trimSeparator reports it
			return
		default:
			s.off += runeWidth(s.rest())
		}
	}
	s.visible(s.text[start:s.off], start)
	s.closeBraces(arg, start)
}

// closeBraces goes on over blanks if they stand between an opening brace or
// parenthesis of the word and its closing one, so that a value that needs quotes
// is one problem and not one for each of its words.
func (s *scanner) closeBraces(arg *Arg, start int) {
	taken := s.text[start:s.off]
	for _, pair := range []string{"{}", "()"} {
		if strings.Count(taken, pair[:1]) <= strings.Count(taken, pair[1:]) {
			continue
		}
		if i := strings.Index(s.rest(), pair[1:]); i >= 0 && !strings.ContainsAny(s.text[s.off:s.off+i], "=\"`") {
			blank := s.off
			s.off += i + 1
			s.takeWord()
			s.fail(blank, 1, fmt.Sprintf("a value with blanks needs quotes: write %s=%q", arg.Key, s.text[start:s.off]))
			arg.Broken = true
			return
		}
	}
}
