package annotations

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

var commaBeforeKey = regexp.MustCompile(`^[,;，、；][A-Za-z_][A-Za-z0-9_]*[=＝]`)

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
	arg.Broken = !s.visible(s.text[start:s.off], start)
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
