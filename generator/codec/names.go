package codec

import (
	"fmt"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/generator/model"
)

// name is what the node's functions are named by: User, StringSlice.
func (n *node) name() string {
	switch t := n.typ.(type) {
	case *types.Alias:
		return named(t.Obj(), t.TypeArgs(), n.own)
	case *types.Named:
		return named(t.Obj(), t.TypeArgs(), n.own)
	case *types.Pointer:
		return n.elem.name() + "Pointer"
	case *types.Slice:
		if n.elem == nil {
			return "Bytes"
		}
		return n.elem.name() + "Slice"
	case *types.Array:
		if n.elem == nil {
			return fmt.Sprint("Bytes", t.Len())
		}
		return fmt.Sprint(n.elem.name(), "Array", t.Len())
	case *types.Map:
		return n.key.name() + n.elem.name() + "Map"
	case *types.Basic:
		return upper(t.Name())
	default:
		return upper(identifier(n.hint))
	}
}

// hintFor names a struct without a name that stands in a field.
func (n *node) hintFor(field string) string {
	base := n.hint
	switch t := n.typ.(type) {
	case *types.Alias:
		base = named(t.Obj(), t.TypeArgs(), n.own)
	case *types.Named:
		base = named(t.Obj(), t.TypeArgs(), n.own)
	}
	return identifier(base) + upper(field)
}

// named spells a declared type in a name, with its package's where that is another
// one.
func named(obj types.Object, args *types.TypeList, own string) string {
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

// unspellable tells why a file of package own cannot name t, or nothing.
func unspellable(t types.Type, own string) string {
	switch t := t.(type) {
	case *types.Alias:
		return unspellableName(t.Obj(), t.TypeArgs(), own)
	case *types.Named:
		return unspellableName(t.Obj(), t.TypeArgs(), own)
	case *types.TypeParam:
		return "is a type parameter, of which each call may make something else"
	case *types.Pointer:
		return unspellable(t.Elem(), own)
	case *types.Slice:
		return unspellable(t.Elem(), own)
	case *types.Array:
		return unspellable(t.Elem(), own)
	case *types.Map:
		if why := unspellable(t.Key(), own); why != "" {
			return why
		}
		return unspellable(t.Elem(), own)
	}
	return ""
}

func unspellableName(obj types.Object, args *types.TypeList, own string) string {
	if pkg := obj.Pkg(); pkg != nil && pkg.Path() != own {
		switch {
		case !obj.Exported():
			return fmt.Sprintf("is of type %s, which package %s does not export", obj.Name(), pkg.Path())
		case !model.Importable(pkg.Path(), own):
			return fmt.Sprintf("is of a type of package %s, which this package cannot import", pkg.Path())
		}
	}
	for arg := range args.Types() {
		if why := unspellable(arg, own); why != "" {
			return why
		}
	}
	return ""
}
