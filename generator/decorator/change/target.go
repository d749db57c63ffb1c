package change

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A checker checks the arguments of one directive.
type checker struct {
	pass  *decorator.Pass
	roots []root
}

func newChecker(p *decorator.Pass) *checker {
	return &checker{pass: p, roots: rootsOf(p.Func)}
}

// A target is a wrapper that a directive names, with its type parameters settled.
type target struct {
	wrapper  *model.Wrapper
	typeArgs []types.Type
	// signature is that of the function, with typeArgs in it, and recv the type of
	// its receiver or nil.
	signature *types.Signature
	recv      types.Type
	// receiver is what stands before the method's name if that is a value.
	receiver *operand
	// implied tells that nothing is written there, and the function's own receiver meant.
	implied bool
	guards  []path
}

// A named wrapper is one as written, before it is looked up.
type named struct {
	// pkg is where to look and symbol what for; spelled begins every other wrapper
	// of the package as the file spells it, such as "store.".
	pkg     *types.Package
	symbol  string
	spelled string
	// receiver is what stands before the method's name if that is a value, of type
	// value.
	receiver *path
	value    types.Type
	// implied tells that it is not written, but the function's own receiver.
	implied bool
}

// target resolves the wrapper of a call, or reports why it cannot be used.
func (c *checker) target(call annotations.Call) (*target, bool) {
	at := place{call.Name.Pos, len(call.Name.Text)}
	if c.pass.Func.File.Package.Cycles[call.Name.Text] {
		return nil, false // load has reported it
	}
	made := &change{}
	name, ok := c.named(call.Name, at, made)
	if !ok {
		return nil, false
	}
	w := c.lookup(name, at)
	if w == nil || !c.usable(w, name, at) || !c.throughField(call, w, &name, at, made) {
		return nil, false
	}
	t := &target{wrapper: w, guards: made.guards, implied: name.implied}
	if name.receiver != nil {
		t.receiver = &operand{path: name.receiver, typ: name.value, at: at}
	}
	return t, c.instantiate(call, t, name)
}

// named tells in which package the wrapper is meant to be: behind a value, in this
// package, or in one that the file imports.
func (c *checker) named(n annotations.Name, at place, made *change) (named, bool) {
	own := c.pass.Func.File.Package.Types
	idents := strings.Split(n.Text, ".")
	last := len(idents) - 1
	if _, isRoot := c.root(idents[0]); isRoot && last > 0 {
		return c.behindValue(idents[:last], idents[last], at, made)
	}
	if symbol := c.sibling(idents); symbol != "" {
		return named{pkg: own, symbol: symbol}, true
	}
	pkg := c.pass.Func.File.Import(idents[0])
	_, declared := c.pass.Func.File.Package.Declared[idents[0]]
	switch {
	case last == 0 || last == 1 && (declared || c.isHome(idents[0])) || pkg == nil && last == 1 && own.Scope().Lookup(idents[0]) != nil:
		return named{pkg: own, symbol: n.Text}, true
	case pkg != nil:
		return named{pkg: pkg, symbol: strings.Join(idents[1:], "."), spelled: idents[0] + "."}, true
	}
	var names []string
	for name := range c.pass.Func.File.Imports {
		names = append(names, name)
	}
	for _, w := range c.pass.Facts.Wrappers(own) {
		if w.Func.Recv != nil {
			names = append(names, w.Func.Recv.TypeName)
		}
	}
	for _, r := range c.roots {
		names = append(names, r.name)
	}
	c.report(place{n.Pos, len(idents[0])}, []string{fmt.Sprintf("an import used only here is written import _ %q", "path/to/"+idents[0])},
		"%s: no wrapper can be found, as %s is neither a parameter, nor a type of this package, nor a package that this file imports%s",
		n.Text, idents[0], didYouMean(idents[0], sorted(names)))
	return named{}, false
}

