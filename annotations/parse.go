package annotations

import (
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/generator/diag"
)

const prefix = "//bunsui:"

// IsDirective tells whether a line comment is a directive, right or wrong: it
// starts with "//bunsui:".
func IsDirective(comment string) bool { return strings.HasPrefix(comment, prefix) }

// Parse takes a directive apart. The comment is one for which IsDirective holds,
// and pos the place of its first slash. A line end in the comment, as in a file
// with CRLF, changes nothing.
//
// The annotation is as complete as the text allows even if there are problems,
// and may be given to Decode to find those that lie in its options.
func Parse(pos token.Position, comment string) (Annotation, diag.List) {
	s := newScanner(pos, comment)
	a := Annotation{Pos: pos, Text: strings.TrimPrefix(s.text, "//")}
	if !IsDirective(s.text) {
		s.fail(0, len(s.text), "a directive begins with "+prefix)
		a.Broken = true
		return a, s.problems
	}
	s.off = len(prefix)
	a.Name, a.NamePos = s.directiveName()
	if a.Name == "" {
		a.Broken = true
		return a, s.problems
	}
	for s.skipBlanks(); !s.done(); s.skipBlanks() {
		if arg, ok := s.argument(); ok {
			a.Args = append(a.Args, arg)
		}
	}
	a.Broken = s.lost
	return a, s.problems
}

// A scanner walks over one line. Every method that takes something begins at
// off and leaves off behind what it took.
type scanner struct {
	pos  token.Position // of text[0]
	text string
	off  int
	name string // of the directive, once known
	lost bool   // some of the text went into no argument

	// comma tells that a comma stands before the next argument, which may then be
	// the rest of a list.
	comma bool

	problems diag.List
}

func newScanner(pos token.Position, comment string) *scanner {
	line, _, _ := strings.Cut(comment, "\n")
	return &scanner{pos: pos, text: strings.TrimRightFunc(line, unicode.IsSpace)}
}

func (s *scanner) done() bool { return s.off >= len(s.text) }

func (s *scanner) rest() string { return s.text[s.off:] }

func (s *scanner) at(off int) token.Position { return shift(s.pos, off) }

// peek returns the next character, or 0 at the end.
func (s *scanner) peek() rune {
	if s.done() {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s.rest())
	return r
}

func (s *scanner) atBlank() bool { return s.done() || unicode.IsSpace(s.peek()) }

// takeWhile takes the characters for which ok holds.
func (s *scanner) takeWhile(ok func(rune) bool) string {
	start := s.off
	for i, r := range s.text[start:] {
		if !ok(r) {
			s.off = start + i
			return s.text[start:s.off]
		}
	}
	s.off = len(s.text)
	return s.text[start:]
}

func (s *scanner) skipBlanks() { s.takeWhile(unicode.IsSpace) }

// takeWord takes everything up to the next blank.
func (s *scanner) takeWord() string {
	return s.takeWhile(func(r rune) bool { return !unicode.IsSpace(r) })
}

// fail reports a problem at a byte of the line.
func (s *scanner) fail(off, width int, message string, notes ...string) {
	s.problems.Add(problem(s.name, s.at(off), width, message, notes...))
}

// lose reports text that goes into no argument.
func (s *scanner) lose(off, width int, message string, notes ...string) {
	s.lost = true
	s.fail(off, width, message, notes...)
}

// directiveName takes the name and what must not follow it. It returns an empty
// name only if nothing that could be one stands there.
func (s *scanner) directiveName() (string, token.Position) {
	blank := s.off
	s.skipBlanks()
	if s.done() {
		s.fail(0, len(s.text), `the directive has no name after "bunsui:"`)
		return "", s.at(len(s.text))
	}
	start := s.off
	name := s.takeWhile(isNameRune)
	if strings.Trim(name, "-_") == "" || name[0] == '-' || name[0] == '_' {
		s.off = start
		s.fail(start, runeWidth(s.rest()), "the directive's name begins with a letter a-z or a digit, not with "+char(s.peek()))
		return "", s.at(start)
	}
	lower := strings.ToLower(name)
	s.name = lower
	if start > blank {
		s.fail(blank, start-blank, "no blank may stand before the directive's name: write "+prefix+lower)
	}
	if name != lower {
		s.fail(start, len(name), "a directive's name is lower case"+didYouMean(lower))
	}
	s.afterName()
	return lower, s.at(start)
}

// afterName reports what touches the directive's name.
func (s *scanner) afterName() {
	if s.atBlank() || s.atComment() {
		return
	}
	start := s.off
	switch r := s.peek(); plain(r) {
	case ',', ';', ':', '=':
		s.off += utf8.RuneLen(r)
		s.fail(start, utf8.RuneLen(r), "a blank stands between the directive's name and its options, not "+char(r))
	case '(':
		inner := ""
		if s.takeBalanced() {
			list := split(Expr{Text: s.text[start+runeWidth(s.text[start:]) : s.off-1]})
			for _, e := range list {
				inner += " " + e.Text
			}
		}
		s.takeWord()
		s.lose(start, s.off-start, "options follow the directive's name without parentheses: write "+prefix+s.name+inner)
	default:
		s.takeWord()
		s.lose(start, s.off-start, "a directive's name has letters a-z and digits only, not "+char(r))
	}
}

// atComment tells whether a comment begins here.
func (s *scanner) atComment() bool {
	rest := s.rest()
	return strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*") || strings.HasPrefix(rest, "#")
}

func isNameRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-'
}

func runeWidth(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// plain returns the ASCII character that r is easily mistaken for: typographic
// quotes, full-width signs. It returns r itself for all others.
func plain(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '＂', '「', '」', '″':
		return '"'
	case '‘', '’', '‚', '‛', '＇', '′', '´':
		return '\''
	case '｀':
		return '`'
	case '＝':
		return '='
	case '：':
		return ':'
	case '，', '、':
		return ','
	case '；':
		return ';'
	case '（':
		return '('
	case '）':
		return ')'
	default:
		return r
	}
}

func isQuote(r rune) bool { return r == '"' || r == '`' || r == '\'' }
