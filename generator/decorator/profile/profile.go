// Package profile is the //bunsui:profile directive: calls of a function are
// counted and timed by runtime/profile. It fits every signature.
package profile

import (
	_ "embed"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

//go:embed doc.md
var doc string

// Options are the arguments of //bunsui:profile.
type Options struct {
	Sample annotations.Percent  `bunsui:"sample" also:"sampling,rate,fraction" doc:"The share of calls that are timed, chosen at random: the others cost no reading of the clock. Calls, errors, panics and calls under way still count, all of them; durations, and slow calls, are those of the sample."`
	Slow   annotations.Duration `bunsui:"slow" also:"slow_call,threshold,slower_than" doc:"From what duration on a call is slow. The last 32 slow calls are kept, with time, duration and error."`
	Args   bool                 `bunsui:"args" needs:"slow" also:"arguments,params" doc:"Keeps the arguments of slow calls too, as text, as they are when the call has returned: numbers, texts, bools, times, and structs and arrays of them; of all else the type, and the length of a slice. Those of a call that panics are not kept."`
	Redact []annotations.Param  `bunsui:"redact,own" needs:"args" also:"hide,mask" doc:"Parameters whose values are not kept with args."`
	decorator.Common
}

type plan struct {
	probe string
	id    string
	options
	// home tells that the probe is a field of the receiver.
	home bool
}

// Decorator is the directive.
var Decorator = decorator.Define(decorator.Decorator[Options, plan]{
	Name: "profile", Doc: doc, Layer: "Profiled", Plan: check, Emit: write, Fields: homeFields,
})

func check(p *decorator.Pass, o *Options) plan {
	said := checkOptions(p, o)
	if p.Func.Implements() && p.Names.Wrapper != "" {
		return plan{probe: p.Field(decorator.Unexport(p.Names.Wrapper)+"Probe", "the probe"), id: p.ID, options: said, home: true}
	}
	return plan{probe: p.Hidden(p.Names.Hidden+"Probe", "the probe"), id: p.ID, options: said}
}

func write(f *emit.File, layer decorator.Layer, p plan) decorator.Code {
	code := decorator.Code{
		Func: f.Layer(layer.Pass.Func, layer.Names, layer.Doc, func(l *emit.Layer) []jen.Code {
			return body(l, p)
		}),
	}
	if !p.home {
		// getUserProbe = profile.New("example.com/store.getUser")
		code.State = []jen.Code{f.Func(&model.Func{File: layer.Pass.Func.File}, func(w *emit.Func) jen.Code {
			return jen.Var().Id(p.probe).Op("=").Add(p.made(f, w))
		})}
	}
	return code
}

// homeFields is the probe as a field of the function's home.
func homeFields(f *emit.File, _ decorator.Layer, p plan) []decorator.Field {
	if !p.home {
		return nil
	}
	return []decorator.Field{{
		Name:  p.probe,
		Type:  func(w *emit.Func) jen.Code { return jen.Op("*").Add(w.Runtime("profile", "Probe")) },
		Value: func(w *emit.Func, _, _ string) jen.Code { return p.made(f, w) },
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
	}
	if p.args {
		statements = append(statements, p.tell(l, call))
	}
	// call.Return(err)
	statements = append(statements, jen.Id(call).Dot("Return").Call(failure))
	if len(results) > 0 {
		statements = append(statements, jen.Return(results...))
	}
	return statements
}
