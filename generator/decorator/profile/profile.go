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
	Sample    annotations.Percent  `bunsui:"sample" also:"sampling,rate,fraction" doc:"The share of calls that are timed, chosen at random: the others cost no reading of the clock. Calls, errors, panics and calls under way still count, all of them; durations, and slow calls, are those of the sample."`
	Slow      annotations.Duration `bunsui:"slow" also:"slow_call,threshold,slower_than" doc:"From what duration on a call is slow. The last 32 slow calls are kept, with time, duration and error."`
	Args      bool                 `bunsui:"args" needs:"slow" also:"arguments,params" doc:"Keeps the arguments of slow calls too, as text, as they are when the call has returned: numbers, texts, bools, times, and structs and arrays of them; of all else the type, and the length of a slice. Those of a call that panics are not kept."`
	Redact    []annotations.Param  `bunsui:"redact,own" needs:"args" also:"hide,mask" doc:"Parameters whose values are not kept with args."`
	P99       annotations.Duration `bunsui:"p99" also:"latency,max_latency,objective,slo" doc:"An objective: 99 of 100 calls should not take longer. A monitor that runs raises an alert when they do, and bunsuigen rules prometheus makes a rule of it. Nothing is judged where there are too few calls."`
	MaxErrors annotations.Percent  `bunsui:"max_errors" also:"errors,error_rate,max_error_rate,failures" doc:"An objective: the share of the calls that may return an error or panic. It is judged as p99 is."`
	P50       annotations.Duration `bunsui:"p50" also:"median" doc:"As p99, for the median: half of the calls should not take longer."`
	P90       annotations.Duration `bunsui:"p90" doc:"As p99, for 90 of 100 calls."`
	P95       annotations.Duration `bunsui:"p95" doc:"As p99, for 95 of 100 calls."`
	P999      annotations.Duration `bunsui:"p999" also:"p99.9" doc:"As p99, for 999 of 1,000 calls."`
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
	kept, results := l.KeepResults(l.CallNext(passed(l, call)))
	failure := jen.Code(l.Ident("nil"))
	if l.Fn.HasError() {
		failure = results[len(results)-1]
	}
	statements := []jen.Code{
		// call := getUserProbe.Start(ctx)
		jen.Id(call).Op(":=").Add(start),
		// if call.Recording() { defer call.End() }: a deferred call costs more than all else
		// while the function is switched off.
		jen.If(jen.Id(call).Dot("Recording").Call()).Block(jen.Defer().Id(call).Dot("End").Call()),
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

// passed is the context that goes on: it knows this call, so that what is called can tell
// its caller. A function that does not name its context cannot hand it on.
func passed(l *emit.Layer, call string) *jen.Statement {
	if l.IgnoresContext() {
		return l.Ctx.ID()
	}
	return jen.Id(call).Dot("Context").Call(l.Ctx.ID())
}
