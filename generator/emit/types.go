package emit

import (
	"go/types"

	"github.com/dave/jennifer/jen"
)

// A typeWriter spells types as the generated file must: with its own import
// names, whatever the user's file calls the packages, and with aliases kept.
type typeWriter struct {
	// local is the package being generated for, whose names need no qualifier.
	local string
	// typeParams gives the names of type parameters in this place.
	typeParams map[*types.TypeParam]string
	// mention learns every unqualified identifier, and qualify every import.
	mention func(name string)
	qualify func(pkg *types.Package)
}

func (w *typeWriter) code(t types.Type) *jen.Statement {
	switch t := t.(type) {
	case *types.Basic:
		return w.basic(t)
	case *types.Alias:
		return w.object(t.Obj()).Add(w.typeArgs(t.TypeArgs()))
	case *types.Named:
		return w.object(t.Obj()).Add(w.typeArgs(t.TypeArgs()))
	case *types.TypeParam:
		return jen.Id(w.typeParams[t])
	case *types.Pointer:
		return jen.Op("*").Add(w.code(t.Elem()))
	case *types.Slice:
		return jen.Index().Add(w.code(t.Elem()))
	case *types.Array:
		return jen.Index(jen.Lit(int(t.Len()))).Add(w.code(t.Elem()))
	case *types.Map:
		return jen.Map(w.code(t.Key())).Add(w.code(t.Elem()))
	case *types.Chan:
		return w.channel(t)
	case *types.Signature:
		return jen.Func().Add(w.signature(t))
	case *types.Struct:
		return w.structure(t)
	case *types.Interface:
		return w.iface(t)
	case *types.Union:
		return w.union(t)
	}
	panic("emit: no spelling for type " + t.String())
}

func (w *typeWriter) basic(t *types.Basic) *jen.Statement {
	if t.Kind() == types.UnsafePointer {
		w.qualify(types.Unsafe)
		return jen.Qual("unsafe", "Pointer")
	}
	w.mention(t.Name())
	return jen.Id(t.Name())
}

func (w *typeWriter) object(obj types.Object) *jen.Statement {
	if obj.Pkg() == nil || obj.Pkg().Path() == w.local {
		w.mention(obj.Name())
		return jen.Id(obj.Name())
	}
	w.qualify(obj.Pkg())
	return jen.Qual(obj.Pkg().Path(), obj.Name())
}

func (w *typeWriter) typeArgs(list *types.TypeList) jen.Code {
	if list.Len() == 0 {
		return jen.Null()
	}
	args := make([]jen.Code, list.Len())
	for i := range args {
		args[i] = w.code(list.At(i))
	}
	return jen.Types(args...)
}

func (w *typeWriter) channel(t *types.Chan) *jen.Statement {
	elem := jen.Add(w.code(t.Elem()))
	// chan (<-chan T): without the parentheses the arrow binds to the outer chan.
	if inner, ok := t.Elem().(*types.Chan); ok && inner.Dir() == types.RecvOnly {
		elem = jen.Parens(w.code(t.Elem()))
	}
	switch t.Dir() {
	case types.SendOnly:
		return jen.Chan().Op("<-").Add(elem)
	case types.RecvOnly:
		return jen.Op("<-").Chan().Add(elem)
	default:
		return jen.Chan().Add(elem)
	}
}

// signature spells parameters and results of a func type or a method.
func (w *typeWriter) signature(t *types.Signature) *jen.Statement {
	params := w.tuple(t.Params())
	if t.Variadic() {
		last := t.Params().At(t.Params().Len() - 1)
		params[len(params)-1] = nameOrNothing(last.Name()).Op("...").Add(w.variadicElem(last.Type()))
	}
	s := jen.Params(params...)
	results := w.tuple(t.Results())
	switch {
	case len(results) == 0:
		return s
	case len(results) == 1 && t.Results().At(0).Name() == "":
		return s.Add(w.code(t.Results().At(0).Type()))
	default:
		return s.Params(results...)
	}
}

// variadicElem spells T of a "...T" parameter, which go/types gives as []T.
func (w *typeWriter) variadicElem(t types.Type) *jen.Statement {
	if slice, ok := types.Unalias(t).(*types.Slice); ok {
		return w.code(slice.Elem())
	}
	return w.code(t)
}

func (w *typeWriter) tuple(t *types.Tuple) []jen.Code {
	vars := make([]jen.Code, t.Len())
	for i := range vars {
		vars[i] = nameOrNothing(t.At(i).Name()).Add(w.code(t.At(i).Type()))
	}
	return vars
}

func nameOrNothing(name string) *jen.Statement {
	if name == "" {
		return jen.Null()
	}
	return jen.Id(name)
}

func (w *typeWriter) structure(t *types.Struct) *jen.Statement {
	fields := make([]jen.Code, t.NumFields())
	for i := range fields {
		field := t.Field(i)
		spelled := jen.Add(w.code(field.Type()))
		if !field.Embedded() {
			spelled = jen.Id(field.Name()).Add(w.code(field.Type()))
		}
		if tag := t.Tag(i); tag != "" {
			spelled.Op(quoteTag(tag))
		}
		fields[i] = spelled
	}
	return jen.Struct(fields...)
}

func (w *typeWriter) iface(t *types.Interface) *jen.Statement {
	if t.IsImplicit() && t.NumEmbeddeds() == 1 {
		return w.code(t.EmbeddedType(0))
	}
	if t.NumEmbeddeds() == 0 && t.NumExplicitMethods() == 0 {
		return jen.Interface()
	}
	var parts []jen.Code
	for i := range t.NumExplicitMethods() {
		m := t.ExplicitMethod(i)
		parts = append(parts, jen.Id(m.Name()).Add(w.signature(m.Signature())))
	}
	for i := range t.NumEmbeddeds() {
		parts = append(parts, w.code(t.EmbeddedType(i)))
	}
	return jen.Interface(parts...)
}

func (w *typeWriter) union(t *types.Union) *jen.Statement {
	s := jen.Null()
	for i := range t.Len() {
		if i > 0 {
			s.Op("|")
		}
		if t.Term(i).Tilde() {
			s.Op("~")
		}
		s.Add(w.code(t.Term(i).Type()))
	}
	return s
}
