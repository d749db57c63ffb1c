package cached

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// state declares the handle. For a generic function that is a function, with the
// caches of all instantiations behind it.
func (e *emitter) state() []jen.Code {
	if e.fn.Home != nil {
		return nil
	}
	about := e.names.handle + " holds the results of " + e.names.wrapper + "."
	if !e.generic() {
		return []jen.Code{e.file.Func(e.fn, func(w *emit.Func) jen.Code {
			// var GetUserCache = &GetUserCacheHandle{entries: cache.New(…)}
			return jen.Add(emit.Comment(about), jen.Line(),
				jen.Var().Id(e.names.handle).Op("=").Add(e.newHandle(w, "", "")))
		})}
	}
	return []jen.Code{
		// var getItemCaches = cache.NewPlainGeneric("example.com/store.getItem")
		jen.Add(emit.Comment(e.names.family+" holds a handle for each instantiation of "+e.names.wrapper+"."), jen.Line(),
			jen.Var().Id(e.names.family).Op("=").Add(e.file.Runtime("cache", e.newFamily())).Call(jen.Lit(e.id))),
		e.genericHandle(about),
		e.construct(),
	}
}

func (e *emitter) genericHandle(about string) jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		params := w.TypeParamList(e.fn)
		// return cache.For(getItemCaches, newGetItemCacheHandle[T])
		made := w.Runtime("cache", "For").Call(
			w.Ident(e.names.family),
			w.Ident(e.names.construct).Add(w.TypeArgList(e.fn)),
		)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Func().Id(e.names.handle).Add(params).Params().Op("*").Add(e.handleTypeOf(w)).Block(jen.Return(made)))
	})
}

func (e *emitter) construct() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		return jen.Func().Id(e.names.construct).Add(w.TypeParamList(e.fn)).Params().Op("*").Add(e.handleTypeOf(w)).
			Block(jen.Return(e.newHandle(w, "", "")))
	})
}

// newHandle makes the handle with its cache, in the constructor of a home with the
// variables that hold it and its manager.
func (e *emitter) newHandle(w *emit.Func, home, manager string) *jen.Statement {
	fields := e.options(w)
	if manager != "" {
		fields = append([]jen.Code{field("Manager", jen.Id(manager))}, fields...)
	}
	options := w.Runtime("cache", "Options").Types(e.keyTypeOf(w), e.valueTypeOf(w)).Custom(jen.Options{
		Open: "{", Close: "}", Separator: ",", Multi: true,
	}, fields...)
	if e.instances() {
		// instances: cache.NewInstances[Shop](cache.Options[string, Money]{…})
		of := w.Runtime("cache", "NewInstances").Types(e.receiverBase(w))
		return jen.Op("&").Add(e.handleTypeOf(w)).Values(jen.Id("instances").Op(":").Add(of).Call(options))
	}
	// entries: cache.New(cache.Options[int64, *User]{…})
	entries := jen.Id("entries").Op(":").Add(w.Runtime("cache", "New")).Call(options)
	if e.fn.Implements() {
		return jen.Op("&").Add(e.handleTypeOf(w)).Values(jen.Id("of").Op(":").Id(home), entries)
	}
	return jen.Op("&").Add(e.handleTypeOf(w)).Values(entries)
}

// homeFields is the handle as a field of the function's home.
func homeFields(f *emit.File, layer decorator.Layer, p *plan) []decorator.Field {
	e := &emitter{plan: p, file: f, next: layer.Names.Next}
	return []decorator.Field{{
		Name:     p.names.field,
		Type:     func(w *emit.Func) jen.Code { return jen.Op("*").Add(e.handleTypeOf(w)) },
		Value:    func(w *emit.Func, home, manager string) jen.Code { return e.newHandle(w, home, manager) },
		Accessor: p.names.accessor,
		Shared:   p.opts.Shared,
		Doc:      fmt.Sprintf("%s reaches the results that %s keeps.", p.names.accessor, p.names.wrapper),
	}}
}

// receiverBase spells the receiver's type without its pointer.
func (e *emitter) receiverBase(w *emit.Func) *jen.Statement {
	return w.Ident(e.fn.Recv.TypeName).Add(w.TypeArgList(e.fn))
}

// options lists the fields of cache.Options that differ from their defaults.
func (e *emitter) options(w *emit.Func) []jen.Code {
	o := e.opts
	fields := []jen.Code{field("Name", e.runtimeName(w))}
	switch {
	case o.TTL.Forever || e.policy.ttl != nil: // then the policy shortens it
		fields = append(fields, field("TTL", w.Runtime("cache", "Forever")))
	case o.TTL.Value > 0:
		fields = append(fields, field("TTL", e.file.Duration(o.TTL.Value)))
	}
	fields = append(fields, e.durationField(w, "Idle", o.Idle)...)
	fields = append(fields, e.durationField(w, "Timeout", o.Timeout)...)
	if o.Jitter.Set {
		fields = append(fields, field("Jitter", jen.Lit(o.Jitter.Fraction)))
	}
	fields = append(fields, e.bounds(w)...)
	fields = append(fields, e.freshnessFields(w)...)
	key := w.LiteralParam("key")
	fields = append(fields, e.sharingFields(w, key)...)
	if o.LoadLimit.Set {
		fields = append(fields, field("LoadLimit", jen.Lit(o.LoadLimit.N)))
	}
	switch {
	case e.names.key != "":
		// Hash: PriceKey.hash
		fields = append(fields, field("Hash", e.keyTypeOf(w).Dot("hash")))
	case e.names.hash != "":
		// Hash: hashDescribeKey
		fields = append(fields, field("Hash", w.Ident(e.names.hash).Add(w.TypeArgList(e.fn))))
	}
	if o.Key.Template != nil || e.share.leaves {
		fields = append(fields, field("KeyText", e.keyText(w, key)))
	}
	if e.names.late != "" {
		fields = append(fields, field("Late", w.Ident(e.names.late).Values()))
	}
	return fields
}

