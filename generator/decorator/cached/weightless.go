package cached

import (
	"go/types"

	"github.com/bunsui/bunsui-go/generator/model"
)

// isWeightless tells types that have pointers, to what all values share.
func isWeightless(t types.Type) bool {
	return model.IsNamed(t, "time", "Time") || model.IsNamed(t, "unique", "Handle")
}

// mayHold tells whether a value of type t can hold anything beside its own size.
func mayHold(t types.Type) bool {
	if isWeightless(t) || isScalar(t) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for field := range u.Fields() {
			if mayHold(field.Type()) && field.Name() != "_" {
				return true
			}
		}
		return false
	case *types.Array:
		return u.Len() > 0 && mayHold(u.Elem())
	}
	return true
}

func isScalar(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&(types.IsBoolean|types.IsNumeric) != 0
}

func isText(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

// allTerms tells whether a constraint, or a type parameter with it, admits such
// types only.
func allTerms(t types.Type, such func(types.Type) bool) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		for embedded := range u.EmbeddedTypes() {
			if allTerms(embedded, such) {
				return true
			}
		}
		return false
	case *types.Union:
		for term := range u.Terms() {
			if !allTerms(term.Type(), such) {
				return false
			}
		}
		return true
	default:
		return such(t)
	}
}

// isComposite tells types whose zero value is written with their name.
func isComposite(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}
