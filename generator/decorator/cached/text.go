package cached

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// keyText is a function literal that spells a key as its template does, or else
// its parts in turn:
//
//	func(key GetUserKey) string { return cache.KeyText("user:", key.ID, ":", key.Lang) }
func (e *emitter) keyText(w *emit.Func, key string) jen.Code {
	spelled := text{}
	used := make(map[int]bool)
	if t := e.opts.Key.Template; t != nil {
		for _, p := range t.Parts {
			spelled.literal += e.literal(p)
			for i, part := range e.key.parts {
				if len(p.Path) > 0 && part.stands(p) {
					e.spell(w, &spelled, key, i)
					used[i] = true
				}
			}
		}
	}
	for i := range e.key.parts {
		if !used[i] {
			spelled.part()
			e.spell(w, &spelled, key, i)
		}
	}
	if len(spelled.codes) == 0 && spelled.literal == "" {
		spelled.literal = "all" // the only key of the function
	}
	if !spelled.valued {
		key = "_"
	}
	return jen.Func().Params(jen.Id(key).Add(e.keyTypeOf(w))).Add(w.Ident("string")).
		Block(jen.Return(w.Runtime("cache", "KeyText").Call(spelled.parts()...)))
}

// literal is what a template says between its holes. Texts in a store have no
// braces, which mean something to it.
func (e *emitter) literal(p annotations.Part) string {
	if !e.share.leaves {
		return p.Literal
	}
	return strings.NewReplacer("{", "%7B", "}", "%7D").Replace(p.Literal)
}

// spell adds one part of the key, completely if it leaves the process.
func (e *emitter) spell(w *emit.Func, spelled *text, key string, i int) {
	field := func() *jen.Statement { return e.keyField(key, e.key.parts[i]) }
	if !e.share.leaves {
		spelled.value(field())
		return
	}
	if !e.share.hashed[i] {
		for _, value := range e.share.texts[i] {
			spelled.value(value(w, field))
		}
		return
	}
	// cache.HashText("", key.Email)
	hidden := text{}
	for _, value := range e.share.texts[i] {
		hidden.value(value(w, field))
	}
	spelled.value(w.Runtime("cache", "HashText").Call(hidden.parts()...))
}

// stands tells whether the part is what a hole of the template names, or a field
// of that.
func (p part) stands(hole annotations.Part) bool {
	name := strings.Join(hole.Path, ".")
	return p.path != nil && (p.text == name || strings.HasPrefix(p.text, name+".")) && p.vary == nil
}

func (e *emitter) keyField(key string, p part) *jen.Statement {
	if e.names.key == "" {
		return jen.Id(key)
	}
	return jen.Id(key).Dot(p.field)
}

// A text is a template as literals and values in turn.
type text struct {
	literal string
	codes   []jen.Code
	// valued tells that there is a value already.
	valued bool
}

// value adds a value. Without a character before it that cannot be in the one
// before, nobody could tell where that ends.
func (t *text) value(code jen.Code) {
	if t.valued && !parts(t.literal) {
		t.literal += ":"
	}
	t.codes = append(t.codes, jen.Lit(t.literal), code)
	t.literal, t.valued = "", true
}

// part begins something that the template does not mention.
func (t *text) part() {
	if t.valued || t.literal != "" {
		t.literal += ":"
	}
}

// parts tells whether cache.KeyText escapes a character of the literal wherever it
// stands in a value.
func parts(literal string) bool {
	return strings.ContainsFunc(literal, func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return c < 0x80 && !letter
	})
}

func (t *text) parts() []jen.Code {
	if t.literal == "" && len(t.codes) > 0 {
		return t.codes
	}
	return append(t.codes, jen.Lit(t.literal))
}
