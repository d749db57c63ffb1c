package codec

import (
	"fmt"
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// name is what the node's functions are named by: User, StringSlice.
func (n *node) name() string {
	switch t := n.typ.(type) {
	case *types.Alias:
		return model.DeclaredWord(t.Obj(), t.TypeArgs(), n.own)
	case *types.Named:
		return model.DeclaredWord(t.Obj(), t.TypeArgs(), n.own)
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
		return model.Capital(t.Name())
	default:
		return model.Capital(model.Word(n.hint))
	}
}

// hintFor names a struct without a name that stands in a field.
func (n *node) hintFor(field string) string {
	base := n.hint
	switch t := n.typ.(type) {
	case *types.Alias:
		base = model.DeclaredWord(t.Obj(), t.TypeArgs(), n.own)
	case *types.Named:
		base = model.DeclaredWord(t.Obj(), t.TypeArgs(), n.own)
	}
	return model.Word(base) + model.Capital(field)
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
