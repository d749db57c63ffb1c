package pooled

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

func write(f *emit.File, layer decorator.Layer, p *plan) decorator.Code {
	next := layer.Names.Next
	return decorator.Code{Func: f.Layer(p.fn, layer.Names, layer.Doc, func(l *emit.Layer) []jen.Code { return p.body(l, next) })}
}

// body takes a resource, calls the function, and gives the resource back:
//
//	lease, err := ConnPool.Acquire(ctx)
//	if err != nil {
//		return nil, err
//	}
//	defer lease.Abandon() // after a panic
//	user, err := getUser(ctx, lease.Value(), id)
//	lease.Finish(err)
//	return user, err
func (m *plan) body(l *emit.Layer, next string) []jen.Code {
	lease := l.Local("lease")
	var args []jen.Code
	if l.Ctx.Name != "" {
		args = append(args, l.Ctx.ID())
	}
	args = append(args, jen.Id(lease).Dot("Value").Call())
	for _, arg := range l.Args {
		args = append(args, arg.Pass())
	}
	call := l.FuncRef(m.fn, l.Recv, next).Call(args...)
	kept, names := l.NameResults(call)
	failure := names[len(names)-1]
	if len(names) == 1 {
		kept = jen.Id(failure).Op("=").Add(call) // it is there already
	}
	results := make([]jen.Code, len(names))
	for i, name := range names {
		results[i] = jen.Id(name)
	}
	return []jen.Code{
		m.acquire(l, lease, failure), m.fail(l, failure),
		jen.Defer().Id(lease).Dot("Abandon").Call().Comment("after a panic"),
		kept, m.finish(l, lease, failure),
		jen.Return(results...),
	}
}

// finish gives the resource back, or lets it be closed if the error says so.
func (m *plan) finish(l *emit.Layer, lease, failure string) jen.Code {
	if m.broken != nil {
		return jen.Id(lease).Dot("FinishBy").Call(jen.Id(failure), l.Object(m.broken))
	}
	return jen.Id(lease).Dot("Finish").Call(jen.Id(failure))
}

func (m *plan) reuses() bool { return m.opts.Reuse == "ctx" && m.fn.HasContext() }

func (m *plan) acquire(l *emit.Layer, lease, failure string) jen.Code {
	if m.reuses() {
		// lease, ctx, err := pool.Share(ctx, ConnPool)
		return jen.List(jen.Id(lease), l.Ctx.ID(), jen.Id(failure)).Op(":=").Add(l.Runtime("pool", "Share")).Call(l.Ctx.ID(), m.pool(l))
	}
	return jen.List(jen.Id(lease), jen.Id(failure)).Op(":=").Add(m.pool(l)).Dot("Acquire").Call(l.Context())
}

// pool refers to the pool.
func (m *plan) pool(l *emit.Layer) *jen.Statement {
	if m.pkg == nil || m.pkg == m.fn.File.Package.Types {
		return l.Ident(m.handle)
	}
	return l.Object(types.NewVar(0, m.pkg, m.handle, nil))
}

// fail returns the error of a pool that has no resource.
func (m *plan) fail(l *emit.Layer, failure string) jen.Code {
	var first, results []jen.Code
	for i := range m.fn.Values() {
		if l.NamedResults {
			results = append(results, jen.Id(l.Results[i].Name))
			continue
		}
		none := l.Local("none")
		first = append(first, jen.Var().Id(none).Add(l.Type(m.fn.Results[i].Type)))
		results = append(results, jen.Id(none))
	}
	body := append(first, jen.Return(append(results, jen.Id(failure))...))
	return jen.If(jen.Id(failure).Op("!=").Add(l.Ident("nil"))).Block(body...)
}
