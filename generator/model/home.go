package model

import (
	"go/token"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
)

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
