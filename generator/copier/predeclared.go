package copier

import "go/types"

// predeclared notes which names of Go's own copying a value needs.
func (n *node) predeclared(used map[string]bool, seen map[*node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	switch {
	case n.kind == plainKind, n.kind == slicesClone, n.kind == mapsClone:
		return
	case n.kind == mapKind && n.hasCopyFunc():
		used["make"], used["len"] = true, true
	case n.kind == mapKind && mayBeNaN(n.key):
		used["clear"] = true
	case n.kind == bigKind:
		used["new"] = true
	}
	if hasNil(n.typ) {
		used["nil"] = true
	}
	if n.nameable {
		basics(n.typ, used)
	}
	for _, part := range n.parts() {
		part.predeclared(used, seen)
	}
}

// basics notes the predeclared types in the spelling of t.
func basics(t types.Type, used map[string]bool) {
	switch t := t.(type) {
	case *types.Basic:
		used[t.Name()] = true
	case *types.Alias:
		basicName(t.Obj(), t.TypeArgs(), used)
	case *types.Named:
		basicName(t.Obj(), t.TypeArgs(), used)
	case *types.Map:
		basics(t.Key(), used)
		basics(t.Elem(), used)
	case interface{ Elem() types.Type }:
		basics(t.Elem(), used)
	}
}

func basicName(obj types.Object, args *types.TypeList, used map[string]bool) {
	if obj.Pkg() == nil {
		used[obj.Name()] = true
	}
	for arg := range args.Types() {
		basics(arg, used)
	}
}