// behindValue resolves s.Price, where s is a variable.
func (c *checker) behindValue(idents []string, method string, at place, made *change) (named, bool) {
	found, t, ok := c.resolve(idents, at, made)
	if !ok {
		return named{}, false
	}
	base := types.Unalias(t)
	if ptr, isPointer := base.(*types.Pointer); isPointer {
		base = types.Unalias(ptr.Elem())
	}
	of, isNamed := base.(*types.Named)
	own := c.pass.Func.File.Package.Types
	hidden := c.pass.Func.File.Import(idents[0])
	switch {
	case hidden != nil:
		c.report(at, nil, "%s is a variable of %s here, and hides package %s: import the package under another name, or rename the variable",
			idents[0], c.pass.Func.Name, hidden.Path())
		return named{}, false
	case !isNamed || of.Obj().Pkg() == nil:
		c.report(at, nil, "%s is %s, whose methods have no wrapper", found.text(), c.pass.TypeString(t))
		return named{}, false
	case of.Obj().Pkg() != own:
		pkg := of.Obj().Pkg()
		symbol := of.Obj().Name() + "." + method
		if w := c.wrapperOf(pkg, symbol); w != nil &&
			(c.outOfReach(w, named{pkg: pkg, symbol: symbol, receiver: &found}, at) || c.inForeignField(w, found.text()+"."+method, at)) {
			return named{}, false
		}
		c.report(at, nil, "%s is of package %s: name its type, as %s.%s.%s, and give it as the receiver's name",
			found.text(), pkg.Path(), pkg.Name(), of.Obj().Name(), method)
		return named{}, false
	}
	return named{pkg: own, symbol: of.Obj().Name() + "." + method, receiver: &found, value: t}, true
}

// lookup finds a wrapper, or reports that there is none.
func (c *checker) lookup(n named, at place) *model.Wrapper {
	near := make(map[string]string) // what to write, by what it may have been meant by
	var elsewhere *model.Wrapper    // a method of an interface that has the name
	for _, w := range c.pass.Facts.Wrappers(n.pkg) {
		meant := w.Symbol == n.symbol || w.Func.Symbol() == n.symbol
		switch {
		case meant && c.outOfReach(w, n, at):
			return nil
		case w.Symbol == n.symbol:
			return w
		case meant:
			c.report(at, nil, "%s is the function behind %s: name its wrapper", n.symbol, n.spelled+w.Symbol)
			return nil
		case w.Func.Implements() && w.Func.Home != c.pass.Func.Home:
			if w.Func.Name == n.symbol {
				elsewhere = w
			}
		case w.Cached != nil && (n.spelled == "" || token.IsExported(w.Cached.Handle)):
			c.addNear(near, w, n)
		}
	}
	if elsewhere != nil && c.outOfReach(elsewhere, n, at) {
		return nil
	}
	pkg := c.pass.Facts.Package(n.pkg)
	if excluded := unbuilt(pkg, n.symbol); excluded != "" {
		c.report(at, nil, "%s is in %s, which the build constraints of this run exclude: give both functions the same constraints", n.spelled+n.symbol, excluded)
		return nil
	}
	if why := c.undecorated(n); why != "" {
		c.report(at, nil, "%s", why)
	} else {
		c.report(at, problemsOf(pkg), "%s%s", c.noWrapper(n), didYouMeanAny(n.spelled+n.symbol, near))
	}
	return nil
}

// usable tells whether the generated file can reach the results of a wrapper, and
// reports it if not.
func (c *checker) usable(w *model.Wrapper, n named, at place) bool {
	name := n.spelled + n.symbol
	from, fn := c.pass.Func, w.Func
	foreign := fn.File.Package.Types != from.File.Package.Types
	if c.inForeignField(w, name, at) {
		return false
	}
	switch {
	case fn == from:
		c.report(at, nil, "%s is the wrapper of this very function, which would change what it has just kept", name)
	case w.Problem != nil:
		c.report(at, nil, "%s cannot be used, as its own directives have errors, at %s: %s", name, decorator.Place(w.Problem.Pos), w.Problem.Message)
	case w.Cached == nil:
		c.report(at, nil, "%s is not cached: %s has only %s", name, fn.Symbol(), strings.Join(w.Directives, ", "))
	case foreign && !token.IsExported(w.Cached.Handle):
		c.report(at, nil, "%s is not exported by package %s", name, fn.File.Package.Path)
	case foreign && fn.File.Package.Name == "main":
		c.report(at, nil, "%s is in a program, %s, which nothing can import", name, fn.File.Package.Path)
	case foreign && !model.Importable(fn.File.Package.Path, from.File.Package.Path):
		c.report(at, nil, "%s is in package %s, which this package cannot import", name, fn.File.Package.Path)
	case !foreign && fn.File.Test && !from.File.Test:
		c.report(at, nil, "%s is in a test, %s, which other code cannot use", name, decorator.Place(fn.Pos))
	case w.Cached.Vary && !from.HasContext():
		c.report(at, nil, "the key of %s varies by the context, and %s takes none", name, from.Name)
	case (w.Cached.Strict || w.Cached.Vary) && !from.HasError():
		why := "is strict"
		if w.Cached.Vary {
			why = "varies by the context"
		}
		c.report(at, nil, "%s %s, so a change of it can fail, and %s returns no error: give it an error result", name, why, from.Name)
	default:
		return true
	}
	return false
}
