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
		sum := jen.Id(h)
		for _, part := range e.key.parts {
			sum = addField(w, sum, part, jen.Id(k).Dot(part.field))
		}
		return jen.Add(emit.Comment("hash gathers the hash of the key's fields."), jen.Line(),
			jen.Func().Params(jen.Id(k).Add(e.keyTypeOf(w))).Id("hash").
				Params(jen.Id(h).Add(w.Runtime("cache", "Hash"))).Add(w.Runtime("cache", "Hash")).
				Block(jen.Return(sum)))
	})
}

// addField adds one field to the hash that sum spells.
func addField(w *emit.Func, sum *jen.Statement, p part, field *jen.Statement) *jen.Statement {
	method, argument := hashedAs(p)
	if method == "" {
		return w.Runtime("cache", "HashField").Call(sum, field)
	}
	if b, ok := types.Unalias(p.typ).(*types.Basic); !ok || p.how != nil || b.Name() != argument {
		field = w.Ident(argument).Call(field)
	}
	return sum.Dot(method).Call(field)
}

// hashedAs gives the method of cache.Hash that takes a field, and the type of its
// argument, or nothing if only HashField does.
func hashedAs(p part) (method, argument string) {
	switch p.how.(type) {
	case floatKey:
		return "Uint64", "uint64"
	case elementsKey:
		return "String", "string"
	case nil:
	default:
		return "", ""
	}
	basic, ok := p.typ.Underlying().(*types.Basic)
	switch {
	case !ok:
		return "", ""
	case basic.Info()&types.IsInteger != 0:
		return "Uint64", "uint64"
	case basic.Info()&types.IsString != 0:
		return "String", "string"
	case basic.Info()&types.IsBoolean != 0:
		return "Bool", "bool"
	}
	return "", ""
}