// durationField lists a duration, or that a variable of the user's gives it later.
func (e *emitter) durationField(w *emit.Func, name string, d annotations.Duration) []jen.Code {
	switch {
	case d.Name.Set():
		return []jen.Code{field(name, w.Runtime("cache", "Deferred"))}
	case d.Value > 0:
		return []jen.Code{field(name, e.file.Duration(d.Value))}
	}
	return nil
}

// bounds lists the options that limit how much is kept.
func (e *emitter) bounds(w *emit.Func) []jen.Code {
	var fields []jen.Code
	o := e.opts
	if o.MaxEntries.None {
		fields = append(fields, field("MaxEntries", w.Runtime("cache", "Unlimited")))
	} else if o.MaxEntries.Set {
		fields = append(fields, field("MaxEntries", jen.Lit(o.MaxEntries.N)))
	}
	if o.MaxBytes.Set {
		fields = append(fields, field("MaxBytes", byteCount(o.MaxBytes.Bytes)))
	}
	if e.names.weigh != "" {
		fields = append(fields, field("Weigh", e.weighOption(w)))
	}
	return fields
}

func field(name string, value jen.Code) jen.Code { return jen.Id(name).Op(":").Add(value) }

// runtimeName is the function's name in a running process; an instantiation adds
// its type arguments.
func (e *emitter) runtimeName(w *emit.Func) jen.Code {
	if len(e.fn.AllTypeParams()) == 0 {
		return jen.Lit(e.id)
	}
	// "example.com/store.getItem[" + cache.TypeName[T]() + "]"
	s := jen.Lit(e.id + "[")
	for i, arg := range w.TypeArgNames(e.fn) {
		if i > 0 {
			s.Op("+").Lit(",")
		}
		s.Op("+").Add(w.Runtime("cache", "TypeName").Types(jen.Id(arg)).Call())
	}
	return s.Op("+").Lit("]")
}

func (e *emitter) handleType() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		field := jen.Id("entries").Op("*").Add(w.Runtime("cache", "Cache")).Types(e.keyTypeOf(w), e.valueTypeOf(w))
		if e.instances() {
			field = jen.Id("instances").Op("*").Add(w.Runtime("cache", "Instances")).
				Types(e.receiverBase(w), e.keyTypeOf(w), e.valueTypeOf(w))
		}
		fields := []jen.Code{field}
		if e.fn.Implements() {
			fields = []jen.Code{jen.Id("of").Add(w.Type(e.fn.Recv.Type)), field}
		}
		about := fmt.Sprintf("%s reaches the results that %s keeps.", e.names.handleType, e.names.wrapper)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Type().Id(e.names.handleType).Add(w.TypeParamList(e.fn)).Struct(fields...))
	})
}

func (e *emitter) keyType() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		fields := make([]jen.Code, len(e.key.parts))
		for i, part := range e.key.parts {
			fields[i] = jen.Id(part.field).Add(typeOf(w, part.typ, part.how))
		}
		about := fmt.Sprintf("%s tells the results of %s apart.", e.names.key, e.names.wrapper)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Type().Id(e.names.key).Add(w.TypeParamList(e.fn)).Struct(fields...))
	})
}

func (e *emitter) valueType() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		fields := make([]jen.Code, len(e.values))
		for i, name := range e.values {
			fields[i] = jen.Id(name).Add(w.Type(e.fn.Results[i].Type))
		}
		about := fmt.Sprintf("%s holds the results of one call of %s.", e.names.value, e.names.wrapper)
		return jen.Add(emit.Comment(about), jen.Line(),
			jen.Type().Id(e.names.value).Add(w.TypeParamList(e.fn)).Struct(fields...))
	})
}

// lateType reads durations that are the user's. They stand in a method, because
// the initialisation of the cache must not refer to the user's variables.
func (e *emitter) lateType() jen.Code {
	return e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		values := make([]jen.Code, len(e.late))
		for i, option := range e.late {
			values[i] = jen.Id(option.field).Op(":").Add(w.Object(option.object))
		}
		about := fmt.Sprintf("%s reads durations of %s at its first use, when they are initialised.", e.names.late, e.names.wrapper)
		method := jen.Func().Params(jen.Id(e.names.late)).Id("Durations").Params().Add(w.Runtime("cache", "Durations")).
			Block(jen.Return(w.Runtime("cache", "Durations").Values(values...)))
		return jen.Add(emit.Comment(about), jen.Line(), jen.Type().Id(e.names.late).Struct(), jen.Line(), jen.Line(), method)
	})
}
