package generator

import (
	"slices"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// decode turns every directive into options. Where the innermost one makes the
// function that the others are for, it comes first.
func (c *chain) decode() {
	if c.below != nil {
		c.fn, c.dead = c.below.fn, c.below.dead
	}
	last := len(c.directives) - 1
	reshapes := c.known[c.directives[last].Name].Reshapes()
	if reshapes {
		c.reshape(c.directives[last])
	}
	for _, a := range c.directives {
		c.decodeOne(a)
	}
}

// reshape makes the function that the chain is for of the one that its innermost
// directive stands on.
func (c *chain) reshape(a annotations.Annotation) {
	made := *c
	made.problems, made.steps = new(diag.List), nil
	made.decodeOne(a)
	s := made.steps[0]
	if s.broken || c.dead {
		c.dead = true // decoding it again reports why
		return
	}
	s.pass = decorator.NewPass(c.fn, a, c.claims, func(d diag.Diagnostic) { c.report(a, d) })
	if c.standsOnMade(s) {
		c.dead = true
		return
	}
	fn := s.entry.Reshape(s.pass, s.options)
	if fn == nil {
		c.dead = true
		return
	}
	c.fn = fn
}

func (c *chain) decodeOne(a annotations.Annotation) {
	entry, ok := c.known[a.Name]
	switch {
	case a.Name == model.DefaultsDirective:
		c.problems.Add(a.Problem(a.Pos, len(a.Text)+2, "on "+c.fn.Symbol()+": bunsui:defaults stands in the doc comment of the package clause"))
		return
	case !ok:
		c.problems.Add(annotations.Unknown(a, directiveNames()))
		return
	}
	a, unset := entry.Schema.WithDefaults(a, c.fn.File.Package.Defaults[a.Name].Annotation, c.fits)
	c.problems.Add(unset...)
	a.Broken = a.Broken || c.mayLack(entry.Schema)
	pass := decorator.NewPass(c.fn, a, c.claims, func(d diag.Diagnostic) { c.report(a, d) })
	options, problems := entry.Schema.Decode(a)
	c.problems.Add(problems...)
	c.steps = append(c.steps, step{entry: entry, pass: pass, options: options, broken: confusing(entry.Schema, a, problems)})
}

// confusing tells whether one of problems may be the cause of what a check of the
// function would find. A wrong number or duration is not: the check goes on, so
// that one run reports as much as it can.
func confusing(schema *annotations.Schema, a annotations.Annotation, problems diag.List) bool {
	return slices.ContainsFunc(problems, func(d diag.Diagnostic) bool {
		if d.Pos == a.NamePos {
			return a.Broken // else an option is missing
		}
		i := slices.IndexFunc(a.Args, func(arg annotations.Arg) bool {
			return holds(arg, d)
		})
		if i < 0 || a.Args[i].Broken {
			return true
		}
		option := schema.Option(a.Args[i].Key)
		return option == nil || !option.IsScalar()
	})
}
