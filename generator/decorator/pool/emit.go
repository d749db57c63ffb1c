package pool

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// emitter writes what one pool needs.
type emitter struct {
	*plan
	file *emit.File
	// next is the constructor.
	next string
	as   string
}

func write(f *emit.File, layer decorator.Layer, p *plan) decorator.Code {
	e := &emitter{plan: p, file: f, next: layer.Names.Next, as: strings.TrimPrefix(layer.Pass.Annotation.String(), "//bunsui:")}
	return decorator.Code{
		State:   []jen.Code{e.variable()},
		Func:    e.with(),
		Support: []jen.Code{e.factory()},
	}
}

// none is a function without parameters, in which the resource's type can be spelled.
func (e *emitter) none() *model.Func { return &model.Func{File: e.fn.File} }

// variable is the pool:
//
//	var ConnPool = pool.NewFrom[*Conn](connPoolFactory{})
func (e *emitter) variable() jen.Code {
	return e.file.Func(e.none(), func(w *emit.Func) jen.Code {
		about := fmt.Sprintf("%s has what %s makes, as %s says. It works as it is; its method Start opens resources beforehand and looks after idle ones, and Close ends all.",
			e.names.pool, e.next, e.as)
		return jen.Add(emit.Comment(about), jen.Line(), jen.Var().Id(e.names.pool).Op("=").
			Add(w.Runtime("pool", "NewFrom")).Types(w.Type(e.resource)).Call(w.Ident(e.names.factory).Values()))
	})
}

// with lends a resource:
//
//	func WithConn(ctx context.Context, f func(context.Context, *Conn) error) error {
//		return ConnPool.With(ctx, f)
//	}
func (e *emitter) with() jen.Code {
	return e.file.Func(e.none(), func(w *emit.Func) jen.Code {
		ctx, use := w.Local("ctx"), w.Local("use")
		about := fmt.Sprintf("%s calls %s with a resource of %s, which goes back when that returns, and must not be kept.", e.names.with, use, e.names.pool)
		used := jen.Func().Params(w.Std("context", "Context"), w.Type(e.resource)).Add(w.Ident("error"))
		return jen.Add(emit.Comment(about), jen.Line(), jen.Func().Id(e.names.with).
			Params(jen.Id(ctx).Add(w.Std("context", "Context")), jen.Id(use).Add(used)).Add(w.Ident("error")).
			Block(jen.Return(w.Ident(e.names.pool).Dot("With").Call(jen.Id(ctx), jen.Id(use)))))
	})
}

// factory is a type, because the initialisation of the pool must not refer to functions
// of the user's:
//
//	type connPoolFactory struct{}
//
//	func (connPoolFactory) PoolOptions() pool.Options[*Conn] { return pool.Options[*Conn]{…} }
func (e *emitter) factory() jen.Code {
	about := e.names.factory + " says how " + e.names.pool + " makes its resources, and what becomes of them."
	declared := jen.Add(emit.Comment(about), jen.Line(), jen.Type().Id(e.names.factory).Struct(), jen.Line(), jen.Line())
	return declared.Add(e.file.Func(e.none(), func(w *emit.Func) jen.Code {
		options := func() *jen.Statement { return w.Runtime("pool", "Options").Types(w.Type(e.resource)) }
		about := "PoolOptions is asked for once, at the first use of the pool."
		return jen.Add(emit.Comment(about), jen.Line(), jen.Func().Params(jen.Id(e.names.factory)).Id("PoolOptions").Params().Add(options()).
			Block(jen.Return(options().Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, e.fields(w)...))))
	}))
}

func (e *emitter) fields(w *emit.Func) []jen.Code {
	var fields []jen.Code
	add := func(name string, value jen.Code) { fields = append(fields, jen.Id(name).Op(":").Add(value)) }
	add("Name", jen.Lit(e.id))
	add("New", e.constructor(w))
	if e.closes != nil {
		add("Close", e.call(w, e.closes))
	}
	if e.pings != nil {
		add("Ping", e.call(w, e.pings))
	}
	if e.resets != nil {
		add("Reset", e.call(w, e.resets))
	}
	o := e.opts
	if o.Min.Set {
		add("Min", jen.Lit(o.Min.N))
	}
	if o.Max.Set {
		add("Max", jen.Lit(o.Max.N))
	}
	for _, d := range o.durations() {
		switch {
		case e.late[d.field] != nil:
			add(d.field, w.Object(e.late[d.field]))
		case d.value.Forever:
			add(d.field, w.Runtime("pool", "None"))
		case d.value.Set:
			add(d.field, e.file.Duration(d.value.Value))
		}
	}
	if o.FailFast {
		add("FailFast", w.Ident("true"))
	}
	return fields
}

// constructor is what makes a resource: the function itself where its signature fits.
func (e *emitter) constructor(w *emit.Func) jen.Code {
	if e.fn.HasContext() && e.fn.HasError() {
		return w.Ident(e.next)
	}
	ctx, args := "_", []jen.Code(nil)
	if e.fn.HasContext() {
		ctx = w.Local("ctx")
		args = append(args, jen.Id(ctx))
	}
	results := []jen.Code{w.Ident(e.next).Call(args...)}
	if !e.fn.HasError() {
		results = append(results, w.Ident("nil"))
	}
	// func(context.Context) (*Conn, error) { return newConn(), nil }
	return jen.Func().Params(jen.Id(ctx).Add(w.Std("context", "Context"))).Params(w.Type(e.resource), w.Ident("error")).Block(jen.Return(results...))
}

// call is a function of a context and a resource that does something with it.
func (e *emitter) call(w *emit.Func, a *action) jen.Code {
	if a.object != nil && a.takesContext && a.fails {
		return w.Object(a.object)
	}
	ctx, resource := "_", w.LiteralParam("resource")
	var args []jen.Code
	if a.takesContext {
		ctx = w.LiteralParam("ctx")
		args = append(args, jen.Id(ctx))
	}
	called := jen.Id(resource).Dot("Close")
	if a.object != nil {
		called, args = w.Object(a.object), append(args, jen.Id(resource))
	}
	call := called.Call(args...)
	body := []jen.Code{jen.Return(call)}
	if !a.fails {
		body = []jen.Code{call, jen.Return(w.Ident("nil"))}
	}
	// func(_ context.Context, resource *Conn) error { return resource.Close() }
	return jen.Func().Params(jen.Id(ctx).Add(w.Std("context", "Context")), jen.Id(resource).Add(w.Type(e.resource))).
		Add(w.Ident("error")).Block(body...)
}
