package change

import (
	"go/token"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// call calls the handle, or the runtime for a tag or a pattern.
func (e *emitter) call(c change, ctx func() *jen.Statement) *jen.Statement {
	if c.text != nil {
		return e.textCall(c.text, ctx)
	}
	handle := e.handle(c.entry)
	if c.entry.generic {
		// GetItemCache[User]()
		var args []jen.Code
		for _, t := range c.entry.typeArgs {
			args = append(args, e.Type(t))
		}
		handle.Types(args...).Call()
	}
	args := []jen.Code{ctx()}
	for _, op := range c.entry.args {
		args = append(args, e.operand(op))
	}
	return handle.Dot(c.entry.method).Call(args...)
}

// handle is the variable that reaches the results, or what holds it.
func (e *emitter) handle(at *entry) *jen.Statement {
	if at.home == nil {
		return e.Object(handleVar(at))
	}
	base := e.Recv.ID()
	if at.base != nil {
		base = e.path(*at.base)
	}
	if at.home.Field != "" {
		base.Dot(at.home.Field)
	}
	// c.GetUserCache(), s.caches.GetUserCache()
	return base.Dot(at.accessor).Call()
}

func (e *emitter) textCall(t *text, ctx func() *jen.Statement) *jen.Statement {
	spelled := jen.Lit(t.literals[0])
	if len(t.holes) > 0 {
		// cache.KeyText("org:", u.Org)
		spelled = e.Runtime("cache", "KeyText").Call(e.textParts(t)...)
	}
	switch {
	case t.pattern && t.star && len(t.holes) > 0:
		spelled.Op("+").Lit("*")
	case t.pattern && t.star:
		spelled = jen.Lit(t.literals[0] + "*")
	}
	function := "InvalidateTags"
	if t.pattern {
		function = "InvalidateMatching"
	}
	if t.manager.field != "" {
		// c.manager.InvalidateTags(ctx, "orgs")
		home := e.Recv.ID().Dot(t.manager.field)
		if !e.Fn.Implements() {
			// s.caches.cacheManager().InvalidateTags(ctx, "orgs")
			home = e.Recv.ID().Dot(e.Fn.Home.Field).Dot(t.manager.accessor).Call()
		}
		return home.Dot(function).Call(ctx(), spelled)
	}
	return e.Runtime("cache", function).Call(ctx(), spelled)
}

// homeFields is the manager, where a change concerns all of its caches.
func homeFields(_ *emit.File, _ decorator.Layer, p *plan) []decorator.Field {
	if p.manager.field == "" {
		return nil
	}
	return []decorator.Field{{
		Name: p.manager.field, Accessor: p.manager.accessor,
		Doc:  p.manager.accessor + " returns the manager of the caches.",
		Type: func(w *emit.Func) jen.Code { return jen.Op("*").Add(w.Runtime("cache", "Manager")) },
		Value: func(w *emit.Func, _, manager string) jen.Code {
			return w.Std("cmp", "Or").Call(jen.Id(manager), w.Runtime("cache", "Default").Call())
		},
	}}
}

func (e *emitter) textParts(t *text) []jen.Code {
	var parts []jen.Code
	for i, h := range t.holes {
		value := e.path(h.path)
		switch h.how {
		case asFloat:
			value = e.Runtime("cache", "FloatKey").Call(e.Ident("float64").Call(value))
		case asTime:
			value = e.Runtime("cache", "TimeKey").Call(value)
		}
		parts = append(parts, jen.Lit(t.literals[i]), value)
	}
	if last := t.literals[len(t.literals)-1]; last != "" {
		parts = append(parts, jen.Lit(last))
	}
	return parts
}

// operand spells an argument of a handle's method.
func (e *emitter) operand(op operand) jen.Code {
	var s *jen.Statement
	switch {
	case op.constant != nil:
		s = e.Object(op.constant)
	case op.path == nil:
		s = jen.Op(op.literal)
	case op.deref:
		s = jen.Op("*").Add(e.path(*op.path))
	default:
		s = e.path(*op.path)
	}
	if op.spread {
		s.Op("...")
	}
	return s
}

// path spells a variable and fields of it.
func (e *emitter) path(p path) *jen.Statement {
	var s *jen.Statement
	switch p.root.kind {
	case fromReceiver:
		s = e.Recv.ID()
	case fromArgument:
		s = e.Args[p.root.index].ID()
	default:
		s = jen.Id(e.results[p.root.index])
	}
	for _, field := range p.fields {
		s.Dot(field)
	}
	return s
}

// handleVar is the handle as an object that generated code can refer to.
func handleVar(e *entry) types.Object {
	return types.NewVar(token.NoPos, e.pkg, e.handle, nil)
}
