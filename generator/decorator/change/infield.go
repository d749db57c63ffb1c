package change

import (
	"fmt"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// throughField settles which value's field a wrapper with in= is reached through: what
// stands before the method's name, or else the receiver. It reports if there is none.
func (c *checker) throughField(call annotations.Call, w *model.Wrapper, n *named, at place, made *change) bool {
	home, from := w.Cached.Home, c.pass.Func
	switch {
	case home == nil || home.Interface != nil:
		return true
	case home.Broken:
		return false // that was reported
	case len(call.TypeArgs) > 0:
		c.report(place{call.TypeArgs[0].Pos, len(call.TypeArgs[0].Text)}, nil,
			"%s is meant of one %s, whose type says them: leave out the type arguments", call.Name.Text, home.Owner)
		return false
	case n.receiver != nil:
		c.guardOwner(*n.receiver, n.value, made)
		return true
	case from.Recv != nil && !from.Implements() && from.Recv.TypeName == home.Owner:
		n.receiver = &path{root: root{name: from.Recv.Name, kind: fromReceiver, typ: from.Recv.Type}}
		n.value, n.implied = from.Recv.Type, true
		return true
	}
	c.report(at, []string{c.whichOwner(w)}, "%s cannot be named here: each %s keeps results of its own in %s, and %s does not say which %s is meant",
		call.Name.Text, home.Owner, home.Field, from.Symbol(), home.Owner)
	return false
}

// guardOwner notes that a pointer may be nil and then has no caches. The receiver is
// taken to be none, as its methods take it.
func (c *checker) guardOwner(owner path, t types.Type, made *change) {
	_, isPointer := types.Unalias(t).(*types.Pointer)
	if isPointer && (owner.root.kind != fromReceiver || len(owner.fields) > 0) {
		made.guard(owner)
	}
}

// whichOwner says how to name a wrapper whose results are in a field.
func (c *checker) whichOwner(w *model.Wrapper) string {
	owner := w.Cached.Home.Owner
	for _, r := range c.roots {
		if ownerOf(r.typ, w.Func.File.Package.Types) == owner {
			return fmt.Sprintf("write %s.%s", r.name, w.Name)
		}
	}
	return fmt.Sprintf("name a parameter of type *%s before it, as in st.%s", owner, w.Name)
}

// addNear adds a wrapper as the file would spell it in place of n, unless it would be
// refused there: one with in= is named behind its value, or by its type in its methods.
func (c *checker) addNear(near map[string]string, w *model.Wrapper, n named) {
	spelled, home, from := c.spell(w, n), w.Cached.Home, c.pass.Func
	if home == nil || home.Interface != nil {
		near[spelled] = spelled
		return
	}
	for _, r := range c.roots {
		if ownerOf(r.typ, w.Func.File.Package.Types) == home.Owner && n.spelled == "" {
			near[spelled] = r.name + "." + w.Name
			return
		}
	}
	if from.Recv != nil && !from.Implements() && from.Recv.TypeName == home.Owner && n.spelled == "" {
		near[spelled] = spelled // its receiver has no name
	}
}

// ownerOf returns the name of the type of pkg that t is, or points to.
func ownerOf(t types.Type, pkg *types.Package) string {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	if of, ok := t.(*types.Named); ok && of.Obj().Pkg() == pkg {
		return of.Obj().Name()
	}
	return ""
}

// inForeignField tells whether a wrapper of another package keeps its results in a
// field, which only that package reaches, and reports it.
func (c *checker) inForeignField(w *model.Wrapper, name string, at place) bool {
	if w.Cached == nil || w.Cached.Home == nil || w.Func.File.Package.Types == c.pass.Func.File.Package.Types {
		return false
	}
	home := w.Cached.Home
	if home.Interface != nil || home.Broken {
		return false
	}
	c.report(at, []string{
		fmt.Sprintf("let a method of %s have the directive, and do what changes the results", home.Owner),
	}, "%s cannot be reached: its results are in %s.%s, a field that belongs to package %s",
		name, home.Owner, home.Field, w.Func.File.Package.Path)
	return true
}

// wrapperOf returns the wrapper of a package that has a symbol, which for a method of an
// interface may be that of either type, or nil. It goes by the
// path, as a package that no directive names may be known from its export data only.
func (c *checker) wrapperOf(pkg *types.Package, symbol string) *model.Wrapper {
	for _, w := range c.pass.Facts.All() {
		if (w.Symbol == symbol || w.Func.Implements() && w.Func.Symbol() == symbol) && w.Func.File.Package.Path == pkg.Path() {
			return w
		}
	}
	return nil
}
