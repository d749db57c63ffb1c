package cached

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// methodArguments names the parameters of a handle's method: the context, and
// after it the receiver and the arguments, of which those that the key needs, or
// all.
func (e *emitter) methodArguments(w *emit.Func, all bool) (arguments, []emit.Var) {
	var a arguments
	needed := func(i int) bool { return all || slices.Contains(e.key.params, i) }
	if e.fn.Recv != nil && !e.fn.Implements() && (all || e.key.receiver) {
		a.recv = w.Receiver(e.fn)
	}
	a.args = w.SomeParams(e.fn.Args(), needed, e.fn.Variadic)
	a.ctx = w.Local("ctx")
	var params []emit.Var
	if a.recv.Name != "" {
		params = append(params, a.recv)
	}
	for i, arg := range a.args {
		if needed(i) {
			params = append(params, arg)
		}
	}
	return a, params
}

// A method is one of the handle's methods while it is written.
type method struct {
	w    *emit.Func
	a    arguments
	self string
	// params come after the context, if a names one.
	params []emit.Var
	// last is a parameter after them, if there is one.
	last    jen.Code
	results []jen.Code
	body    []jen.Code
}

// method writes a method of the handle that takes a key.
func (e *emitter) method(name, doc string, all bool, write func(*method)) jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		m := &method{w: w}
		m.a, m.params = e.methodArguments(w, all)
		m.self, m.a.failure = w.Local("h"), w.Local("err")
		if e.fn.Implements() {
			m.a.recv = emit.Var{Name: m.self + ".of"}
		}
		write(m)
		return e.methodDecl(w, m, name, doc)
	})
}

func (e *emitter) methodDecl(w *emit.Func, m *method, name, doc string) jen.Code {
	results := jen.Code(jen.Params(m.results...))
	if len(m.results) == 1 {
		results = m.results[0]
	}
	params := w.Decls(m.params)
	if m.last != nil {
		params = append(params, m.last)
	}
	if m.a.ctx != "" {
		params = append([]jen.Code{jen.Id(m.a.ctx).Add(w.Std("context", "Context"))}, params...)
	}
	return jen.Add(emit.Comment(doc), jen.Line(),
		jen.Func().Params(jen.Id(m.self).Op("*").Add(e.handleTypeOf(w))).Id(name).Params(params...).Add(results).Block(m.body...))
}

// entries gives the cache, which for receiver=instance is the receiver's own.
func (e *emitter) entries(m *method) *jen.Statement {
	if e.instances() {
		return jen.Id(m.self).Dot("instances").Dot("Of").Call(m.a.recv.ID())
	}
	return jen.Id(m.self).Dot("entries")
}

// key gives the key, after the statements that leave the method if there is none.
func (e *emitter) methodKey(m *method, fail func(err jen.Code) []jen.Code, none []jen.Code) *jen.Statement {
	handle := func() *jen.Statement { return jen.Id(m.self) }
	if nilPath := e.guard(m.w, m.a); nilPath != nil {
		m.body = append(m.body, jen.If(nilPath).Block(none...))
	}
	if !e.key.hasVary() {
		return e.keyValue(m.a, handle)
	}
	key := m.w.Local("key")
	m.body = append(m.body,
		jen.List(jen.Id(key), jen.Id(m.a.failure)).Op(":=").Add(e.keyValue(m.a, handle)),
		jen.If(jen.Id(m.a.failure).Op("!=").Add(m.w.Ident("nil"))).Block(fail(jen.Id(m.a.failure))...))
	return jen.Id(key)
}

func (e *emitter) invalidate() jen.Code {
	doc := fmt.Sprintf("Invalidate removes one result, so that the next call of %s loads it again. A load in flight is not stored.", e.names.wrapper)
	return e.method("Invalidate", doc, false, func(m *method) {
		m.results = []jen.Code{m.w.Ident("error")}
		key := e.methodKey(m, returnIt, []jen.Code{jen.Return(m.w.Ident("nil"))})
		m.body = append(m.body, jen.Return(e.entries(m).Dot("Delete").Call(jen.Id(m.a.ctx), key)))
	})
}

func returnIt(err jen.Code) []jen.Code { return []jen.Code{jen.Return(err)} }

