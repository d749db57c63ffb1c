package cached

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// A weighing is the plan of how many bytes a key and its results hold.
type weighing struct {
	// wanted tells that results are weighed at all.
	wanted bool
	// fn is the user's function that weighs results, or nil. generic tells that it
	// has the type parameters of the decorated function, and exact that it returns
	// an int64.
	fn             *types.Func
	generic, exact bool
	// parts are the weights of the key's parts, and values those of the results.
	parts, values []*weight
}

const (
	unweighedKey    = "the key"
	unweighedResult = "the result"
)

func planWeighing(p *decorator.Pass, o *Options, k key) weighing {
	plan := weighing{wanted: o.MaxBytes.Set || o.Weigh.Set()}
	if !plan.wanted {
		return plan
	}
	checkPredeclared(p)
	for _, part := range k.parts {
		found, why := partWeight(p, part.typ, part.how)
		plan.parts = append(plan.parts, found)
		if why != "" && !o.Weigh.Set() {
			reportUnweighed(p, unweighedKey, why)
		}
	}
	if o.Weigh.Set() {
		plan.findFunc(p, o.Weigh)
		return plan
	}
	for _, result := range p.Func.Values() {
		found, why := weightOf(p, result.Type)
		plan.values = append(plan.values, found)
		if why != "" {
			reportUnweighed(p, unweighedResult, why)
		}
	}
	return plan
}

// checkPredeclared reports names of Go's own that counting bytes needs, and that
// the package has declared for something else.
func checkPredeclared(p *decorator.Pass) {
	for _, name := range []string{"cap", "int", "int64", "len", "new", "uintptr"} {
		if pos, ok := p.Func.File.Package.Declared[name]; ok {
			p.Report(nil, "package %s declares %s at %s, and generated code needs Go's own to count bytes",
				p.Func.File.Package.Name, name, decorator.Place(pos))
		}
	}
}

func reportUnweighed(p *decorator.Pass, what, why string) {
	notes := []string{"fn takes the results without the error: " + wantedWeigh(p)}
	if what == unweighedKey {
		notes = append(notes, "what such a key holds is then left out of account")
	}
	p.ReportOption("max_bytes", append(notes, weighNotes(p)...), "max_bytes= cannot weigh %s: %s: add weigh=fn", what, why)
}

// wantedWeigh spells the type of a function for weigh=.
func wantedWeigh(p *decorator.Pass) string {
	var results []string
	for _, v := range p.Func.Values() {
		results = append(results, p.TypeString(v.Type))
	}
	return fmt.Sprintf("func(%s) int or int64", strings.Join(results, ", "))
}

// findFunc resolves weigh=fn, or reports why it does not fit.
func (plan *weighing) findFunc(p *decorator.Pass, name annotations.Name) {
	obj := p.Lookup(name, isFunc)
	if obj == nil {
		return
	}
	fn, ok := obj.(*types.Func)
	if !ok {
		p.ReportAt(name.Pos, len(name.Text), nil, "%s is no function: weigh= takes the name of a %s", name.Text, wantedWeigh(p))
		return
	}
	plan.fn, plan.generic = fn, fn.Signature().TypeParams() != nil
	if plan.exact, ok = matchWeigh(p, fn); !ok {
		p.ReportAt(name.Pos, len(name.Text), weighNotes(p), "%s is %s, want %s", name.Text, p.TypeString(fn.Type()), wantedWeigh(p))
	}
}

// weighNotes tells that weigh= of a generic function names a generic one.
func weighNotes(p *decorator.Pass) []string {
	if len(p.Func.AllTypeParams()) == 0 {
		return nil
	}
	return []string{"it may have the type parameters of " + p.Func.Name}
}

// matchWeigh tells whether fn takes the results, and whether it returns an int64.
func matchWeigh(p *decorator.Pass, fn *types.Func) (exact, ok bool) {
	sig := fn.Signature()
	if sig.TypeParams() != nil {
		var args []types.Type
		for _, param := range p.Func.AllTypeParams() {
			args = append(args, param.Type)
		}
		if len(args) != sig.TypeParams().Len() {
			return false, false
		}
		made, err := types.Instantiate(nil, sig, args, true)
		if err != nil {
			return false, false
		}
		sig = made.(*types.Signature)
	}
	values := p.Func.Values()
	if sig.Variadic() || sig.Params().Len() != len(values) || sig.Results().Len() != 1 {
		return false, false
	}
	for i, v := range values {
		if !types.Identical(sig.Params().At(i).Type(), v.Type) {
			return false, false
		}
	}
	result := sig.Results().At(0).Type()
	exact = types.Identical(result, types.Typ[types.Int64])
	return exact, exact || types.Identical(result, types.Typ[types.Int])
}
