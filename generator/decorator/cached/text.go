package cached

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// keyText is a function literal that spells a key as its template does:
//
//	func(key GetUserKey) string { return cache.KeyText("user:", key.ID, ":", key.Lang) }
func (e *emitter) keyText(w *emit.Func) jen.Code {
	key := w.Local("key")
	spelled := text{}
	used := make(map[int]bool)
	for _, p := range e.opts.Key.Template.Parts {
		spelled.literal += p.Literal
		for i, part := range e.key.parts {
			if len(p.Path) > 0 && part.stands(p) {
				spelled.value(e.keyField(key, part))
				used[i] = true
			}
		}
	}
	for i, part := range e.key.parts {
		if !used[i] {
			spelled.literal += ":"
			spelled.value(e.keyField(key, part))
		}
	}
	if len(e.key.parts) == 0 {
		key = "_"
	}
	return jen.Func().Params(jen.Id(key).Add(e.keyTypeOf(w))).Add(w.Ident("string")).
		Block(jen.Return(w.Runtime("cache", "KeyText").Call(spelled.parts()...)))
}

// stands tells whether the part is what a hole of the template names, or a field
// of that.
func (p part) stands(hole annotations.Part) bool {
	name := strings.Join(hole.Path, ".")
	return p.path != nil && (p.text == name || strings.HasPrefix(p.text, name+".")) && p.vary == nil
}

func (e *emitter) keyField(key string, p part) jen.Code {
	if e.names.key == "" {
		return jen.Id(key)
	}
	return jen.Id(key).Dot(p.field)
}

// A text is a template as literals and values in turn.
type text struct {
	literal string
	codes   []jen.Code
}

func (t *text) value(code jen.Code) {
	t.codes = append(t.codes, jen.Lit(t.literal), code)
	t.literal = ""
}

func (t *text) parts() []jen.Code {
	if t.literal == "" && len(t.codes) > 0 {
		return t.codes
	}
	return append(t.codes, jen.Lit(t.literal))
}
