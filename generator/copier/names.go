package copier

import (
	"fmt"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rootPath is what paths to problems in t begin with: the name of the type that t
// is made of.
func rootPath(t types.Type) string {
	switch made := types.Unalias(t).(type) {
	case *types.Pointer:
		return rootPath(made.Elem())
	case *types.Slice:
		return rootPath(made.Elem())
	case *types.Array:
		return rootPath(made.Elem())
	case *types.Map:
		return rootPath(made.Elem())
	case *types.Struct, *types.Chan, *types.Signature:
		return "result"
	}
	return types.TypeString(t, func(*types.Package) string { return "" })
}

// name is what functions for the node are named by: User, StringSlice.
func (n *node) name() string { return nameFor(n.typ, n.hint, n.own) }

func nameFor(t types.Type, hint, own string) string {
	switch t := t.(type) {
	case *types.Alias:
		return declaredName(t.Obj(), t.TypeArgs(), own)
	case *types.Named:
		return declaredName(t.Obj(), t.TypeArgs(), own)
	case *types.TypeParam:
		return upper(t.Obj().Name())
	case *types.Pointer:
		return nameFor(t.Elem(), hint, own) + "Pointer"
	case *types.Slice:
		return nameFor(t.Elem(), hint, own) + "Slice"
	case *types.Array:
		return fmt.Sprint(nameFor(t.Elem(), hint, own), "Array", t.Len())
	case *types.Map:
		return nameFor(t.Key(), hint+"Key", own) + nameFor(t.Elem(), hint, own) + "Map"
	case *types.Basic:
		return upper(t.Name())
	default:
		return upper(identifier(hint))
	}
}

// hintFor names a struct without a name that stands in a field.
func (n *node) hintFor(field string) string {
	base := n.hint
	switch t := n.typ.(type) {
	case *types.Alias:
		base = declaredName(t.Obj(), t.TypeArgs(), n.own)
	case *types.Named:
		base = declaredName(t.Obj(), t.TypeArgs(), n.own)
	}
	return identifier(base) + upper(field)
}

// declaredName spells a declared type in a name, with its package's where that is
// another one.
func declaredName(obj types.Object, args *types.TypeList, own string) string {
	name := upper(obj.Name())
	if pkg := obj.Pkg(); pkg != nil && pkg.Path() != own {
		name = upper(pkg.Name()) + name
	}
	for arg := range args.Types() {
		name += upper(identifier(types.TypeString(arg, func(*types.Package) string { return "" })))
	}
	return name
}

// identifier leaves out what an identifier cannot hold.
func identifier(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

func upper(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}
