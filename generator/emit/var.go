package emit

import (
	"go/types"

	"github.com/dave/jennifer/jen"
)

// A Var is a parameter or result as generated code names it.
type Var struct {
	Name string
	Type types.Type
	// Variadic tells "...T", for which Type is []T.
	Variadic bool
}

// ID refers to v.
func (v Var) ID() *jen.Statement { return jen.Id(v.Name) }

// Pass hands v on as an argument of a call.
func (v Var) Pass() *jen.Statement {
	if v.Variadic {
		return jen.Id(v.Name).Op("...")
	}
	return jen.Id(v.Name)
}

// Decl spells v for a parameter or result list.
func (w *Func) Decl(v Var) jen.Code {
	if v.Variadic {
		if slice, ok := types.Unalias(v.Type).(*types.Slice); ok {
			return nameOrNothing(v.Name).Op("...").Add(w.outerType(slice.Elem()))
		}
	}
	return nameOrNothing(v.Name).Add(w.outerType(v.Type))
}

// Decls spells several. Neighbours of one type share it: "a, b string".
func (w *Func) Decls(vars []Var) []jen.Code {
	codes := make([]jen.Code, len(vars))
	for i, v := range vars {
		if i+1 < len(vars) && v.sharesType(vars[i+1]) {
			codes[i] = jen.Id(v.Name)
		} else {
			codes[i] = w.Decl(v)
		}
	}
	return codes
}

// sharesType tells whether v and the next one are spelled with the same type.
func (v Var) sharesType(next Var) bool {
	return v.Name != "" && next.Name != "" && !v.Variadic && !next.Variadic &&
		types.TypeString(v.Type, nil) == types.TypeString(next.Type, nil) && types.Identical(v.Type, next.Type)
}
