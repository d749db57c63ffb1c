package cached

import (
	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// keyMethod makes a key from arguments: with vary= also an error.
func (e *emitter) keyMethod() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		a, vars := e.methodArguments(w, false)
		if e.key.receiver && !e.keyReadsReceiver() {
			vars = vars[1:] // only the handle's methods need it
		}
		params := w.Decls(vars)
		if e.keyNeedsContext() {
			params = append([]jen.Code{jen.Id(a.ctx).Add(w.Std("context", "Context"))}, params...)
		}
		result := jen.Code(e.keyTypeOf(w))
		if e.key.hasVary() {
			result = jen.Params(e.keyTypeOf(w), w.Ident("error"))
		}
		return jen.Add(emit.Comment("key tells one call of "+e.names.wrapper+" from others."), jen.Line(),
			jen.Func().Params(jen.Op("*").Add(e.handleTypeOf(w))).Id("key").Params(params...).Add(result).
				Block(e.keyBody(w, a)...))
	})
}

func (e *emitter) keyBody(w *emit.Func, a arguments) []jen.Code {
	var body []jen.Code
	values := make([]jen.Code, len(e.key.parts))
	ok, none := w.Local("ok"), w.Local("none")
	for i, part := range e.key.parts {
		source := func() *jen.Statement { return a.at(*part.path) }
		if part.vary != nil {
			name := w.Local(decorator.Unexport(part.field))
			body = append(body, e.varyValue(w, a, part, varyLocals{name, ok, none})...)
			source = func() *jen.Statement { return jen.Id(name) }
		}
		if part.fn != nil {
			source = func() *jen.Statement { return e.callKeyFunc(w, a, part.fn) }
		}
		values[i] = valueOf(w, source, part.how)
		if e.names.key != "" {
			values[i] = jen.Id(part.field).Op(":").Add(values[i])
		}
	}
	key := values[0]
	if e.names.key != "" {
		key = e.keyTypeOf(w).Values(values...)
	}
	if e.key.hasVary() {
		return append(body, jen.Return(key, w.Ident("nil")))
	}
	return append(body, jen.Return(key))
}

// varyLocals are the names of what one vary= function returns, and of no key.
type varyLocals struct{ value, ok, none string }

// varyValue asks one vary= function, and returns its error if it has no value.
func (e *emitter) varyValue(w *emit.Func, a arguments, part part, local varyLocals) []jen.Code {
	// tenant, ok := auth.Tenant(ctx)
	ask := jen.List(jen.Id(local.value), jen.Id(local.ok)).Op(":=").Add(w.Object(part.vary)).Call(jen.Id(a.ctx))
	// var none GetUserKey; return none, &cache.VaryError{Func: "…", By: "auth.Tenant"}
	failure := jen.Op("&").Add(w.Runtime("cache", "VaryError")).Values(
		jen.Id("Func").Op(":").Lit(e.id), jen.Id("By").Op(":").Lit(part.vary.Pkg().Name()+"."+part.vary.Name()))
	return []jen.Code{ask, jen.If(jen.Op("!").Id(local.ok)).Block(
		jen.Var().Id(local.none).Add(e.keyTypeOf(w)),
		jen.Return(jen.Id(local.none), failure),
	)}
}

func (e *emitter) callKeyFunc(w *emit.Func, a arguments, fn *keyFunc) *jen.Statement {
	var codes []jen.Code
	if fn.ctx {
		codes = append(codes, jen.Id(a.ctx))
	}
	if fn.receiver {
		codes = append(codes, a.recv.ID())
	}
	for _, arg := range a.args {
		codes = append(codes, arg.Pass())
	}
	return w.Object(fn.object).Call(codes...)
}
