package cached

import (
	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// inspect writes the method that says where a result is.
func (e *emitter) inspect() jen.Code {
	doc := "Inspect tells where a result is and how old, without loading it and without counting anything."
	return e.method("Inspect", doc, false, func(m *method) {
		inspection := func() *jen.Statement { return m.w.Runtime("cache", "Inspection") }
		m.results = []jen.Code{inspection(), m.w.Ident("error")}
		fail := func(err jen.Code) []jen.Code { return []jen.Code{jen.Return(inspection().Values(), err)} }
		key := e.methodKey(m, fail, fail(m.w.Ident("nil")))
		m.body = append(m.body, jen.Return(e.entries(m).Dot("Inspect").Call(jen.Id(m.a.ctx), key)))
	})
}

// warm writes the method that brings results in.
func (e *emitter) warm() jen.Code {
	doc := "Warm keeps results that seq reads, where nothing newer is kept, and returns how many."
	if e.timedKey() {
		doc += " Times in keys are those that cache.TimeKey returns."
	}
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		m := e.handleMethod(w)
		seq := w.Local("seq")
		given := jen.Code(jen.Id(seq))
		if e.copies.wanted() {
			given = e.copySeq(m, jen.Id(seq))
		}
		m.body = []jen.Code{jen.Return(e.entries(m).Dot("Warm").Call(jen.Id(m.a.ctx), given))}
		return e.moving(m, "Warm", doc, jen.Id(seq).Add(w.Std("iter", "Seq2").Types(e.keyTypeOf(w), e.valueTypeOf(w))))
	})
}

// timedKey tells whether a time stands in the key as one.
func (e *emitter) timedKey() bool {
	for _, part := range e.key.parts {
		if hasTime(part.how) {
			return true
		}
	}
	return false
}

func hasTime(how conversion) bool {
	switch how := how.(type) {
	case timeKey:
		return true
	case structKey:
		for _, field := range how.fields {
			if hasTime(field.how) {
				return true
			}
		}
	}
	return false
}

// saveTo and loadFrom write the methods that carry results over a restart.
func (e *emitter) saveTo() jen.Code {
	return e.stream("SaveTo", "SaveTo writes what is kept, for LoadFrom in a later process, and returns how many results that were.", "w", "Writer")
}

func (e *emitter) loadFrom() jen.Code {
	return e.stream("LoadFrom", "LoadFrom reads what SaveTo has written, before anything is kept, and returns how many results that were.", "r", "Reader")
}

// func (h *GetUserCacheHandle) SaveTo(ctx context.Context, w io.Writer) (int, error) { return h.entries.SaveTo(ctx, w) }
func (e *emitter) stream(name, doc, param, kind string) jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		m := e.handleMethod(w)
		stream := w.Local(param)
		m.body = []jen.Code{jen.Return(e.entries(m).Dot(name).Call(jen.Id(m.a.ctx), jen.Id(stream)))}
		return e.moving(m, name, doc, jen.Id(stream).Add(w.Std("io", kind)))
	})
}

// handleMethod begins a method that takes no key.
func (e *emitter) handleMethod(w *emit.Func) *method {
	m := &method{w: w}
	if e.instances() {
		m.a.recv = w.Receiver(e.fn)
		m.params = []emit.Var{m.a.recv}
	}
	m.self, m.a.ctx = w.Local("h"), w.Local("ctx")
	m.results = []jen.Code{w.Ident("int"), w.Ident("error")}
	return m
}

// moving declares a method that moves results, from or to its last parameter.
func (e *emitter) moving(m *method, name, doc string, last jen.Code) jen.Code {
	m.last = last
	if e.instances() {
		doc += " They are those of one instance."
	}
	return e.methodDecl(m.w, m, name, doc)
}
