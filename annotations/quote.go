package annotations

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted takes a value in quotes, from its opening quote, and decodes it.
func (s *scanner) quoted(arg *Arg) {
	start := s.off
	end := quoteEnd(s.rest(), arg.Quote)
	if end < 0 {
		s.fail(start, 1, fmt.Sprintf("the quote %c is not closed", arg.Quote))
		s.off = len(s.text)
		s.lost = true
		arg.Broken = true
		return
	}
	raw := s.text[start : start+end]
	s.off += end
	if value, bad := unquote(raw); bad >= 0 {
		s.fail(start+bad, escapeWidth(raw[bad:]), fmt.Sprintf("%s is no escape of a Go string: write \\\\ for a backslash, or quote with `", raw[bad:bad+escapeWidth(raw[bad:])]))
		arg.Broken = true
	} else {
		arg.Value = value
	}
	if after := s.off; !s.atBlank() {
		tail := s.takeLoose(0)
		message := "text follows the closing quote: put it inside the quotes, or a blank before it"
		if c := tail[0]; c == ',' || c == ';' {
			message = separatorMessage(rune(c))
		}
		s.fail(after, len(tail), message)
		s.off = after + len(tail)
		arg.Broken = true
	}
}

// quoteEnd returns the length of the quoted string at the beginning of text,
// both quotes included, or -1 if it does not end.
func quoteEnd(text string, quote byte) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i + 1
		case text[i] == '\\' && quote != '`':
			i++
		}
	}
	return -1
}

// unquote decodes a quoted string. If it has a bad escape, bad is where that
// begins, else -1.
func unquote(raw string) (value string, bad int) {
	inner := raw[1 : len(raw)-1]
	if raw[0] == '`' {
		return inner, -1
	}
	var b strings.Builder
	for rest := inner; rest != ""; {
		n, ok := step(rest, &b)
		if !ok {
			return "", 1 + len(inner) - len(rest)
		}
		rest = rest[n:]
	}
	return b.String(), -1
}

// step decodes the first character or escape of an interpreted string into b
// and returns its length in the source.
func step(rest string, b *strings.Builder) (int, bool) {
	if rest[0] != '\\' {
		n := runeWidth(rest)
		b.WriteString(rest[:n]) // also bytes that are not UTF-8, as they are
		return n, true
	}
	r, multibyte, tail, err := strconv.UnquoteChar(rest, '"')
	switch {
	case err != nil:
		return 0, false
	case r < utf8.RuneSelf || multibyte:
		b.WriteRune(r)
	default:
		b.WriteByte(byte(r)) // \xff and \377 are bytes, not characters
	}
	return len(rest) - len(tail), true
}

// rawOffset returns where in the interpreted string raw the byte at offset of
// its decoded form begins.
func rawOffset(raw string, offset int) int {
	if len(raw) < 2 {
		return 0
	}
	at := 1
	var b strings.Builder
	for at < len(raw)-1 {
		n, ok := step(raw[at:len(raw)-1], &b)
		switch {
		case !ok:
			return at
		case b.Len() > offset && raw[at] == '\\':
			return at
		case b.Len() > offset:
			return at + n - (b.Len() - offset)
		}
		at += n
	}
	return at
}

// escapeWidth returns how many bytes of a bad escape to show.
func escapeWidth(text string) int {
	return min(len(text), 1+runeWidth(text[1:]))
}

// takeLoose takes text that is quoted wrongly: up to the closing partner of the
// quote, if there is one, and on to the next blank.
func (s *scanner) takeLoose(quote rune) string {
	start := s.off
	if quote != 0 {
		s.off += utf8.RuneLen(quote)
		same := func(r rune) bool { return plain(r) == plain(quote) }
		if i := strings.IndexFunc(s.rest(), same); i >= 0 {
			s.off += i
			s.off += runeWidth(s.rest())
		}
	}
	s.takeWord()
	return s.text[start:s.off]
}
