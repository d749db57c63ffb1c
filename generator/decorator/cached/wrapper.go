package cached

import (
	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// wrapper writes the body of the function that callers call.
func (e *emitter) wrapper(l *emit.Layer) []jen.Code {
	a := arguments{ctx: l.Ctx.Name, recv: l.Recv, args: l.Args, failure: errorVar(l)}
	var body []jen.Code
	if nilPath := e.guard(l.Func, a); nilPath != nil {
		// if req == nil { return getUser(ctx, req) }
		body = append(body, jen.If(nilPath).Block(jen.Return(l.CallNext(l.Context()))))
	}
	handle, entries := e.reach(l, a, &body)
	key := e.wrapperKey(l, a, handle, &body)
	// Where the load can be made from the key alone, Load finds what is kept
	// without cost. Elsewhere the load captures arguments, so that it is made only
	// after a miss, and a hit allocates nothing.
	value := l.Local("value")
	if !e.key.whole {
		body = append(body, e.find(l, entries, key, value))
	}
	return append(body, e.load(l, a, entries, key, value)...)
}

// errorVar names the variable for an error: the function's own result if it has a
// name.
func errorVar(l *emit.Layer) string {
	if last := len(l.Results) - 1; l.Fn.HasError() && l.Results[last].Name != "" {
		return l.Results[last].Name
	}
	return l.Local("err")
}

// reach gives the handle and its entries. What takes a call to find is kept in a
// local.
func (e *emitter) reach(l *emit.Layer, a arguments, body *[]jen.Code) (handle, entries func() *jen.Statement) {
	handle = func() *jen.Statement { return l.Ident(e.names.handle) }
	switch {
	case e.fn.Implements():
		// c.getUserHandle
		handle = func() *jen.Statement { return a.recv.ID().Dot(e.names.field) }
	case e.fn.Home != nil:
		// handle := s.caches.GetUserCache()
		handle = e.local(l, a.recv.ID().Dot(e.fn.Home.Field).Dot(e.names.accessor).Call(), body)
	case e.generic():
		// handle := GetItemCache[T]()
		handle = e.local(l, l.Ident(e.names.handle).Add(l.TypeArgList(e.fn)).Call(), body)
	}
	entries = func() *jen.Statement { return handle().Dot("entries") }
	if e.instances() {
		// entries := ShopPriceCache.instances.Of(s)
		local := l.Local("entries")
		*body = append(*body, jen.Id(local).Op(":=").Add(handle()).Dot("instances").Dot("Of").Call(a.recv.ID()))
		entries = func() *jen.Statement { return jen.Id(local) }
	}
	return handle, entries
}

// local keeps the handle in a local.
func (e *emitter) local(l *emit.Layer, handle jen.Code, body *[]jen.Code) func() *jen.Statement {
	local := l.Local("handle")
	*body = append(*body, jen.Id(local).Op(":=").Add(handle))
	return func() *jen.Statement { return jen.Id(local) }
}

// wrapperKey makes the key, once.
func (e *emitter) wrapperKey(l *emit.Layer, a arguments, handle func() *jen.Statement, body *[]jen.Code) func() *jen.Statement {
	if !e.needsKeyMethod() || e.key.whole {
		return func() *jen.Statement { return e.keyValue(a, handle) }
	}
	key := l.Local("key")
	if !e.key.hasVary() {
		// key := GetUserCache.key(id, req)
		*body = append(*body, jen.Id(key).Op(":=").Add(e.keyValue(a, handle)))
		return func() *jen.Statement { return jen.Id(key) }
	}
	// key, err := GetUserCache.key(ctx, id); if err != nil { … }
	*body = append(*body,
		jen.List(jen.Id(key), jen.Id(a.failure)).Op(":=").Add(e.keyValue(a, handle)),
		jen.If(jen.Id(a.failure).Op("!=").Add(l.Ident("nil"))).Block(e.fail(l, a.failure)...))
	return func() *jen.Statement { return jen.Id(key) }
}

// fail leaves the wrapper with an error, by a panic where it returns none.
func (e *emitter) fail(l *emit.Layer, failure string) []jen.Code {
	if !e.fn.HasError() {
		return []jen.Code{l.Ident("panic").Call(jen.Id(failure))}
	}
	none := l.Local("none")
	return []jen.Code{
		jen.Var().Id(none).Add(e.valueTypeOf(l.Func)),
		jen.Return(append(e.spread(none), jen.Id(failure))...),
	}
}

// spread gives the results that a variable of type V holds.
func (e *emitter) spread(value string) []jen.Code {
	if e.names.value == "" {
		return []jen.Code{jen.Id(value)}
	}
	codes := make([]jen.Code, len(e.values))
	for i, field := range e.values {
		codes[i] = jen.Id(value).Dot(field)
	}
	return codes
}

// find returns a kept result without making a closure for the load.
func (e *emitter) find(l *emit.Layer, entries, key func() *jen.Statement, value string) jen.Code {
	ok := l.Local("ok")
	results := e.copied(l.Func, value)
	if e.fn.HasError() {
		results = append(results, l.Ident("nil"))
	}
	// if value, ok := GetUserCache.entries.Find(ctx, key); ok { return value, nil }
	found := jen.List(jen.Id(value), jen.Id(ok)).Op(":=").Add(entries()).Dot("Find").Call(l.Context(), key())
	return jen.If(found, jen.Id(ok)).Block(jen.Return(results...))
}

// load returns what is kept or loads it.
func (e *emitter) load(l *emit.Layer, a arguments, entries, key func() *jen.Statement, value string) []jen.Code {
	method := "LoadValue"
	if e.fn.HasError() {
		method = "Load"
	}
	loading := entries().Dot(method).Call(l.Context(), key(), e.wrapperLoader(l, a))
	if e.names.value == "" && !e.copies.wanted() {
		// return GetUserCache.entries.Load(ctx, id, getUser)
		return []jen.Code{jen.Return(loading)}
	}
	if !e.fn.HasError() {
		return []jen.Code{jen.Id(value).Op(":=").Add(loading), jen.Return(e.copied(l.Func, value)...)}
	}
	failed := jen.Id(a.failure).Op("!=").Add(l.Ident("nil"))
	return append([]jen.Code{jen.List(jen.Id(value), jen.Id(a.failure)).Op(":=").Add(loading)},
		e.returnCopies(l.Func, value, failed, jen.Id(a.failure))...)
}

// wrapperLoader is what a miss calls: the next function itself where its
// signature fits, else a function literal. Where the key holds all arguments the
// literal captures nothing, so that making it costs nothing.
func (e *emitter) wrapperLoader(l *emit.Layer, a arguments) *jen.Statement {
	if !e.key.whole {
		return e.loader(l.Func, a, "_", e.fn.HasError())
	}
	if e.nextIsLoader() {
		return l.NextFunc()
	}
	key, inner := "_", a
	switch {
	case len(a.args) == 1:
		key = a.args[0].Name
	case len(a.args) > 1:
		key = l.Local("key")
		inner.args = nil
		for i, arg := range a.args {
			arg.Name = key + "." + e.key.parts[i].field // the argument is now a field of the key
			inner.args = append(inner.args, arg)
		}
	}
	return e.loader(l.Func, inner, key, e.fn.HasError())
}

// nextIsLoader tells whether the next function has the signature of a load.
func (e *emitter) nextIsLoader() bool {
	return e.key.whole && len(e.key.parts) == 1 && e.fn.HasContext() && e.fn.HasError() && e.names.value == ""
}

// loader is a function literal that calls the next function. withError tells
// whether the literal returns an error beside the value.
func (e *emitter) loader(w *emit.Func, a arguments, key string, withError bool) *jen.Statement {
	ctx := "_"
	if e.fn.HasContext() {
		ctx = a.ctx
	}
	head := jen.Func().Params(jen.Id(ctx).Add(w.Std("context", "Context")), jen.Id(key).Add(e.keyTypeOf(w)))
	call := e.call(w, a, jen.Id(a.ctx))
	if e.names.value != "" {
		return e.severalLoader(w, a, head, call, withError)
	}
	// func(ctx context.Context, id int64) (*User, error) { return getUser(ctx, id) }
	if !withError {
		return head.Add(e.valueTypeOf(w)).Block(jen.Return(call))
	}
	results := []jen.Code{call}
	if !e.fn.HasError() {
		results = append(results, w.Ident("nil"))
	}
	return head.Params(e.valueTypeOf(w), w.Ident("error")).Block(jen.Return(results...))
}

// severalLoader gathers several results in one value:
//
//	func(…) (loaded PriceValue, err error) {
//		loaded.Amount, loaded.Currency, err = price(ctx, sku)
//		return loaded, err
//	}
func (e *emitter) severalLoader(w *emit.Func, a arguments, head, call *jen.Statement, withError bool) *jen.Statement {
	// The literal may hide the wrapper's results and locals, but not what it
	// captures.
	captured := append(a.names(), e.next)
	loaded, failure := w.Inner("loaded", captured), w.Inner("err", captured)
	var targets []jen.Code
	for _, name := range e.values {
		targets = append(targets, jen.Id(loaded).Dot(name))
	}
	results, returned := []jen.Code{jen.Id(loaded).Add(e.valueTypeOf(w))}, []jen.Code{jen.Id(loaded)}
	if withError {
		results = append(results, jen.Id(failure).Add(w.Ident("error")))
		returned = append(returned, jen.Id(failure))
	}
	if e.fn.HasError() {
		targets = append(targets, jen.Id(failure))
	}
	return head.Params(results...).Block(jen.List(targets...).Op("=").Add(call), jen.Return(returned...))
}
