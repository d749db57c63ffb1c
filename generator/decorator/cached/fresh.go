package cached

import (
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A policy is the plan of what decides about single results.
type policy struct {
	// ttl says how long a result is kept; when and unless whether it is.
	ttl, when, unless *resultFunc
	// missing are the errors that mean that there is nothing.
	missing []types.Object
}

func (p policy) wanted() bool {
	return p.ttl != nil || p.when != nil || p.unless != nil || len(p.missing) > 0
}

func planPolicy(p *decorator.Pass, o *Options) policy {
	var made policy
	isBool := func(t types.Type) bool { return types.Identical(t, types.Typ[types.Bool]) }
	if o.When.Set() {
		made.when = findResultFunc(p, "when", o.When, "bool", isBool)
	}
	if o.Unless.Set() {
		made.unless = findResultFunc(p, "unless", o.Unless, "bool", isBool)
	}
	if made.when != nil && made.unless != nil && made.when.object == made.unless.object {
		p.ReportOption("unless", nil, "when= and unless= name the same function, so that nothing would be kept")
	}
	if ttlIsFunc(p, o) {
		made.ttl = findResultFunc(p, "ttl", o.TTL.Name, "time.Duration", isDurationType)
	}
	for _, name := range o.Missing {
		if obj := findMissing(p, name); obj != nil {
			made.missing = append(made.missing, obj)
		}
	}
	return made
}

// ttlIsFunc tells whether ttl= names a function.
func ttlIsFunc(p *decorator.Pass, o *Options) bool {
	name := o.TTL.Name
	switch {
	case !name.Set():
		return false
	case name.Qualifier() == "":
		return isFunc(p.FileOf(name).Lookup(name.Ident()))
	}
	pkg := p.FileOf(name).Import(name.Qualifier())
	return pkg != nil && isFunc(pkg.Scope().Lookup(name.Ident()))
}

func isDurationType(t types.Type) bool { return model.IsNamed(t, "time", "Duration") }

// findMissing resolves an error variable.
func findMissing(p *decorator.Pass, name annotations.Name) types.Object {
	obj := p.Lookup(name, isErrorVar)
	if obj == nil {
		return nil
	}
	if _, ok := obj.(*types.Var); !ok {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is no variable: missing= takes an error variable, such as ErrNotFound", name.Text)
		return nil
	}
	if !isErrorVar(obj) {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s has type %s, which is no error", name.Text, p.TypeString(obj.Type()))
		return nil
	}
	return obj
}

func isErrorVar(obj types.Object) bool {
	_, ok := obj.(*types.Var)
	return ok && types.Implements(obj.Type(), types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// checkFreshness refuses options that would never matter beside each other, or
// beside the function.
func checkFreshness(p *decorator.Pass, o *Options) {
	checkErrors(p, o)
	if o.Early && o.TTL.Forever {
		p.ReportOption("early", nil, "early counts from the end of the ttl, and ttl=forever has none")
	}
	if o.Early && o.Refresh.Set {
		p.ReportOption("early", nil, "early and refresh= exclude each other: where refresh= says when, nothing is left to chance")
	}
	if o.Stale.Set && o.TTL.Forever {
		p.ReportOption("stale", nil, "stale= begins where the ttl ends, and ttl=forever never does")
	}
	if o.SoftTimeout.Set && !o.Stale.Set {
		p.ReportOption("soft_timeout", []string{"such as stale=1h"}, "soft_timeout= returns the result of before, and without stale= there is none: add it")
	}
	checkShorter(p, "refresh", o.Refresh, "the ttl", o.TTL)
	checkShorter(p, "soft_timeout", o.SoftTimeout, "timeout=", o.Timeout)
	if memory, ttl := o.MemoryTTL.Value, o.TTL.Value; ttl > 0 && memory > ttl {
		p.ReportOption("memory_ttl", nil, "memory_ttl=%s is longer than the ttl, so it would never matter", raw(p, "memory_ttl"))
	}
}

func checkShorter(p *decorator.Pass, option string, value annotations.Duration, what string, bound annotations.Duration) {
	if bound.Value > 0 && value.Value >= bound.Value {
		p.ReportOption(option, nil, "%s=%s is not shorter than %s, so it would never matter", option, raw(p, option), what)
	}
}

// checkErrors checks the options about errors.
func checkErrors(p *decorator.Pass, o *Options) {
	if !p.Func.HasError() {
		for _, option := range []string{"errors_ttl", "missing", "missing_ttl"} {
			if _, ok := p.Arg(option); ok {
				p.ReportOption(option, nil, "%s= is about errors, and %s returns none", option, p.Func.Name)
			}
		}
		return
	}
	_, missing := p.Arg("missing")
	_, ttl := p.Arg("missing_ttl")
	switch {
	case missing && !ttl:
		p.ReportOption("missing", []string{"such as missing_ttl=10s"}, "missing= needs missing_ttl=, which says how long it is kept that there is nothing")
	case ttl && !missing:
		p.ReportOption("missing_ttl", []string{"such as missing=ErrNotFound; errors_ttl= is for all errors"}, "missing_ttl= needs missing=, which says which errors mean that there is nothing")
	}
}
