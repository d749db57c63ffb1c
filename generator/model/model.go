// Package model is what the generator knows of a user's code: packages, files,
// functions and the chain of directives on each. It is plain data, made by
// generator/load and only read afterwards. It does not parse, print or check.
package model

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
)

// A Package is one package with at least one directive. An external test
// package (package foo_test) is a Package of its own.
type Package struct {
	// Path is the import path, without the suffix of a test variant.
	Path string
	// Name is the package clause of the user's files.
	Name string
	// Dir is the absolute directory.
	Dir string
	// Fset has the positions of every file of the run.
	Fset *token.FileSet
	// Types is the package, type-checked from its own sources without function
	// bodies. It may hold errors: only the signatures of annotated functions
	// must be valid.
	Types *types.Package
	// Files are the files with directives on functions or interfaces, and those that
	// declare the struct of a Home, ordered by path.
	Files []*File
	// Declared holds every package-level name that any file of the user's in
	// the directory declares, files excluded by build constraints and in-package
	// tests included, and where. Names that only our own output declares are
	// absent.
	Declared map[string]token.Position
	// FileImports holds every name that an import declares in some file of the
	// package: another package's, or with a dot import all that it exports. A
	// package-level declaration of ours must not have such a name: Go refuses a
	// name that is both in the package's and in a file's scope.
	FileImports map[string]token.Position
	// Members holds, for each type declared in the package, the positions of its
	// methods and struct fields by name, found as Declared is.
	Members map[string]map[string]token.Position
	// Unbuilt are the annotated functions in files that build constraints exclude.
	Unbuilt []Unbuilt
	// Cycles holds wrappers, as directives spell them, of packages that import this
	// one, which has been reported.
	Cycles map[string]bool
	// Defaults are the options that every directive of a name has in the package unless
	// it says otherwise, by that name.
	Defaults map[string]Defaults
	// BrokenDefaults tells that something was reported of what is or was meant as defaults,
	// so that what directives lack may stand there.
	BrokenDefaults bool
	// Problems are what is wrong in a package that is only referred to, and which
	// therefore is not reported by itself. It is empty for other packages.
	Problems diag.List
}

// A File is one source file with directives.
type File struct {
	Package *Package
	// Path is absolute.
	Path string
	// Constraint is the file's //go:build line in its normal form, with cgo added
	// for a file that imports "C", or empty.
	Constraint string
	// Test tells a _test.go file.
	Test bool
	// Imports are the packages that the file imports, by the name that the file
	// gives them; a dot or blank import stands under its path. An import that
	// neither a signature nor a directive needs is not read: it has its path and
	// name, and an empty scope.
	Imports map[string]*types.PkgName
	// Scope is the file's scope, whose parent is the package's: the place from
	// which names in directives are looked up.
	Scope *types.Scope
	// Funcs are the annotated functions, and methods of interfaces, in the order of
	// the file.
	Funcs []*Func
	// Homes are the structs that its generated file declares, in the order of the
	// file.
	Homes []*Home
}

// A Func is an annotated function or method.
type Func struct {
	File *File
	// Name is the declared name, and Pos its place.
	Name string
	Pos  token.Position
	// Doc is the doc comment's lines, without directives and without the comment
	// markers, and without blank lines at its ends.
	Doc []string
	// Recv is nil for a function.
	Recv *Recv
	// TypeParams are those of the function itself; a method has none.
	TypeParams []TypeParam
	// Params are all parameters, a leading context included.
	Params []Param
	// Results are all results, a final error included.
	Results []Param
	// Variadic tells that the last parameter is "...T"; its Type is then []T.
	Variadic bool
	// Chain are the directives, outermost first.
	Chain []annotations.Annotation
	// Home holds what the wrapper needs; nil if package-level variables do.
	Home *Home
	// Of is the function of another signature that this one is made of. It is nil for a
	// function that a source declares.
	Of *Func
	// Make returns the type of this function where that of Of is of. It has neither a
	// receiver nor type parameters, and is nil if Of is.
	Make func(of *types.Signature) *types.Signature
	// Many is Of, where that is a function of many keys and this one is of a single key.
	Many *Many
	// Decl is the declaration as parsed, body included. It is nil for a method of an
	// interface.
	Decl *ast.FuncDecl
	// Object is the function as type-checked.
	Object *types.Func
}

// A Recv is a method's receiver.
type Recv struct {
	// Name is the receiver's name, or empty if it is blank or missing.
	Name string
	// TypeName is the name of the receiver's base type, and Pointer tells *T.
	TypeName string
	Pointer  bool
	// Type is the receiver's type as declared.
	Type types.Type
	// TypeParams are those of a generic receiver, with the names the method
	// gives them.
	TypeParams []TypeParam
}

// A TypeParam is one type parameter of a function or of a generic receiver. Its
// name may be the blank identifier on a receiver.
type TypeParam struct {
	Name string
	Type *types.TypeParam
}

// A Param is a parameter or result. Name is empty if it is blank or missing.
type Param struct {
	Name string
	Type types.Type
	Pos  token.Position
}

// HasContext tells whether the first parameter is a context.Context.
func (f *Func) HasContext() bool {
	return len(f.Params) > 0 && IsNamed(f.Params[0].Type, "context", "Context") &&
		!(f.Variadic && len(f.Params) == 1)
}

// HasError tells whether the last result is the predeclared type error.
func (f *Func) HasError() bool {
	if len(f.Results) == 0 {
		return false
	}
	return IsError(f.Results[len(f.Results)-1].Type)
}

// Args returns the parameters after a leading context.
func (f *Func) Args() []Param {
	if f.HasContext() {
		return f.Params[1:]
	}
	return f.Params
}

// Values returns the results before a final error.
func (f *Func) Values() []Param {
	if f.HasError() {
		return f.Results[:len(f.Results)-1]
	}
	return f.Results
}

// AllTypeParams returns the function's type parameters, or its receiver's.
func (f *Func) AllTypeParams() []TypeParam {
	if f.Recv != nil {
		return f.Recv.TypeParams
	}
	return f.TypeParams
}

// Symbol returns the name that tells the function apart in its package: Func,
// or Type.Func for a method.
func (f *Func) Symbol() string {
	if f.Implements() {
		return f.Home.Interface.Name + "." + f.Name
	}
	if f.Recv != nil {
		return f.Recv.TypeName + "." + f.Name
	}
	return f.Name
}

// ID returns the function's name in a running process, import/path.Func or
// import/path.Type.Func.
func (f *Func) ID() string { return f.File.Package.Path + "." + f.Symbol() }

// Position resolves a place in the function's syntax tree; //line comments do not
// count.
func (f *Func) Position(pos token.Pos) token.Position {
	return f.File.Package.Fset.PositionFor(pos, false)
}

// TypeString spells t as the user's file would, for messages and comments.
func (f *Func) TypeString(t types.Type) string {
	return types.TypeString(t, func(pkg *types.Package) string {
		if pkg.Path() == f.File.Package.Path {
			return ""
		}
		return pkg.Name()
	})
}

// IsError tells whether t is the predeclared type error.
func IsError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// IsNamed tells whether t is the type of a name that package path declares, or an
// alias of it.
func IsNamed(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	return named.Obj().Pkg().Path() == path && named.Obj().Name() == name
}
