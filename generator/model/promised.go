package model

import "go/types"

// unknown is what a promised type is made of. To those who look into types, it is as
// invalid as any other that is not valid.
var unknown = func() *types.Basic {
	invalid := *types.Typ[types.Invalid]
	return &invalid
}()

// Promise marks a type as one that a run is going to declare.
func Promise(object *types.TypeName) {
	if named, ok := object.Type().(*types.Named); ok {
		named.SetUnderlying(unknown)
	}
}

// IsPromised tells whether a type is one that a run is going to declare.
func IsPromised(object *types.TypeName) bool {
	named, ok := object.Type().(*types.Named)
	return ok && named.Underlying() == unknown
}

// NotValid completes a sentence about a value whose type is not valid: it is one that a
// run is going to declare, or an error in what the user has.
func NotValid(t types.Type) string {
	if named, ok := types.Unalias(t).(*types.Named); ok && IsPromised(named.Obj()) {
		return "is of the generated type " + named.Obj().Name()
	}
	return "has no valid type"
}
