// Package profile is the //bunsui:profile directive: calls of a function are
// counted and timed by runtime/profile. It fits every signature.
package profile

import (
	_ "embed"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:profile.
type Options struct {
	decorator.Common
}

type plan struct {
	probe string
	id    string
	// home tells that the probe is a field of the receiver.
	home bool
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, plan]{
	Name: "profile", Doc: doc, Layer: "Profiled", Plan: check, Emit: write, Fields: homeFields,
})

func check(p *decorator.Pass, _ *Options) plan {
	if p.Func.Implements() && p.Names.Wrapper != "" {
		return plan{probe: p.Field(decorator.Unexport(p.Names.Wrapper)+"Probe", "the probe"), id: p.ID, home: true}
	}
	return plan{probe: p.Hidden(p.Names.Hidden+"Probe", "the probe"), id: p.ID}
}

func write(f *emit.File, layer decorator.Layer, p plan) decorator.Code {
	code := decorator.Code{
		Func: f.Layer(layer.Pass.Func, layer.Names, layer.Doc, func(l *emit.Layer) []jen.Code {
			return body(l, p)
		}),
	}
	if !p.home {
		// getUserProbe = profile.New("example.com/store.getUser")
		code.State = []jen.Code{jen.Var().Id(p.probe).Op("=").Add(f.Runtime("profile", "New")).Call(jen.Lit(p.id))}
	}
	return code
}

// homeFields is the probe as a field of the function's home.
func homeFields(_ *emit.File, _ decorator.Layer, p plan) []decorator.Field {
	if !p.home {
		return nil
	}
	return []decorator.Field{{
		Name: p.probe,
		Type: func(w *emit.Func) jen.Code { return jen.Op("*").Add(w.Runtime("profile", "Probe")) },
		Value: func(w *emit.Func, _, _ string) jen.Code {
			return w.Runtime("profile", "New").Call(jen.Lit(p.id))
		},
	}}
}

func body(l *emit.Layer, p plan) []jen.Code {
	probe := func() *jen.Statement { return l.Ident(p.probe) }
	if p.home {
		probe = func() *jen.Statement { return l.Recv.ID().Dot(p.probe) }
	}
	// Begin() where the function has no context.
	start := probe().Dot("Begin").Call()
	if l.Ctx.Name != "" {
		start = probe().Dot("Start").Call(l.Ctx.ID())
	}
	call := l.Local("call")
	// The context that goes on knows this call, so that what it calls can tell its
	// caller.
	ctx := jen.Id(call).Dot("Context").Call(l.Ctx.ID())
	kept, results := l.KeepResults(l.CallNext(ctx))
	failure := jen.Code(l.Ident("nil"))
	if l.Fn.HasError() {
		failure = results[len(results)-1]
	}
	statements := []jen.Code{
		// call := getUserProbe.Start(ctx)
		jen.Id(call).Op(":=").Add(start),
		// defer call.End()
		jen.Defer().Id(call).Dot("End").Call(),
		// user, err := getUser(call.Context(ctx), id)
		kept,
		// call.Return(err)
		jen.Id(call).Dot("Return").Call(failure),
	}
	if len(results) > 0 {
		statements = append(statements, jen.Return(results...))
	}
	return statements
}
