package cached

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/copier"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// A copying is the plan of how callers get results of their own.
type copying struct {
	// made are the copies of each result, or user is the function that copies the
	// only one.
	made []*copier.Plan
	user *resultFunc
}

func (c copying) wanted() bool { return c.user != nil || !c.plain() }

// plain tells that there is nothing in the results that callers could change for
// each other, or that nobody asked for copies.
func (c copying) plain() bool {
	for _, plan := range c.made {
		if !plan.Plain() {
			return false
		}
	}
	return true
}

func planCopying(p *decorator.Pass, o *Options) copying {
	var c copying
	if !o.Copy.On {
		return c
	}
	if o.Alias {
		p.ReportOption("copy", nil, "copy and alias exclude each other: callers share a result, or each has its own")
	}
	if o.Copy.Name.Set() {
		c.user = findCopy(p, o.Copy.Name)
		return c
	}
	set := decorator.OfFile(p, "copier", func() *copier.Set {
		return copier.NewSet(p.Func.File.Package.Path, func(want, what string) string { return p.Modest(want, "Deep", what) })
	})
	for _, result := range p.Func.Values() {
		plan, problems := set.Plan(result.Type)
		for _, problem := range problems {
			p.ReportOption("copy", []string{problem.Advice}, "%s", problem)
		}
		if plan != nil {
			c.made = append(c.made, plan)
			checkPredeclared(p, "to copy results", plan.Predeclared()...)
		}
	}
	return c
}

// findCopy resolves copy=fn.
func findCopy(p *decorator.Pass, name annotations.Name) *resultFunc {
	values := p.Func.Values()
	if len(values) != 1 {
		p.ReportAt(name.Pos, len(name.Text), nil,
			"%s returns several results, and a function copies one: write copy alone, or let it return one struct", p.Func.Name)
		return nil
	}
	return findResultFunc(p, "copy", name, p.TypeString(values[0].Type), func(result types.Type) bool {
		return types.Identical(result, values[0].Type)
	})
}

// copied spells copies of the results that a variable of type V holds, or the
// results themselves.
func (e *emitter) copied(w *emit.Func, value string) []jen.Code {
	codes := e.spread(value)
	for i := range codes {
		codes[i] = e.copyOf(w, i, jen.Add(codes[i]))
	}
	return codes
}

// copyOf spells a copy of one result.
func (e *emitter) copyOf(w *emit.Func, i int, value *jen.Statement) *jen.Statement {
	switch {
	case e.copies.user != nil:
		called := w.Object(e.copies.user.object)
		if e.copies.user.generic {
			called.Add(w.TypeArgList(e.fn))
		}
		return called.Call(value)
	case e.copies.made != nil:
		return e.copies.made[i].Copy(w, value)
	}
	return value
}

// returnCopies returns the results in a variable and what comes after them. A
// function of the user's is not called for a result that is none.
func (e *emitter) returnCopies(w *emit.Func, value string, none, last *jen.Statement) []jen.Code {
	var body []jen.Code
	if e.copies.user != nil {
		// if err != nil { return value, err }
		body = append(body, jen.If(none).Block(jen.Return(append(e.spread(value), last.Clone())...)))
	}
	return append(body, jen.Return(append(e.copied(w, value), last)...))
}

// copySeq iterates over copies:
//
//	func(yield func(int64, *User) bool) {
//		for key, value := range h.entries.All() {
//			if !yield(key, copyUser(value)) {
//				return
//			}
//		}
//	}
func (e *emitter) copySeq(m *method, from *jen.Statement) *jen.Statement {
	w := m.w
	yield, key, value := w.Local("yield"), w.Local("key"), w.Local("value")
	each := e.wholeCopy(w, value)
	loop := jen.For(jen.List(jen.Id(key), jen.Id(value)).Op(":=").Range().Add(from)).Block(
		jen.If(jen.Op("!").Id(yield).Call(jen.Id(key), each)).Block(jen.Return()))
	return jen.Func().Params(jen.Id(yield).Func().Params(e.keyTypeOf(w), e.valueTypeOf(w)).Add(w.Ident("bool"))).Block(loop)
}

// wholeCopy is a value of type V that is made of copies.
func (e *emitter) wholeCopy(w *emit.Func, value string) *jen.Statement {
	codes := e.copied(w, value)
	if e.names.value == "" {
		return jen.Add(codes...)
	}
	for i, name := range e.values {
		codes[i] = jen.Id(name).Op(":").Add(codes[i])
	}
	return e.valueTypeOf(w).Values(codes...)
}

// copyFuncs writes the functions that copy.
func (e *emitter) copyFuncs() []jen.Code {
	var codes []jen.Code
	for _, plan := range e.copies.made {
		codes = append(codes, plan.Emit(e.file)...)
	}
	return codes
}
