package copier

import "go/types"

// A method copies a value by code of its own.
type method struct {
	name string
	// result tells what it returns beside what it is called for.
	result result
}

type result int

const (
	same    result = iota // T for T, *T for *T
	pointer               // *T for T
	pointee               // T for *T
)

// copyMethod finds the method that copies values of type t, or returns nil. It must
// be declared for the type itself: one that comes from an embedded field would
// copy nothing but that field. DeepCopy comes first, as it says more.
func copyMethod(t types.Type) *method {
	base, isPointer := t, false
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		base, isPointer = ptr.Elem(), true
	}
	if _, ok := types.Unalias(base).(*types.Named); !ok || isPointer && types.IsInterface(base) || keepsStructure(base) {
		return nil
	}
	for _, name := range []string{"DeepCopy", "Clone"} {
		made := resultOf(base, name)
		switch {
		case made == nil:
		case types.Identical(made, t):
			return &method{name: name, result: same}
		case isPointer && types.Identical(made, base):
			return &method{name: name, result: pointee}
		case !isPointer && !types.IsInterface(base) && types.Identical(made, types.NewPointer(base)):
			return &method{name: name, result: pointer}
		}
	}
	return nil
}

// resultOf is the type of the only result of a method without parameters, which
// values of type base have that are variables, or nil.
func resultOf(base types.Type, name string) types.Type {
	obj, index, indirect := types.LookupFieldOrMethod(base, true, nil, name)
	fn, ok := obj.(*types.Func)
	if !ok || indirect || len(index) > 1 {
		return nil
	}
	sig := fn.Signature()
	if sig.Params().Len() != 0 || sig.Results().Len() != 1 {
		return nil
	}
	return sig.Results().At(0).Type()
}

// lockName tells that t is a type whose values must not be copied after their
// first use, or nothing. Those are the types of sync and sync/atomic, and structs
// with methods Lock and Unlock, by which others say the same.
func lockName(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return ""
	}
	if _, ok := named.Underlying().(*types.Struct); !ok {
		return ""
	}
	obj := named.Obj()
	if obj.Pkg() != nil && (obj.Pkg().Path() == "sync" || obj.Pkg().Path() == "sync/atomic") {
		return "is of type " + obj.Pkg().Name() + "." + obj.Name() + ", which must not be copied"
	}
	if hasBare(named, "Lock") && hasBare(named, "Unlock") {
		return "is of type " + obj.Name() + ", which is a lock by its methods Lock and Unlock and must not be copied"
	}
	return ""
}

// hasBare tells whether a type declares a method without parameters and results.
func hasBare(t types.Type, name string) bool {
	obj, index, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, ok := obj.(*types.Func)
	return ok && len(index) == 1 && fn.Signature().Params().Len() == 0 && fn.Signature().Results().Len() == 0
}

// findLock finds a lock that an assignment of a value of type t would copy, and
// the path to it. Elements count where there are none, too: an array of no locks
// is a way to say that a struct must not be copied.
func findLock(t types.Type) (path, lock string) {
	if lock := lockName(t); lock != "" {
		return "", lock
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		path, lock := findLock(u.Elem())
		return "[]" + path, lock
	case *types.Struct:
		for f := range u.Fields() {
			if path, lock := findLock(f.Type()); lock != "" {
				return "." + f.Name() + path, lock
			}
		}
	}
	return "", ""
}
