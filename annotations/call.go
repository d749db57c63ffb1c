package annotations

import (
	"fmt"
	"go/token"
	"strings"
	"unicode"
)

// call takes the brackets and parentheses after the name of a wrapper.
func (s *scanner) call(arg *Arg, start int) {
	call := &Call{Name: Name{Text: arg.Key, Pos: arg.KeyPos}}
	arg.Call = call
	if s.peek() == '[' {
		inner, ok := s.group(arg)
		if !ok {
			return
		}
		call.TypeArgs = split(inner)
	}
	switch {
	case s.peek() == '(':
	case s.atBlank():
		call.Bare = true
		arg.Raw = s.text[start:s.off]
		arg.Value = arg.Raw
		return
	default:
		s.fail(start, s.off-start, fmt.Sprintf("parentheses are missing after %s: write %s(param=value)", arg.Key, s.text[start:s.off]))
		s.takeWord()
		arg.Broken = true
		return
	}
	inner, ok := s.group(arg)
	if !ok {
		return
	}
	for _, expr := range split(inner) {
		call.Args = append(call.Args, callArg(expr))
	}
	arg.Raw = s.text[start:s.off]
	arg.Value = arg.Raw
	s.afterCall(arg)
}

// afterCall reports what touches the closing parenthesis.
func (s *scanner) afterCall(arg *Arg) {
	after := s.off
	if s.atBlank() {
		return
	}
	tail := s.takeWord()
	message := "text follows the closing parenthesis: put a blank before it"
	if c := tail[0]; c == ',' || c == ';' {
		message = separatorMessage(rune(c))
	}
	s.fail(after, len(tail), message)
	arg.Broken = true
}

// group takes text between balanced brackets and returns it without them.
func (s *scanner) group(arg *Arg) (Expr, bool) {
	start := s.off
	if !s.takeBalanced() {
		s.fail(start, 1, char(rune(s.text[start]))+" is not closed")
		s.off = len(s.text)
		s.lost = true
		arg.Broken = true
		return Expr{}, false
	}
	return Expr{Text: s.text[start+1 : s.off-1], Pos: s.at(start + 1)}, true
}

// takeBalanced takes a bracket and everything up to the one that closes it. If
// none does, it takes nothing and reports false.
func (s *scanner) takeBalanced() bool {
	depth := 0
	for i := s.off; i < len(s.text); {
		n := tokenWidth(s.text[i:])
		depth += nesting(s.text[i])
		i += n
		if depth == 0 {
			s.off = i
			return true
		}
	}
	return false
}

// nesting returns 1 for an opening bracket, -1 for a closing one, else 0.
func nesting(c byte) int {
	switch c {
	case '(', '[', '{':
		return 1
	case ')', ']', '}':
		return -1
	default:
		return 0
	}
}

// tokenWidth returns the length of the string or character literal at the
// beginning of text, or 1 for any other byte.
func tokenWidth(text string) int {
	if c := text[0]; isQuote(rune(c)) {
		if end := quoteEnd(text, c); end > 0 {
			return end
		}
	}
	return 1
}

// split cuts an expression list at the commas that stand in no bracket and in
// no string. A comma after the last expression is none too many.
func split(list Expr) []Expr {
	var parts []Expr
	depth, start := 0, 0
	for i := 0; i < len(list.Text); {
		depth += nesting(list.Text[i])
		if list.Text[i] == ',' && depth == 0 {
			parts = append(parts, slice(list, start, i))
			start = i + 1
		}
		i += tokenWidth(list.Text[i:])
	}
	if last := slice(list, start, len(list.Text)); last.Text != "" {
		parts = append(parts, last)
	}
	return parts
}

// slice returns the text between two offsets without surrounding blanks.
func slice(e Expr, start, end int) Expr {
	text := e.Text[start:end]
	trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
	pos := shift(e.Pos, start+len(text)-len(trimmed))
	return Expr{Text: strings.TrimRightFunc(trimmed, unicode.IsSpace), Pos: pos}
}

// callArg cuts param=expr at its "=". Without one, Param stays empty.
func callArg(e Expr) CallArg {
	i := strings.IndexByte(e.Text, '=')
	if i < 0 || strings.HasPrefix(e.Text[i:], "==") {
		return CallArg{Expr: e}
	}
	param := slice(e, 0, i)
	if !token.IsIdentifier(param.Text) {
		return CallArg{Expr: e}
	}
	return CallArg{
		Param: Param{Name: param.Text, Pos: param.Pos},
		Expr:  slice(e, i+1, len(e.Text)),
	}
}
