package copier

import (
	"fmt"
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// name is what functions for the node are named by: User, StringSlice.
func (n *node) name() string { return nameFor(n.typ, n.hint, n.own) }

func nameFor(t types.Type, hint, own string) string {
	switch t := t.(type) {
	case *types.Alias:
		return model.DeclaredWord(t.Obj(), t.TypeArgs(), own)
	case *types.Named:
		return model.DeclaredWord(t.Obj(), t.TypeArgs(), own)
	case *types.TypeParam:
		return model.Capital(t.Obj().Name())
	case *types.Pointer:
		return nameFor(t.Elem(), hint, own) + "Pointer"
	case *types.Slice:
		return nameFor(t.Elem(), hint, own) + "Slice"
	case *types.Array:
		return fmt.Sprint(nameFor(t.Elem(), hint, own), "Array", t.Len())
	case *types.Map:
		return nameFor(t.Key(), hint+"Key", own) + nameFor(t.Elem(), hint, own) + "Map"
	case *types.Basic:
		return model.Capital(t.Name())
	default:
		return model.Capital(model.Word(hint))
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
