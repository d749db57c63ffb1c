package cached

import (
	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/generator/emit"
)

// policyType writes what decides about single results. It is a type, because the
// initialisation of the cache must not refer to functions and variables of the
// user's:
//
//	type getUserPolicy struct{ cache.DefaultPolicy[*User] }
func (e *emitter) policyType() jen.Code {
	name := e.names.policy
	declaration := e.file.Func(e.fn, func(w *emit.Func) jen.Code {
		about := name + " decides which results of " + e.names.wrapper + " are kept, and how long."
		base := w.Runtime("cache", "DefaultPolicy").Types(e.valueTypeOf(w))
		return jen.Add(emit.Comment(about), jen.Line(), jen.Type().Id(name).Add(w.TypeParamList(e.fn)).Struct(base))
	})
	both := jen.Add(declaration)
	add := func(method func(w *emit.Func) *jen.Statement) {
		both.Line().Line().Add(e.file.Func(e.fn, func(w *emit.Func) jen.Code {
			return jen.Func().Params(jen.Id(name).Add(w.TypeArgList(e.fn))).Add(method(w))
		}))
	}
	if e.policy.when != nil || e.policy.unless != nil {
		add(e.policyKeep)
	}
	if e.policy.ttl != nil {
		add(e.policyTTL)
	}
	if len(e.policy.missing) > 0 {
		add(e.policyMissing)
		add(e.policyAbsence)
	}
	return both
}

// Keep(value *User) bool { return isComplete(value) && !isGuest(value) }
func (e *emitter) policyKeep(w *emit.Func) *jen.Statement {
	value := w.Local("value")
	keep := jen.Null()
	if e.policy.when != nil {
		keep.Add(e.callResultFunc(w, e.policy.when, value))
	}
	if e.policy.unless != nil {
		if e.policy.when != nil {
			keep.Op("&&")
		}
		keep.Op("!").Add(e.callResultFunc(w, e.policy.unless, value))
	}
	return jen.Id("Keep").Params(jen.Id(value).Add(e.valueTypeOf(w))).Add(w.Ident("bool")).Block(jen.Return(keep))
}

// TTL(value *User, _ time.Duration) time.Duration { return userTTL(value) }
func (e *emitter) policyTTL(w *emit.Func) *jen.Statement {
	value := w.Local("value")
	return jen.Id("TTL").Params(jen.Id(value).Add(e.valueTypeOf(w)), jen.Id("_").Add(w.Std("time", "Duration"))).
		Add(w.Std("time", "Duration")).Block(jen.Return(e.callResultFunc(w, e.policy.ttl, value)))
}

// Missing(err error) bool { return errors.Is(err, ErrNotFound) || errors.Is(err, ErrGone) }
func (e *emitter) policyMissing(w *emit.Func) *jen.Statement {
	failure := w.Local("err")
	is := jen.Null()
	for i, object := range e.policy.missing {
		if i > 0 {
			is.Op("||")
		}
		is.Add(w.Std("errors", "Is")).Call(jen.Id(failure), w.Object(object))
	}
	return jen.Id("Missing").Params(jen.Id(failure).Add(w.Ident("error"))).Add(w.Ident("bool")).Block(jen.Return(is))
}

// Absence() error { return ErrNotFound }
func (e *emitter) policyAbsence(w *emit.Func) *jen.Statement {
	return jen.Id("Absence").Params().Add(w.Ident("error")).Block(jen.Return(w.Object(e.policy.missing[0])))
}

// freshnessFields lists the options about renewal.
func (e *emitter) freshnessFields(w *emit.Func) []jen.Code {
	o := e.opts
	fields := e.durationField(w, "Refresh", o.Refresh)
	if o.Early {
		fields = append(fields, field("Early", w.Ident("true")))
	}
	fields = append(fields, e.durationField(w, "Stale", o.Stale)...)
	fields = append(fields, e.durationField(w, "SoftTimeout", o.SoftTimeout)...)
	fields = append(fields, e.durationField(w, "ErrorsTTL", o.ErrorsTTL)...)
	fields = append(fields, e.durationField(w, "MissingTTL", o.MissingTTL)...)
	if e.policy.wanted() {
		// Policy: getUserPolicy{}
		fields = append(fields, field("Policy", w.Ident(e.names.policy).Add(w.TypeArgList(e.fn)).Values()))
	}
	return fields
}
