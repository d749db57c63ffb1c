package cached

import (
	"fmt"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A conversion turns an argument into what stands for it in a key. The nil
// conversion means that the argument itself does.
type conversion interface {
	// typ spells the type in the key, and value makes it from an expression. x is
	// called for every use, because a jennifer statement must not be used twice.
	typ(w *emit.Func) *jen.Statement
	value(w *emit.Func, x func() *jen.Statement) *jen.Statement
}

// keyable tells how an argument of type t is told apart from others, or why it
// cannot be.
func keyable(p *decorator.Pass, t types.Type) (how conversion, why string) {
	if model.IsNamed(t, "time", "Time") {
		return timeKey{t}, ""
	}
	if model.IsNamed(t, "unique", "Handle") {
		return nil, ""
	}
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		if !types.Comparable(tp) {
			return nil, "is not constrained to comparable types"
		}
		return nil, ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return keyableBasic(t, u)
	case *types.Struct:
		return keyableStruct(p, t, u)
	case *types.Array:
		how, why := keyable(p, u.Elem())
		if why == "" && how != nil {
			why = "is an array whose elements == does not compare by value"
		}
		return nil, why
	case *types.Pointer:
		return nil, "is a pointer, which compares by identity"
	case *types.Chan:
		return nil, "is a channel, which compares by identity"
	case *types.Interface:
		return nil, "is an interface, whose value may compare by identity or not at all"
	default:
		return nil, "does not compare with =="
	}
}

func keyableBasic(named types.Type, t *types.Basic) (conversion, string) {
	switch {
	case t.Kind() == types.UnsafePointer:
		return nil, "is a pointer, which compares by identity"
	case t.Kind() == types.Invalid:
		return nil, model.NotValid(named)
	case t.Info()&types.IsFloat != 0:
		return floatKey{exact: types.Unalias(named) == types.Typ[types.Float64]}, ""
	case t.Info()&types.IsComplex != 0:
		return complexKey{exact: types.Unalias(named) == types.Typ[types.Complex128]}, ""
	}
	return nil, ""
}

// keyableStruct keeps a struct as it is if == compares all its fields by value,
// and mirrors it otherwise.
func keyableStruct(p *decorator.Pass, t types.Type, s *types.Struct) (conversion, string) {
	mirror := structKey{}
	plain, hidden := true, ""
	for field := range s.Fields() {
		if field.Name() == "_" {
			continue
		}
		how, why := keyable(p, field.Type())
		if why != "" {
			return nil, fmt.Sprintf("has a field %s that %s", field.Name(), why)
		}
		if how == nil && hidden == "" {
			if why := p.Unspellable(field.Type()); why != "" {
				hidden = fmt.Sprintf("has a float or a time, and a field %s that %s", field.Name(), why)
			}
		}
		plain = plain && how == nil
		mirror.fields = append(mirror.fields, mirrorField{name: field.Name(), typ: field.Type(), how: how})
		if !visible(p.Func, field) {
			mirror.foreign = field.Name()
		}
	}
	if plain {
		return nil, ""
	}
	if mirror.foreign != "" {
		return nil, fmt.Sprintf("holds a float or a time and a field %s of another package, so == does not compare it by value", mirror.foreign)
	}
	if hidden != "" {
		return nil, hidden
	}
	return mirror, ""
}

// timeKey keeps a time.Time as an instant.
type timeKey struct{ t types.Type }

func (timeKey) typ(w *emit.Func) *jen.Statement { return w.Std("time", "Time") }

func (timeKey) value(w *emit.Func, x func() *jen.Statement) *jen.Statement {
	return w.Runtime("cache", "TimeKey").Call(x())
}

// floatKey keeps a float's bits, so that NaN is one key.
type floatKey struct {
	// exact tells float64 itself, which needs no conversion.
	exact bool
}

func (floatKey) typ(w *emit.Func) *jen.Statement { return w.Runtime("cache", "Float") }

func (k floatKey) value(w *emit.Func, x func() *jen.Statement) *jen.Statement {
	if k.exact {
		return w.Runtime("cache", "FloatKey").Call(x())
	}
	return w.Runtime("cache", "FloatKey").Call(w.Ident("float64").Call(x()))
}

type complexKey struct{ exact bool }

func (complexKey) typ(w *emit.Func) *jen.Statement {
	return jen.Index(jen.Lit(2)).Add(w.Runtime("cache", "Float"))
}

func (k complexKey) value(w *emit.Func, x func() *jen.Statement) *jen.Statement {
	if k.exact {
		return w.Runtime("cache", "ComplexKey").Call(x())
	}
	return w.Runtime("cache", "ComplexKey").Call(w.Ident("complex128").Call(x()))
}

// elementsKey keeps a slice or array of scalars by count and elements.
type elementsKey struct{ array bool }

func (elementsKey) typ(w *emit.Func) *jen.Statement { return w.Runtime("cache", "Elements") }

func (e elementsKey) value(w *emit.Func, x func() *jen.Statement) *jen.Statement {
	elements := x()
	if e.array {
		elements = x().Index(jen.Empty(), jen.Empty())
	}
	return w.Runtime("cache", "ElementsKey").Call(elements)
}

// structKey mirrors a struct, field by field.
type structKey struct {
	fields  []mirrorField
	foreign string
}

type mirrorField struct {
	name string
	typ  types.Type
	how  conversion
}

func (s structKey) typ(w *emit.Func) *jen.Statement {
	fields := make([]jen.Code, len(s.fields))
	for i, f := range s.fields {
		fields[i] = jen.Id(f.name).Add(typeOf(w, f.typ, f.how))
	}
	return jen.Struct(fields...)
}

func (s structKey) value(w *emit.Func, x func() *jen.Statement) *jen.Statement {
	values := make([]jen.Code, len(s.fields))
	for i, f := range s.fields {
		field := func() *jen.Statement { return x().Dot(f.name) }
		values[i] = jen.Id(f.name).Op(":").Add(valueOf(w, field, f.how))
	}
	return s.typ(w).Values(values...)
}

func typeOf(w *emit.Func, t types.Type, how conversion) *jen.Statement {
	if how == nil {
		return w.Type(t)
	}
	return how.typ(w)
}

func valueOf(w *emit.Func, x func() *jen.Statement, how conversion) *jen.Statement {
	if how == nil {
		return x()
	}
	return how.value(w, x)
}

// elements tells whether t is a slice or array of scalars, and how to key it.
func elements(t types.Type) (conversion, bool) {
	var elem types.Type
	array := false
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = u.Elem()
	case *types.Array:
		elem, array = u.Elem(), true
	default:
		return nil, false
	}
	basic, ok := elem.Underlying().(*types.Basic)
	const scalars = types.IsBoolean | types.IsInteger | types.IsFloat | types.IsString
	if !ok || basic.Info()&scalars == 0 {
		return nil, false
	}
	return elementsKey{array: array}, true
}

// isContext tells context.Context and what embeds it.
func isContext(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	methods := types.NewMethodSet(iface)
	for _, name := range []string{"Deadline", "Done", "Err", "Value"} {
		if methods.Lookup(nil, name) == nil {
			return false
		}
	}
	return true
}
