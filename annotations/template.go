package annotations

import (
	"go/token"
	"strings"
	"unicode/utf8"
)

func decodeTemplate(v *value) (any, bool) {
	if v.text == "" {
		v.failAll("%s is empty: it takes %s", v.option.Name, v.option.accepts())
		return nil, false
	}
	t := templateReader{v: v, ok: true}
	for t.at < len(v.text) {
		t.next()
	}
	t.flush()
	return Template{Text: v.text, Parts: t.parts, Pos: v.arg.At(v.base)}, t.ok
}

// A templateReader takes a template apart from left to right.
type templateReader struct {
	v  *value
	at int
	ok bool

	literal strings.Builder
	start   int // of the literal, while it is not empty
	parts   []Part
}

// next takes one character, escape or path.
func (t *templateReader) next() {
	rest := t.v.text[t.at:]
	switch {
	case strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "}}"):
		t.write(rest[:1], 2)
	case rest[0] == '{':
		t.flush()
		t.path()
	case rest[0] == '}':
		t.fail(t.at, t.at+1, `"}" closes nothing: write }} for a brace`)
		t.at++
	default:
		_, size := utf8.DecodeRuneInString(rest)
		t.write(rest[:size], size)
	}
}

// write adds text, which takes up width bytes, to the literal.
func (t *templateReader) write(text string, width int) {
	if t.literal.Len() == 0 {
		t.start = t.at
	}
	t.literal.WriteString(text)
	t.at += width
}

// flush ends the literal.
func (t *templateReader) flush() {
	if t.literal.Len() == 0 {
		return
	}
	t.parts = append(t.parts, t.part(t.start, t.at, Part{Literal: t.literal.String()}))
	t.literal.Reset()
}

func (t *templateReader) part(start, end int, p Part) Part {
	p.Pos = t.v.arg.At(t.v.base + start)
	p.Width = t.v.arg.Width(t.v.base+start, t.v.base+end)
	return p
}

func (t *templateReader) fail(start, end int, format string, args ...any) {
	t.ok = false
	t.v.fail(start, end, format, args...)
}

// path takes {a.b.c}.
func (t *templateReader) path() {
	open := t.at
	t.at = len(t.v.text)
	length := strings.IndexByte(t.v.text[open:], '}')
	if next := strings.IndexByte(t.v.text[open+1:], '{'); length < 0 || next >= 0 && next+1 < length {
		if next >= 0 {
			t.at = open + 1 + next
		}
		t.fail(open, open+1, `"{" is not closed: write {{ for a brace`)
		return
	}
	t.at = open + length + 1
	if inner := t.v.text[open+1 : t.at-1]; strings.TrimSpace(inner) == "" {
		t.fail(open, t.at, "nothing between the braces: write {param}, or {{}} for the braces themselves")
	} else if path, ok := t.idents(inner, open+1); ok {
		t.parts = append(t.parts, t.part(open+1, t.at-1, Part{Path: path}))
	}
}

// idents cuts a path at its dots. base is the offset of the path.
func (t *templateReader) idents(path string, base int) ([]string, bool) {
	var idents []string
	for start := 0; ; {
		end := start + identLength(path[start:])
		ident := path[start:end]
		switch {
		case ident == "" || end < len(path) && path[end] != '.':
			t.notPath(path, end, base)
			return nil, false
		case ident == "_" || token.IsKeyword(ident):
			t.fail(base+start, base+end, "%s names no parameter and no field", ident)
			return nil, false
		}
		idents = append(idents, ident)
		if end == len(path) {
			return idents, true
		}
		start = end + 1
	}
}

// notPath reports the character of a path that is in no identifier.
func (t *templateReader) notPath(path string, at, base int) {
	r, size := utf8.DecodeRuneInString(path[at:])
	trimmed := strings.TrimSpace(path)
	switch {
	case at == len(path):
		t.fail(base+at, base+at+1, "a field is missing after %s", quote(path))
	case trimmed != path && identLength(trimmed) == len(trimmed):
		t.fail(base+at, base+at+size, "no blank may stand between the braces%s", didYouMean("{"+trimmed+"}"))
	case r == '.':
		t.fail(base+at, base+at+1, "a name is missing before the dot in {%s}", shorten(path))
	default:
		t.fail(base+at, base+at+size, "unexpected %s in {%s}: a template has parameters and their fields, such as {id} and {req.Lang}", char(r), shorten(path))
	}
}
