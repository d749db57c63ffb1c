// Package copier writes the functions that copy a result with all that it holds,
// without reflection: a cache that hands out copies calls them, so that no caller
// can change what another one sees. It decides whether a type can be copied at
// all, and says which field is to blame where it cannot. When to copy is the
// business of the decorators.
//
// A copy is equal to its original, nil where that is nil and empty where that is
// empty, and shares no memory with it that anybody could change. These remain:
//
//   - strings, and values of the standard library that nothing can change after
//     they were made (*time.Location, *regexp.Regexp, *url.Userinfo, reflect.Type),
//     are shared;
//   - keys of maps are kept as they are: a pointer in a key is what tells entries
//     apart, so that a copy of it would be found by nobody;
//   - two pointers to one thing inside a value become pointers to two copies;
//   - a slice's capacity beyond its length is not kept;
//   - a type with a method Clone or DeepCopy is copied by that method, however
//     deep it goes. It is not called for nil, but for an interface that holds a
//     nil pointer.
//
// A type that can hold itself is refused, even if no value ever does: a cycle would
// be copied without end. So are locks, channels, functions, and interfaces without
// such a method.
package copier

import (
	"fmt"
	"go/types"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Set plans the copying of one generated file. Results that are made of the same
// types share the functions for those, within the file: another one may be
// excluded by build constraints.
type Set struct {
	// own is the path of the package that the file belongs to.
	own  string
	pick func(want, what string) string
	// nodes are the types so far, by their spelling, which few types share.
	nodes map[string][]*node
}

// NewSet prepares the copying of one file. own is the import path of its package.
// pick is called for each package-level name that is to be declared, in an order
// that depends on the types only; it returns want, or a name like it that nothing
// in the package has. what tells what the name is for.
func NewSet(own string, pick func(want, what string) string) *Set {
	return &Set{own: own, pick: pick, nodes: make(map[string][]*node)}
}

// A Plan tells how values of one type are copied.
type Plan struct {
	root *node
	// owned are the functions that are emitted with this plan.
	owned []function
}

// A Problem is a part of a type that cannot be copied.
type Problem struct {
	// Path leads to the part: User.Owner.Notify.
	Path string
	// Why completes a sentence that begins with the path: "is a channel".
	Why string
	// Advice tells how to mend it.
	Advice string
}

// String says what is wrong in a sentence.
func (p Problem) String() string { return p.Path + " " + p.Why }

// Plan decides how values of type t are copied. If there are problems, the plan is
// nil and nothing is declared.
func (s *Set) Plan(t types.Type) (*Plan, []Problem) {
	b := newBuilder(s)
	root := b.node(t, model.RootPath(t), model.RootPath(t))
	if len(b.problems) == 0 && !root.plain() && !spellable(t, s.own) {
		b.report(model.RootPath(t), "is of a type that this package cannot name", adviceFunc)
	}
	n := needs{uses: make(map[*node]int), within: make(map[*node]bool)}
	if len(b.problems) == 0 {
		n.root(root)
	}
	if n.inlined > maxInlined {
		b.report(model.RootPath(t), fmt.Sprintf("unfolds to more than %d fields of types that this package cannot name", maxInlined), adviceFunc)
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	s.nodes = b.nodes
	return &Plan{root: root, owned: s.name(n)}, nil
}

// Plain tells that a copy of a value needs no more than an assignment. Copy then
// returns the value itself.
func (p *Plan) Plain() bool { return p.root.plain() }

// Copy spells an expression that is a copy of value, which must spell a variable,
// a field or a call: it is evaluated once. value is part of what is returned and
// must not be used again.
func (p *Plan) Copy(w *emit.Func, value *jen.Statement) *jen.Statement {
	b := body{Func: w}
	if p.root.valueFunc != "" {
		return b.call(p.root.valueFunc, p.root, value)
	}
	return b.expression(p.root, value)
}

// Emit writes the functions that no earlier plan of the set has declared.
func (p *Plan) Emit(f *emit.File) []emit.Code {
	w := writer{file: f}
	var codes []emit.Code
	for _, fn := range p.owned {
		codes = append(codes, w.function(fn))
	}
	return codes
}

// Predeclared returns the names of Go's own that copying a value needs, in order. A
// package that declares one of them for something else cannot have the functions.
func (p *Plan) Predeclared() []string {
	used := make(map[string]bool)
	p.root.predeclared(used, make(map[*node]bool))
	names := make([]string, 0, len(used))
	for name := range used {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
