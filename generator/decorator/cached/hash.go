package cached

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// hashMethod gathers the hash of a key of several parts, field by field:
//
//	func (k PriceKey) hash(h cache.Hash) cache.Hash { return h.String(k.Region).Uint64(uint64(k.SKU)) }
func (e *emitter) hashMethod() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		k, h := w.Local("k"), w.Local("h")
		sum := func() *jen.Statement { return jen.Id(h) }
		for _, part := range e.key.parts {
			sum = addField(w, sum, part, jen.Id(k).Dot(part.field))
		}
		return jen.Add(emit.Comment("hash gathers the hash of the key's fields."), jen.Line(),
			jen.Func().Params(jen.Id(k).Add(e.keyTypeOf(w))).Id("hash").
				Params(jen.Id(h).Add(w.Runtime("cache", "Hash"))).Add(w.Runtime("cache", "Hash")).
				Block(jen.Return(sum())))
	})
}

// addField adds one field to the hash that sum spells.
func addField(w *emit.Func, sum func() *jen.Statement, p part, field *jen.Statement) func() *jen.Statement {
	var info types.BasicInfo
	if basic, ok := p.typ.Underlying().(*types.Basic); ok && p.how == nil {
		if _, param := types.Unalias(p.typ).(*types.TypeParam); !param {
			info = basic.Info()
		}
	}
	convert := func(to string) *jen.Statement {
		if b, ok := types.Unalias(p.typ).(*types.Basic); ok && p.how == nil && b.Name() == to {
			return field
		}
		return w.Ident(to).Call(field)
	}
	return func() *jen.Statement {
		_, float := p.how.(floatKey)
		_, elements := p.how.(elementsKey)
		switch {
		case info&types.IsInteger != 0 || float:
			return sum().Dot("Uint64").Call(convert("uint64"))
		case info&types.IsString != 0 || elements:
			return sum().Dot("String").Call(convert("string"))
		case info&types.IsBoolean != 0:
			return sum().Dot("Bool").Call(convert("bool"))
		default:
			return w.Runtime("cache", "HashField").Call(sum(), field)
		}
	}
}
