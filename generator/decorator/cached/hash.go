package cached

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// hashMethod gathers the hash of a key of several parts, field by field:
//
//	func (k PriceKey) hash(h cache.Hash) cache.Hash { return h.String(k.Region).Uint64(uint64(k.SKU)) }
func (e *emitter) hashMethod() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		k, h := w.Local("k"), w.Local("h")
		sum := jen.Id(h)
		for _, part := range e.key.parts {
			field := func() *jen.Statement { return jen.Id(k).Dot(part.field) }
			sum = e.addHash(w, sum, field, hashed{part.typ, part.how})
		}
		return jen.Add(emit.Comment("hash gathers the hash of the key's fields."), jen.Line(),
			jen.Func().Params(jen.Id(k).Add(e.keyTypeOf(w))).Id("hash").
				Params(jen.Id(h).Add(w.Runtime("cache", "Hash"))).Add(w.Runtime("cache", "Hash")).
				Block(jen.Return(sum)))
	})
}

// hashFunc is hashMethod for a key that is a struct of the user's, to which we
// cannot add a method:
//
//	func hashDescribeKey(k Place, h cache.Hash) cache.Hash { return h.String(k.City).String(k.Street) }
func (e *emitter) hashFunc() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		k, h := w.Local("k"), w.Local("h")
		key := func() *jen.Statement { return jen.Id(k) }
		sum := e.addHash(w, jen.Id(h), key, hashed{e.key.parts[0].typ, e.key.parts[0].how})
		about := e.names.hash + " gathers the hash of the fields of a key of " + e.names.wrapper + "."
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Func().Id(e.names.hash).Add(w.TypeParamList(e.fn)).
				Params(jen.Id(k).Add(e.keyTypeOf(w)), jen.Id(h).Add(w.Runtime("cache", "Hash"))).Add(w.Runtime("cache", "Hash")).
				Block(jen.Return(sum)))
	})
}

// hashName takes a name for hashFunc, or returns none if package maphash does as
// well as we could.
func hashName(p *decorator.Pass, k key) string {
	if len(k.parts) != 1 {
		return ""
	}
	whole := hashed{k.parts[0].typ, k.parts[0].how}
	if !whole.isStruct() || hashFields(p.Func, whole).fast == 0 {
		return ""
	}
	return p.Modest("hash"+decorator.Export(p.Names.Base)+"Key", "Fields", "the function that hashes keys")
}

// addHash adds x to the hash that sum spells: field by field where that is
// faster, and else as a whole.
func (e *emitter) addHash(w *emit.Func, sum *jen.Statement, x func() *jen.Statement, t hashed) *jen.Statement {
	if method, argument := t.method(e.fn); method != "" {
		value := x()
		if b, ok := types.Unalias(t.typ).(*types.Basic); !ok || t.how != nil || b.Name() != argument {
			value = w.Ident(argument).Call(value)
		}
		return sum.Dot(method).Call(value)
	}
	parts, ok := t.parts(e.fn)
	if !ok || !hashFields(e.fn, t).pays() {
		return w.Runtime("cache", "HashField").Call(sum, x())
	}
	for _, p := range parts {
		sum = e.addHash(w, sum, func() *jen.Statement { return p.of(x()) }, p.hashed)
	}
	return sum
}
