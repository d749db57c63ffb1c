package cached

import (
	"fmt"
	"go/types"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// spellable is keyable for a type that the function's signature does not spell,
// so that the generated file may be unable to.
func spellable(p *decorator.Pass, t types.Type) (how conversion, why string) {
	how, why = keyable(p, t)
	if why == "" && how == nil {
		why = unspellable(p, t)
	}
	return how, why
}

// unspellable tells why the function's package cannot spell t, which compares by
// value.
func unspellable(p *decorator.Pass, t types.Type) string {
	switch t := t.(type) {
	case *types.Alias:
		return unspellableName(p, t.Obj(), t.TypeArgs())
	case *types.Named:
		return unspellableName(p, t.Obj(), t.TypeArgs())
	case *types.Array:
		return unspellable(p, t.Elem())
	case *types.Struct:
		for field := range t.Fields() {
			if !field.Exported() && field.Pkg().Path() != p.Func.File.Package.Path {
				return fmt.Sprintf("has a field %s of package %s, so this package cannot spell it", field.Name(), field.Pkg().Path())
			}
			if why := unspellable(p, field.Type()); why != "" {
				return fmt.Sprintf("has a field %s that %s", field.Name(), why)
			}
		}
	}
	return ""
}

func unspellableName(p *decorator.Pass, obj types.Object, args *types.TypeList) string {
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
		if why := unspellable(p, arg); why != "" {
			return why
		}
	}
	return ""
}
