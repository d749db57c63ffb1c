package model

import "go/types"

// Many is a function of many keys of which one of a single key is made.
type Many struct {
	*Func
	// Name is what is generated to load several keys, LoadUserMany. It returns the
	// outcome of each.
	Name string
	// Vary are the functions by whose values of the context a cache above tells results
	// apart.
	Vary []types.Object
	// Outer is a function with the same parameters that the directives above have for
	// several keys, which returns values and errors in the order of the keys. It is empty
	// if they have none.
	Outer string
	// Inner is a function with the same parameters that goes past the directives above,
	// and returns values and errors in the order of the keys. It is empty where nothing
	// needs it.
	Inner string
}

// Source returns the function that a source declares: the function itself, or the one
// that it is made of.
func (f *Func) Source() *Func {
	for f.Of != nil {
		f = f.Of
	}
	return f
}

// SignatureFor returns the type of the function where the type of its source is as
// given, which may be an instance of a generic one.
func (f *Func) SignatureFor(source *types.Signature) *types.Signature {
	if f.Of == nil {
		return source
	}
	return f.Make(f.Of.SignatureFor(source))
}