func (e *emitter) invalidateAll() jen.Code {
	doc := fmt.Sprintf("InvalidateAll removes every result of %s.", e.names.wrapper)
	field := "entries"
	if e.instances() {
		field, doc = "instances", fmt.Sprintf("InvalidateAll removes every result of %s, of all instances.", e.names.wrapper)
	}
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		m := &method{w: w, self: w.Local("h"), results: []jen.Code{w.Ident("error")}}
		m.a.ctx = w.Local("ctx")
		m.body = []jen.Code{jen.Return(jen.Id(m.self).Dot(field).Dot("Clear").Call(jen.Id(m.a.ctx)))}
		return e.methodDecl(w, m, "InvalidateAll", doc)
	})
}

func (e *emitter) peek() jen.Code {
	doc := "Peek returns a result that is kept, without loading it and without counting a hit or a miss."
	return e.method("Peek", doc, false, func(m *method) {
		for _, v := range e.fn.Values() {
			m.results = append(m.results, m.w.Type(v.Type))
		}
		m.results = append(m.results, m.w.Ident("bool"))
		nothing := func(jen.Code) []jen.Code { return e.failRefresh(m, m.w.Ident("false")) }
		var none []jen.Code
		if len(e.key.guards) > 0 {
			none = nothing(nil)
		}
		key := e.methodKey(m, nothing, none)
		peeked := e.entries(m).Dot("Peek").Call(jen.Id(m.a.ctx), key)
		if e.names.value == "" && !e.copies.wanted() {
			m.body = append(m.body, jen.Return(peeked))
			return
		}
		value, ok := m.w.Local("value"), m.w.Local("ok")
		m.body = append(m.body, jen.List(jen.Id(value), jen.Id(ok)).Op(":=").Add(peeked))
		m.body = append(m.body, e.returnCopies(m.w, value, jen.Op("!").Id(ok), jen.Id(ok))...)
	})
}

func (e *emitter) put() jen.Code {
	doc := fmt.Sprintf("Put keeps a result as if %s had returned it.", e.names.wrapper)
	return e.method("Put", doc, false, func(m *method) {
		m.results = []jen.Code{m.w.Ident("error")}
		// The values come last, so that a variadic parameter is a slice here.
		for i := range m.params {
			m.params[i].Variadic = false
		}
		values := make([]jen.Code, len(e.values))
		var only jen.Code
		for i, r := range e.fn.Values() {
			name := m.w.Param(r, valueName(len(e.values), i))
			m.params = append(m.params, name)
			kept := func() jen.Code { return e.copyOf(m.w, i, name.ID()) }
			values[i] = jen.Id(e.values[i]).Op(":").Add(kept())
			only = kept()
		}
		if e.names.value != "" {
			only = e.valueTypeOf(m.w).Values(values...)
		}
		key := e.methodKey(m, returnIt, []jen.Code{jen.Return(m.w.Ident("nil"))})
		m.body = append(m.body, jen.Return(e.entries(m).Dot("Set").Call(jen.Id(m.a.ctx), key, only)))
	})
}

func valueName(n, i int) string {
	if n == 1 {
		return "value"
	}
	return "value" + strconv.Itoa(i+1)
}

func (e *emitter) all() jen.Code {
	doc := "All iterates over what is kept, in no particular order."
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		m := &method{w: w}
		if e.instances() {
			m.a.recv = w.Receiver(e.fn)
			m.params = []emit.Var{m.a.recv}
			doc = "All iterates over what is kept for one instance, in no particular order."
		}
		m.self = w.Local("h")
		m.results = []jen.Code{w.Std("iter", "Seq2").Types(e.keyTypeOf(w), e.valueTypeOf(w))}
		m.body = []jen.Code{jen.Return(e.entries(m).Dot("All").Call())}
		if e.copies.wanted() {
			m.body = []jen.Code{jen.Return(e.copySeq(m, e.entries(m).Dot("All").Call()))}
		}
		return e.methodDecl(w, m, "All", doc)
	})
}

// name lets callers of Configure and others name the cache without spelling it.
func (e *emitter) name() jen.Code {
	field := "entries"
	if e.instances() {
		field = "instances"
	}
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		m := &method{w: w, self: w.Local("h"), results: []jen.Code{w.Ident("string")}}
		m.body = []jen.Code{jen.Return(jen.Id(m.self).Dot(field).Dot("Name").Call())}
		return e.methodDecl(w, m, "Name", "Name is what settings and figures call it.")
	})
}

func (e *emitter) stats() jen.Code {
	field := "entries"
	if e.instances() {
		field = "instances"
	}
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		m := &method{w: w, self: w.Local("h"), results: []jen.Code{w.Runtime("cache", "Stats")}}
		m.body = []jen.Code{jen.Return(jen.Id(m.self).Dot(field).Dot("Stats").Call())}
		return e.methodDecl(w, m, "Stats", "Stats counts what happened so far.")
	})
}
