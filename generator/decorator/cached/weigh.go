package cached

import (
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// A weighing is the plan of how many bytes a key and its results hold.
type weighing struct {
	// wanted tells that results are weighed at all.
	wanted bool
	// fn is the user's function that weighs results, or nil, and exact tells that it
	// returns an int64.
	fn    *resultFunc
	exact bool
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
	checkPredeclared(p, "to count bytes", "cap", "int", "int64", "len", "new", "uintptr")
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

// checkPredeclared reports names of Go's own that generated code needs for some
// purpose, and that the package has declared for something else.
func checkPredeclared(p *decorator.Pass, purpose string, names ...string) {
	for _, name := range names {
		if pos, ok := p.Func.File.Package.Declared[name]; ok {
			p.Report(nil, "package %s declares %s at %s, and generated code needs Go's own %s",
				p.Func.File.Package.Name, name, decorator.Place(pos), purpose)
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
func wantedWeigh(p *decorator.Pass) string { return wantedFunc(p, "int or int64") }

// findFunc resolves weigh=fn, or reports why it does not fit.
func (plan *weighing) findFunc(p *decorator.Pass, name annotations.Name) {
	plan.fn = findResultFunc(p, "weigh", name, "int or int64", func(result types.Type) bool {
		plan.exact = types.Identical(result, types.Typ[types.Int64])
		return plan.exact || types.Identical(result, types.Typ[types.Int])
	})
}

// weighNotes tells that weigh= of a generic function names a generic one.
func weighNotes(p *decorator.Pass) []string {
	if len(p.Func.AllTypeParams()) == 0 {
		return nil
	}
	return []string{"it may have the type parameters of " + p.Func.Name}
}
