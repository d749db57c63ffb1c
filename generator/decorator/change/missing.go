package change

import (
	"fmt"
	"go/types"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// noWrapper says what a name that is no wrapper is.
func (c *checker) noWrapper(n named) string {
	where := ""
	if n.spelled != "" {
		where = " in package " + n.pkg.Path()
	}
	if obj, isFunc := n.pkg.Scope().Lookup(n.symbol).(*types.Func); isFunc {
		for _, w := range c.pass.Facts.Wrappers(n.pkg) {
			if w.Func.Of != nil && w.Func.Source().Name == obj.Name() && w.Func.Recv == nil {
				return fmt.Sprintf("%s has another signature than what is kept: that is %s", n.spelled+n.symbol, n.spelled+w.Symbol)
			}
		}
		return fmt.Sprintf("%s is not cached: %s has no directive", n.spelled+n.symbol, obj.Name())
	}
	return fmt.Sprintf("there is no wrapper %s%s", n.symbol, where)
}

// unbuilt returns the base name of the excluded file in which the function of a
// wrapper is, or nothing.
func unbuilt(pkg *model.Package, symbol string) string {
	if pkg == nil {
		return ""
	}
	for _, u := range pkg.Unbuilt {
		name := decorator.Export(u.Name)
		if len(u.Chain) > 0 {
			if as, ok := u.Chain[0].Arg("as"); ok {
				name = as.Value
			}
		}
		if u.TypeName != "" {
			name = u.TypeName + "." + name
		}
		if name == symbol {
			return decorator.Place(u.Pos)
		}
	}
	return ""
}

// problemsOf shows what is wrong in a package that is only referred to, as that may
// be why a wrapper is missing.
func problemsOf(pkg *model.Package) []string {
	if pkg == nil || len(pkg.Problems) == 0 {
		return nil
	}
	d := pkg.Problems[0]
	return []string{fmt.Sprintf("package %s has errors of its own: %s: %s", pkg.Path, decorator.Place(d.Pos), d.Message)}
}
