package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// sibling returns the symbol of the wrapper that idents name within the interface
// whose method the directive is on, as Method, Interface.Method or Type.Method; or
// nothing.
func (c *checker) sibling(idents []string) string {
	fn := c.pass.Func
	if !fn.Implements() || len(idents) > 2 {
		return ""
	}
	method := idents[len(idents)-1]
	if len(idents) == 2 && idents[0] != fn.Home.Interface.Name && idents[0] != fn.Home.Type {
		return ""
	}
	if len(idents) == 1 && !c.ownsMethod(method) {
		return ""
	}
	return fn.Home.Type + "." + method
}

// ownsMethod tells whether a name without a qualifier means a method of the interface.
// A method without directives stands back behind a function's wrapper.
func (c *checker) ownsMethod(method string) bool {
	fn := c.pass.Func
	function := false
	for _, w := range c.pass.Facts.Wrappers(fn.File.Package.Types) {
		if w.Func.Home == fn.Home && w.Func.Name == method {
			return true
		}
		function = function || w.Symbol == method
	}
	return !function && slices.Contains(fn.Home.Interface.Methods, method)
}

// isHome tells whether a name is that of a generated type around an interface of this
// package, also of a file that this run excludes.
func (c *checker) isHome(name string) bool {
	excluded := slices.ContainsFunc(c.pass.Func.File.Package.Unbuilt, func(u model.Unbuilt) bool { return u.TypeName == name })
	return excluded || slices.ContainsFunc(c.pass.Facts.Wrappers(c.pass.Func.File.Package.Types), func(w *model.Wrapper) bool {
		return w.Func.Implements() && w.Func.Home.Type == name
	})
}

// outOfReach tells whether a wrapper keeps its results in an instance that is not the
// one whose method is called, and reports it.
func (c *checker) outOfReach(w *model.Wrapper, n named, at place) bool {
	from := c.pass.Func
	if !w.Func.Implements() || w.Func.Home == from.Home && n.receiver == nil {
		return false
	}
	name := n.spelled + n.symbol
	if n.receiver != nil {
		name = n.receiver.text() + "." + w.Func.Name
	}
	notes := []string{
		fmt.Sprintf("where the instance is at hand, call its %sCache()", w.Name),
		"a tag in common reaches all instances on the manager of the one that is called, and from a function those on the default manager",
	}
	c.report(at, notes, "%s cannot be named here: each %s keeps results of its own, and %s does not know which one is meant",
		name, w.Func.Home.Type, from.Symbol())
	return true
}

// undecorated says that a name is a method of the same interface without directives,
// or nothing.
func (c *checker) undecorated(n named) string {
	fn := c.pass.Func
	if !fn.Implements() || n.spelled != "" {
		return ""
	}
	method, own := strings.CutPrefix(n.symbol, fn.Home.Type+".")
	if !own || !slices.Contains(fn.Home.Interface.Methods, method) {
		return ""
	}
	return fmt.Sprintf("%s.%s is not cached: it has no directive in %s", fn.Home.Interface.Name, method, fn.Home.Interface.Name)
}

// spell names a wrapper as the file would in place of n: a method of the same interface
// alone, unless n is longer.
func (c *checker) spell(w *model.Wrapper, n named) string {
	if w.Func.Implements() && w.Func.Home == c.pass.Func.Home && !strings.Contains(n.symbol, ".") {
		return w.Name
	}
	return n.spelled + w.Symbol
}

// sameInstance settles the type parameters of a target in the instance that is
// called: they are those that it has.
func (c *checker) sameInstance(call annotations.Call, t *target) bool {
	if len(call.TypeArgs) > 0 {
		c.report(place{call.TypeArgs[0].Pos, len(call.TypeArgs[0].Text)}, nil,
			"%s is meant of the same instance: leave out the type arguments", call.Name.Text)
		return false
	}
	t.signature, t.recv = t.wrapper.Func.Object.Signature(), t.wrapper.Func.Recv.Type
	return true
}
