package cached

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

func (e *emitter) refresh() jen.Code {
	doc := "Refresh loads a result now, keeps it and returns it. A load that fails leaves what was kept."
	return e.method("Refresh", doc, true, func(m *method) {
		for _, v := range e.fn.Values() {
			m.results = append(m.results, m.w.Type(v.Type))
		}
		m.results = append(m.results, m.w.Ident("error"))
		uncached := e.loaderResults(m)
		key := e.methodKey(m, func(err jen.Code) []jen.Code { return e.failRefresh(m, err) }, uncached)
		load := e.loader(m.w, m.a, "_", true)
		if e.nextIsLoader() {
			load = m.w.FuncRef(e.fn, m.a.recv, e.next)
		}
		loading := e.entries(m).Dot("Refresh").Call(jen.Id(m.a.ctx), key, load)
		if e.names.value == "" && !e.copies.wanted() {
			m.body = append(m.body, jen.Return(loading))
			return
		}
		value := m.w.Local("value")
		m.body = append(m.body, jen.List(jen.Id(value), jen.Id(m.a.failure)).Op(":=").Add(loading))
		failed := jen.Id(m.a.failure).Op("!=").Add(m.w.Ident("nil"))
		m.body = append(m.body, e.returnCopies(m.w, value, failed, jen.Id(m.a.failure))...)
	})
}

// loaderResults calls the function without the cache and returns its results and
// an error.
func (e *emitter) loaderResults(m *method) []jen.Code {
	call := e.call(m.w, m.a, jen.Id(m.a.ctx))
	if e.fn.HasError() {
		return []jen.Code{jen.Return(call)}
	}
	if len(e.values) == 1 {
		return []jen.Code{jen.Return(call, m.w.Ident("nil"))}
	}
	vars := make([]jen.Code, len(e.values))
	for i := range vars {
		vars[i] = jen.Id(m.w.Local("value" + strconv.Itoa(i+1)))
	}
	return []jen.Code{
		jen.List(vars...).Op(":=").Add(call),
		jen.Return(append(vars[:len(vars):len(vars)], m.w.Ident("nil"))...),
	}
}

func (e *emitter) failRefresh(m *method, err jen.Code) []jen.Code {
	none := m.w.Local("none")
	return []jen.Code{
		jen.Var().Id(none).Add(e.valueTypeOf(m.w)),
		jen.Return(append(e.spread(none), err)...),
	}
}
