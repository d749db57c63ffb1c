package copier

import (
	"go/types"
	"slices"

	"github.com/bunsui/bunsui-go/generator/model"
)

// typeParams are the type parameters that a function with t in its signature has:
// those of t, and those of their constraints.
func typeParams(t types.Type) []model.TypeParam {
	found := mentioned(t)
	for i := 0; i < len(found); i++ {
		for _, p := range mentioned(found[i].Type.Constraint()) {
			found = addParam(found, p.Type)
		}
	}
	return found
}

func addParam(params []model.TypeParam, t *types.TypeParam) []model.TypeParam {
	if slices.ContainsFunc(params, func(p model.TypeParam) bool { return p.Type == t }) {
		return params
	}
	return append(params, model.TypeParam{Name: t.Obj().Name(), Type: t})
}

// mentioned are the type parameters in the spelling of t, in its order.
func mentioned(t types.Type) []model.TypeParam {
	var c collector
	c.visit(t)
	return c.found
}

// A collector finds type parameters.
type collector struct{ found []model.TypeParam }

func (c *collector) visit(t types.Type) {
	switch t := t.(type) {
	case *types.TypeParam:
		c.found = addParam(c.found, t)
	case *types.Alias:
		c.visitList(t.TypeArgs())
	case *types.Named:
		c.visitList(t.TypeArgs())
	case *types.Map:
		c.visit(t.Key())
		c.visit(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			c.visit(f.Type())
		}
	case *types.Signature:
		c.visitVars(t.Params())
		c.visitVars(t.Results())
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			c.visit(m.Type())
		}
		for embedded := range t.EmbeddedTypes() {
			c.visit(embedded)
		}
	case *types.Union:
		for term := range t.Terms() {
			c.visit(term.Type())
		}
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		c.visit(t.Elem())
	}
}

func (c *collector) visitList(list *types.TypeList) {
	for arg := range list.Types() {
		c.visit(arg)
	}
}

func (c *collector) visitVars(vars *types.Tuple) {
	for v := range vars.Variables() {
		c.visit(v.Type())
	}
}
