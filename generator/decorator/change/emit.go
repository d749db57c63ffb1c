package change

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

func write(f *emit.File, layer decorator.Layer, p *plan) decorator.Code {
	return decorator.Code{
		Func: f.Layer(layer.Pass.Func, layer.Names, layer.Doc, func(l *emit.Layer) []jen.Code {
			e := &emitter{Layer: l, plan: p}
			return e.body()
		}),
	}
}

// An emitter writes the body of one wrapper.
type emitter struct {
	*emit.Layer
	*plan
	// results are the variables of all results.
	results []string
	// succeeded is a variable that tells whether the call returned no error, where
	// only some changes depend on that.
	succeeded string
	// failed is the error of one change among several.
	failed string
}

func (e *emitter) body() []jen.Code {
	call, results := e.NameResults(e.CallNext(e.Layer.Ctx.ID()))
	e.results = results
	body := []jen.Code{call}
	if e.Fn.HasError() {
		body = append(body, e.afterError()...)
	}
	ctx, prepared := e.context()
	body = append(body, prepared...)
	if e.isLast() {
		// return result, GetUserCache.Invalidate(context.WithoutCancel(ctx), u.ID)
		returned := e.ids(e.results[:len(e.results)-1])
		return append(body, jen.Return(append(returned, e.call(e.changes[0], ctx))...))
	}
	if !e.Fn.HasError() {
		body = append(body, emit.Comment("Without an error result there is nothing to return: a cache that is not strict reports by itself what its store refuses."))
	}
	for _, c := range e.changes {
		body = append(body, e.change(c, ctx))
	}
	if len(e.results) > 0 {
		body = append(body, jen.Return(e.ids(e.results)...))
	}
	return body
}

func (e *emitter) ids(names []string) []jen.Code {
	var codes []jen.Code
	for _, name := range names {
		codes = append(codes, jen.Id(name))
	}
	return codes
}

func (e *emitter) err() string { return e.results[len(e.results)-1] }

// afterError leaves after an error, unless some changes follow it.
func (e *emitter) afterError() []jen.Code {
	always := func(c change) bool { return c.always }
	switch {
	case !slices.ContainsFunc(e.changes, always):
		// if err != nil { return result, err }
		return []jen.Code{jen.If(jen.Id(e.err()).Op("!=").Add(e.Ident("nil"))).Block(jen.Return(e.ids(e.results)...))}
	case slices.ContainsFunc(e.changes, func(c change) bool { return !c.always }):
		e.succeeded = e.Local("succeeded")
		// succeeded := err == nil
		return []jen.Code{jen.Id(e.succeeded).Op(":=").Id(e.err()).Op("==").Add(e.Ident("nil"))}
	default:
		return nil
	}
}

// context gives the context of the changes, which happen even if the caller has
// left meanwhile. Several share a variable.
func (e *emitter) context() (ctx func() *jen.Statement, prepared []jen.Code) {
	detached := func() *jen.Statement {
		if e.Ctx.Name == "" {
			return e.Std("context", "Background").Call()
		}
		return e.Std("context", "WithoutCancel").Call(e.Ctx.ID())
	}
	if len(e.changes) == 1 {
		return detached, nil
	}
	if e.Ctx.Name != "" {
		// ctx = context.WithoutCancel(ctx)
		return e.Ctx.ID, []jen.Code{e.Ctx.ID().Op("=").Add(detached())}
	}
	local := e.Local("ctx")
	return func() *jen.Statement { return jen.Id(local) }, []jen.Code{jen.Id(local).Op(":=").Add(detached())}
}

// isLast tells whether the wrapper can end with the only change.
func (e *emitter) isLast() bool {
	only := e.changes[0]
	return len(e.changes) == 1 && e.Fn.HasError() && !only.always && len(only.guards) == 0 && !only.isPattern()
}

func (c change) isPattern() bool { return c.text != nil && c.text.pattern }

// change writes one change and what becomes of its error.
func (e *emitter) change(c change, ctx func() *jen.Statement) jen.Code {
	statement := e.statement(c, ctx)
	condition := e.condition(c)
	if condition == nil {
		return statement
	}
	return jen.If(condition).Block(statement)
}

// statement joins the error of a change to the function's.
func (e *emitter) statement(c change, ctx func() *jen.Statement) jen.Code {
	failure := func(name string) *jen.Statement {
		if c.isPattern() {
			return jen.List(jen.Id("_"), jen.Id(name))
		}
		return jen.Id(name)
	}
	switch {
	case !e.Fn.HasError():
		// _ = GetUserCache.Invalidate(ctx, u.ID)
		return failure("_").Op("=").Add(e.call(c, ctx))
	case len(e.changes) == 1 && !c.always:
		// err = GetUserCache.Invalidate(ctx, u.ID)
		return failure(e.err()).Op("=").Add(e.call(c, ctx))
	}
	// if failed := GetUserCache.Invalidate(ctx, u.ID); failed != nil { err = errors.Join(err, failed) }
	if e.failed == "" {
		e.failed = e.Local("failed")
	}
	return jen.If(failure(e.failed).Op(":=").Add(e.call(c, ctx)), jen.Id(e.failed).Op("!=").Add(e.Ident("nil"))).Block(
		jen.Id(e.err()).Op("=").Add(e.Std("errors", "Join")).Call(jen.Id(e.err()), jen.Id(e.failed)))
}

// condition is true where a change has to happen, or nil if it always has.
func (e *emitter) condition(c change) *jen.Statement {
	var terms []jen.Code
	if e.succeeded != "" && !c.always {
		terms = append(terms, jen.Id(e.succeeded))
	}
	for _, at := range c.guards {
		terms = append(terms, e.path(at).Op("!=").Add(e.Ident("nil")))
	}
	if len(terms) == 0 {
		return nil
	}
	all := jen.Null()
	for i, term := range terms {
		if i > 0 {
			all.Op("&&")
		}
		all.Add(term)
	}
	return all
}
