package model

import (
	"go/token"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
)

// Decorate is the name of the directive that asks for a type around an interface.
const Decorate = "decorate"

// A Home is a generated struct that holds what several wrappers need, in place of
// package-level variables: the type that decorates an interface, or the type of the
// field in which a struct of the user's keeps its caches.
type Home struct {
	// File is the source whose generated file declares it.
	File *File
	// Type is its name, and Pos the place in the source that asks for it.
	Type string
	Pos  token.Position
	// TypeParams are its type parameters.
	TypeParams []TypeParam
	// Interface is what the type implements, or nil if it is the type of a field.
	Interface *Interface
	// Owner is the struct that has the field, as its package names it, and Field the
	// field. Both are empty for an interface.
	Owner, Field string
	// Broken tells that what asks for it has an error, which was reported: nothing can
	// be made of it.
	Broken bool
}

// An Interface is one that a Home implements around another implementation.
type Interface struct {
	// Name is the interface's name, and Type the interface, for a generic one with
	// its own type parameters as arguments.
	Name string
	Type types.Type
	// Doc is its doc comment, as Func.Doc.
	Doc []string
	// Directive is what asks for the decoration.
	Directive annotations.Annotation
	// Methods are the names of all methods, embedded ones included.
	Methods []string
}

// Implements tells whether the function is a method of an interface. Its receiver is
// then the generated type, which no source declares.
func (f *Func) Implements() bool { return f.Home != nil && f.Home.Interface != nil }

// HomeName returns the name that messages propose for the type that implements an
// interface: CachedUsers for Users, cachedUsers for users.
func HomeName(name string) string {
	if token.IsExported(name) {
		return "Cached" + name
	}
	return "cached" + Capital(name)
}
