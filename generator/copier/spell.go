package copier

import (
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// nameable tells whether functions in a file of package own may have t in their
// signatures. A struct or interface without a name could be spelled, but nobody
// would want to read it.
func nameable(t types.Type, own string) bool { return !hasLiteral(t) && spellable(t, own) }

func hasLiteral(t types.Type) bool {
	switch t := t.(type) {
	case *types.Struct, *types.Signature:
		return true
	case *types.Interface:
		return !t.Empty()
	case *types.Map:
		return hasLiteral(t.Key()) || hasLiteral(t.Elem())
	case *types.Alias, *types.Named, *types.TypeParam:
		return false
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		return hasLiteral(t.Elem())
	}
	return false
}

// spellable tells whether a file of package own can spell t.
func spellable(t types.Type, own string) bool {
	switch t := t.(type) {
	case *types.Alias:
		return inReach(t.Obj(), t.TypeArgs(), own)
	case *types.Named:
		return inReach(t.Obj(), t.TypeArgs(), own)
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() && f.Pkg().Path() != own || !spellable(f.Type(), own) {
				return false
			}
		}
	case *types.Interface:
		return spellableInterface(t, own)
	case *types.Signature:
		return spellableVars(t.Params(), own) && spellableVars(t.Results(), own)
	case *types.Map:
		return spellable(t.Key(), own) && spellable(t.Elem(), own)
	case *types.TypeParam:
		return true
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		return spellable(t.Elem(), own)
	}
	return true
}

func spellableInterface(t *types.Interface, own string) bool {
	for m := range t.ExplicitMethods() {
		if !m.Exported() && m.Pkg().Path() != own || !spellable(m.Type(), own) {
			return false
		}
	}
	for embedded := range t.EmbeddedTypes() {
		if !spellable(embedded, own) {
			return false
		}
	}
	return true
}

func spellableVars(vars *types.Tuple, own string) bool {
	for v := range vars.Variables() {
		if !spellable(v.Type(), own) {
			return false
		}
	}
	return true
}

func inReach(obj types.Object, args *types.TypeList, own string) bool {
	if pkg := obj.Pkg(); pkg != nil && pkg.Path() != own && (!obj.Exported() || !model.Importable(pkg.Path(), own)) {
		return false
	}
	for arg := range args.Types() {
		if !spellable(arg, own) {
			return false
		}
	}
	return true
}
