package copier

import "go/types"

// A name is that of a type of the standard library.
type name struct{ path, name string }

func nameOf(t types.Type) name {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return name{}
	}
	return name{named.Obj().Pkg().Path(), named.Obj().Name()}
}

// isValue tells types that assignment copies although they hold references, to
// what nothing can change.
func isValue(t types.Type) bool {
	switch nameOf(t) {
	case name{"time", "Time"}, name{"time", "Location"},
		name{"net/netip", "Addr"}, name{"net/netip", "AddrPort"}, name{"net/netip", "Prefix"},
		name{"unique", "Handle"}, name{"reflect", "Type"}, name{"embed", "FS"},
		name{"regexp", "Regexp"}, name{"net/url", "Userinfo"}:
		return true
	}
	return false
}

// isImmutable tells types that pointers to them can be shared.
func isImmutable(t types.Type) bool {
	switch nameOf(t) {
	case name{"time", "Location"}, name{"regexp", "Regexp"}, name{"net/url", "Userinfo"}:
		return true
	}
	return false
}

// keepsStructure tells types that are copied field by field in spite of methods,
// which some versions of Go have given them: what is generated must not depend on
// the version.
func keepsStructure(t types.Type) bool {
	switch nameOf(t) {
	case name{"net/url", "URL"}, name{"net/url", "Values"}:
		return true
	}
	return false
}

// bigMethod names the method by which a number of package math/big takes over
// another one, or nothing.
func bigMethod(t types.Type) string {
	switch nameOf(t) {
	case name{"math/big", "Int"}, name{"math/big", "Rat"}:
		return "Set"
	case name{"math/big", "Float"}:
		return "Copy" // Set leaves the rounding mode
	}
	return ""
}

// wellKnown tells types of the standard library of which more is known than they
// show: that an assignment is enough, or the method of a number, which may be a
// pointer to one.
func wellKnown(t types.Type) (plain bool, big string) {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		return isImmutable(ptr.Elem()), bigMethod(ptr.Elem())
	}
	return isValue(t), bigMethod(t)
}

// isPlain tells whether an assignment copies all that a value of type t holds,
// fields that nobody can reach included.
func isPlain(t types.Type) bool {
	if known, _ := wellKnown(t); known {
		return true
	}
	if lockName(t) != "" {
		return false
	}
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		return allPlain(tp.Constraint())
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer && u.Kind() != types.Invalid
	case *types.Array:
		_, lock := findLock(u)
		return lock == "" && (u.Len() == 0 || isPlain(u.Elem()))
	case *types.Struct:
		for f := range u.Fields() {
			if !isPlain(f.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// allPlain tells whether all types that satisfy a constraint are plain.
func allPlain(constraint types.Type) bool {
	switch u := constraint.Underlying().(type) {
	case *types.Interface:
		for embedded := range u.EmbeddedTypes() {
			if allPlain(embedded) {
				return true
			}
		}
		return false
	case *types.Union:
		for term := range u.Terms() {
			if !allPlain(term.Type()) {
				return false
			}
		}
		return true
	default:
		return isPlain(constraint)
	}
}
