package generator

import (
	"go/token"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// collect reads the directives of the function and adds what other functions may
// have to know of it to facts.
func (c *chain) collect(facts *model.Facts) *model.Wrapper {
	before := len(*c.problems)
	c.decode()
	w := &model.Wrapper{Func: c.fn}
	if len(*c.problems) > before {
		w.Problem = &(*c.problems)[before]
	}
	for _, s := range c.steps {
		w.Directives = append(w.Directives, s.entry.Schema.Name)
	}
	common := c.given()
	if c.dead || !c.fn.Implements() && common.As == "" && (token.IsExported(c.fn.Name) || !token.IsExported(decorator.Export(c.fn.Name))) {
		facts.AddPackage(c.fn.File.Package)
		return w // without a name, which is going to be reported
	}
	names := decorator.NamesOf(c.fn, common.As)
	w.Name, w.Symbol = names.Wrapper, names.Wrapper
	if c.fn.Recv != nil {
		w.Symbol = c.fn.Recv.TypeName + "." + names.Wrapper
	}
	id := c.fn.ID()
	if common.Name != "" {
		id = common.Name
	}
	w.ID = id
	c.collectSteps(w, names, id)
	facts.Add(w)
	return w
}

// given is what the chain says about its names. What a directive makes has the name that
// this one gives it.
func (c *chain) given() decorator.Common {
	common := c.firstOptions()
	if len(c.steps) == 0 || c.dead {
		return common
	}
	if maker, ok := c.steps[len(c.steps)-1].options.(decorator.Maker); ok {
		common.As = maker.MadeName(c.fn)
	}
	if c.hidden && common.As == "" {
		common.As = decorator.Unexport(c.fn.Name) + c.steps[0].entry.Layer
	}
	return common
}

// firstOptions are the options of the whole chain, as far as the first directive
// has them.
func (c *chain) firstOptions() decorator.Common {
	if len(c.steps) > 0 {
		if has, ok := c.steps[0].options.(interface{ ChainOptions() decorator.Common }); ok {
			return has.ChainOptions()
		}
	}
	return decorator.Common{}
}

// collectSteps lets the decorators note what they know of the function.
func (c *chain) collectSteps(w *model.Wrapper, names decorator.Names, id string) {
	for _, s := range c.steps {
		if s.broken {
			continue
		}
		pass := decorator.NewPass(c.fn, s.pass.Annotation, c.claims, func(d diag.Diagnostic) {
			if w.Problem == nil {
				w.Problem = &d
			}
		})
		pass.Names, pass.ID = names, id
		s.entry.Collect(pass, s.options, w)
	}
}

// ownProblem checks a function that nothing is generated for, as far as its facts
// depend on it, and returns the first problem.
func (c *chain) ownProblem() *diag.Diagnostic {
	if len(c.steps) > 0 && !c.dead {
		c.checkTwice()
		c.checkFunc()
		c.checkPlace()
		c.layers = c.divide()
		c.nameIt()
		for i := range c.steps {
			if s := &c.steps[i]; s.entry.Collects() {
				c.planStep(s)
			}
		}
	}
	all := append(*c.problems, c.fn.File.Package.Problems...).Sorted()
	for i, d := range all {
		if d.Pos.Filename == c.fn.File.Path && c.fn.Chain[0].Pos.Line <= d.Pos.Line && d.Pos.Line <= c.fn.Pos.Line || c.isOfDefaults(d) {
			return &all[i]
		}
	}
	return nil
}
