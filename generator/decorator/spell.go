package decorator

import (
	"fmt"
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// Unspellable tells why the function's package cannot spell t, which compares by value, or
// returns nothing.
func (p *Pass) Unspellable(t types.Type) string {
	switch t := t.(type) {
	case *types.Alias:
		return p.unspellableName(t.Obj(), t.TypeArgs())
	case *types.Named:
		return p.unspellableName(t.Obj(), t.TypeArgs())
	case *types.Pointer:
		return p.Unspellable(t.Elem())
	case *types.Chan:
		return p.Unspellable(t.Elem())
	case *types.Array:
		return p.Unspellable(t.Elem())
	case *types.Struct:
		for field := range t.Fields() {
			if !field.Exported() && field.Pkg().Path() != p.Func.File.Package.Path {
				return fmt.Sprintf("has a field %s of package %s, so this package cannot spell it", field.Name(), field.Pkg().Path())
			}
			if why := p.Unspellable(field.Type()); why != "" {
				return fmt.Sprintf("has a field %s that %s", field.Name(), why)
			}
		}
	}
	return ""
}

func (p *Pass) unspellableName(obj types.Object, args *types.TypeList) string {
	own := p.Func.File.Package.Path
	if pkg := obj.Pkg(); pkg != nil && pkg.Path() != own {
		switch {
		case !obj.Exported():
			return fmt.Sprintf("is a type that package %s does not export", pkg.Path())
		case !model.Importable(pkg.Path(), own):
			return fmt.Sprintf("is a type of package %s, which this package cannot import", pkg.Path())
		}
	}
	for arg := range args.Types() {
		if why := p.Unspellable(arg); why != "" {
			return why
		}
	}
	return ""
}
