package model

import (
	"go/token"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
)

// Facts are what decorators know of each other's functions. They are collected
// from every package of a run before any directive is planned, and only read
// afterwards.
type Facts struct {
	// Whole tells that the run sees every package of the module.
	Whole bool

	packages map[*types.Package]*Package
	wrappers map[*types.Package][]*Wrapper
	all      []*Wrapper
}

// A Wrapper is what stands for one annotated function.
type Wrapper struct {
	Func *Func
	// Name is what callers call, and Symbol its name in the package: Price and
	// Shop.Price.
	Name, Symbol string
	// ID is its name in a running process.
	ID string
	// Directives are the names of the function's directives, outermost first.
	Directives []string
	// Cached is nil if the wrapper keeps no results, or if too little of its
	// directive could be read to tell how.
	Cached *Cached
	// Pool is nil unless the directive makes a pool.
	Pool *Pool
	// Problem is one of the errors in the function's own directives, or nil. It is
	// complete only for packages that nothing is generated for.
	Problem *diag.Diagnostic
}

// Cached is a function whose results are kept: what others must know to reach
// them through the generated handle.
type Cached struct {
	// ID is the function's name in a running process.
	ID string
	// Handle is the variable that reaches the results; for a generic function it is
	// a function of the type parameters that returns it.
	Handle string
	// Home holds the handle, which the home's method Accessor returns, if there is no
	// such variable.
	Home     *Home
	Accessor string
	// Receiver tells that the handle's methods take the receiver, and Params are
	// the arguments of the function, by index, that they take after it.
	Receiver bool
	Params   []int
	// Vary tells that the key has values of the context in it.
	Vary bool
	// Strict tells that the handle's methods return the errors of the store.
	Strict bool
	// Template is the text of the key, or nil if it is not said.
	Template *annotations.Template
	// Tags are the tags of each result.
	Tags []annotations.Template
	// Shared tells that the results leave the process.
	Shared bool
}

// A Pool is a generated variable that has resources of a type.
type Pool struct {
	Handle string
	Type   types.Type
}

// Pooled is the name of the directive by which functions take their resource from a pool.
const Pooled = "pooled"

// An Unbuilt is an annotated function in a file that the build constraints of
// this run exclude.
type Unbuilt struct {
	Path string
	Pos  token.Position
	// Name is the function's, and TypeName that of its receiver's type or empty.
	Name, TypeName string
	Chain          []annotations.Annotation
}

// AddPackage makes a package known, with or without wrappers.
func (f *Facts) AddPackage(pkg *Package) {
	if f.packages == nil {
		f.packages = make(map[*types.Package]*Package)
		f.wrappers = make(map[*types.Package][]*Wrapper)
	}
	f.packages[pkg.Types] = pkg
}

// Add makes a wrapper known.
func (f *Facts) Add(w *Wrapper) {
	pkg := w.Func.File.Package
	f.AddPackage(pkg)
	f.wrappers[pkg.Types] = append(f.wrappers[pkg.Types], w)
	f.all = append(f.all, w)
}

// Package returns the package that types belongs to, or nil if the run has not
// looked for wrappers in it.
func (f *Facts) Package(pkg *types.Package) *Package { return f.packages[pkg] }

// Wrappers returns the wrappers of a package in the order of its sources. The
// caller must not change the slice.
func (f *Facts) Wrappers(pkg *types.Package) []*Wrapper { return f.wrappers[pkg] }

// All returns all wrappers that are known. The caller must not change the slice.
func (f *Facts) All() []*Wrapper { return f.all }
