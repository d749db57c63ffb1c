package cached

import (
	"fmt"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// An exactValue spells a value that cache.KeyText writes completely: a number, a
// text, a bool or a time. x is what it is a part of.
type exactValue func(w *emit.Func, x func() *jen.Statement) *jen.Statement

// maxSpelled is the length of the longest array that is written element by
// element, if its elements are no numbers, texts or bools.
const maxSpelled = 8

// exactText takes a part of a key apart into values that together are different
// texts for different keys, in all processes; or it says why that cannot be. No
// methods of the user's types are called: two values may well print alike.
func exactText(p *decorator.Pass, t types.Type, how conversion) (values []exactValue, why string) {
	switch how := how.(type) {
	case timeKey, floatKey:
		return itself(), ""
	case complexKey:
		return below(itself(), index(0), index(1)), ""
	case elementsKey:
		return []exactValue{elementsText(t)}, ""
	case structKey:
		for _, f := range how.fields {
			more, why := exactText(p, f.typ, f.how)
			if why != "" {
				return nil, fmt.Sprintf("has a field %s that %s", f.name, why)
			}
			values = append(values, below(more, fieldOf(f.name))...)
		}
		return values, ""
	}
	return exactType(p, t)
}

// exactType is exactText for a value that == compares as it is.
func exactType(p *decorator.Pass, t types.Type) (values []exactValue, why string) {
	if model.IsNamed(t, "time", "Time") {
		return itself(), ""
	}
	if model.IsNamed(t, "unique", "Handle") {
		return exactHandle(t)
	}
	if param, ok := types.Unalias(t).(*types.TypeParam); ok {
		if !onlyScalars(param.Constraint()) {
			return nil, "may be of any comparable type, and not all have an exact text: constrain it to numbers and texts, as cmp.Ordered does"
		}
		return itself(), ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat|types.IsString) == 0 {
			return nil, "is " + u.Name() + ", which has no exact text"
		}
		return itself(), ""
	case *types.Struct:
		return exactFields(p, u)
	case *types.Array:
		return exactArray(p, u)
	case *types.Pointer, *types.Chan:
		return nil, "is an address, which means nothing in other processes"
	}
	return nil, "has no exact text"
}

func exactFields(p *decorator.Pass, s *types.Struct) (values []exactValue, why string) {
	for field := range s.Fields() {
		if field.Name() == "_" {
			continue
		}
		if !visible(p.Func, field) {
			return nil, fmt.Sprintf("has a field %s, which package %s does not export", field.Name(), field.Pkg().Path())
		}
		more, why := exactType(p, field.Type())
		if why != "" {
			return nil, fmt.Sprintf("has a field %s that %s", field.Name(), why)
		}
		values = append(values, below(more, fieldOf(field.Name()))...)
	}
	return values, ""
}

func exactArray(p *decorator.Pass, a *types.Array) (values []exactValue, why string) {
	if _, scalars := elements(a); scalars {
		return []exactValue{listText}, ""
	}
	more, why := exactType(p, a.Elem())
	switch {
	case why != "":
		return nil, "has elements of which each " + why
	case a.Len() > maxSpelled:
		return nil, fmt.Sprintf("is an array of more than %d elements that are no numbers, texts or bools", maxSpelled)
	}
	for i := range int(a.Len()) {
		values = append(values, below(more, index(i))...)
	}
	return values, ""
}

// exactHandle takes the value out of a unique.Handle.
func exactHandle(t types.Type) (values []exactValue, why string) {
	args := types.Unalias(t).(*types.Named).TypeArgs()
	if args.Len() != 1 || !isScalar(args.At(0)) && !isText(args.At(0)) {
		return nil, "is a handle of what is neither a number, a text nor a bool"
	}
	value := func(x *jen.Statement) *jen.Statement { return x.Dot("Value").Call() }
	return below(itself(), value), ""
}

// onlyScalars tells whether a constraint allows numbers, texts and bools only.
func onlyScalars(constraint types.Type) bool {
	iface, ok := constraint.Underlying().(*types.Interface)
	if !ok {
		return (isScalar(constraint) || isText(constraint)) && !isComplex(constraint)
	}
	for embedded := range iface.EmbeddedTypes() { // one that says so is enough: they intersect
		union, ok := embedded.(*types.Union)
		if !ok {
			if onlyScalars(embedded) {
				return true
			}
			continue
		}
		scalars := union.Len() > 0
		for term := range union.Terms() {
			scalars = scalars && onlyScalars(term.Type())
		}
		if scalars {
			return true
		}
	}
	return false
}

func isComplex(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsComplex != 0
}

func itself() []exactValue {
	return []exactValue{func(_ *emit.Func, x func() *jen.Statement) *jen.Statement { return x() }}
}

// below gives values as parts of something that holds them at each of the places.
func below(values []exactValue, places ...func(*jen.Statement) *jen.Statement) []exactValue {
	var all []exactValue
	for _, place := range places {
		for _, value := range values {
			all = append(all, func(w *emit.Func, x func() *jen.Statement) *jen.Statement {
				return value(w, func() *jen.Statement { return place(x()) })
			})
		}
	}
	return all
}

func index(i int) func(*jen.Statement) *jen.Statement {
	return func(x *jen.Statement) *jen.Statement { return x.Index(jen.Lit(i)) }
}

// listText spells an array of scalars.
func listText(w *emit.Func, x func() *jen.Statement) *jen.Statement {
	return w.Runtime("cache", "ListText").Call(x().Index(jen.Empty(), jen.Empty()))
}

// elementsText spells what became a cache.Elements. The type that it names is the
// elements' underlying one, which this package can always spell.
func elementsText(t types.Type) exactValue {
	elem := elementOf(t)
	return func(w *emit.Func, x func() *jen.Statement) *jen.Statement {
		return w.Runtime("cache", "ElementsText").Types(w.Type(elem.Underlying())).Call(x())
	}
}

// elementOf is the type of a slice's or array's elements.
func elementOf(t types.Type) types.Type {
	if array, ok := t.Underlying().(*types.Array); ok {
		return array.Elem()
	}
	return t.Underlying().(*types.Slice).Elem()
}
