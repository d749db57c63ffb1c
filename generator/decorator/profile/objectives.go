package profile

import (
	"go/constant"
	"go/types"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// A latency is an option that says how long a quantile of the calls may take.
type latency struct {
	option, label string
	quantile      float64
	annotations.Duration
	// constant is what says so, if it has a name.
	constant types.Object
}

// latencies are the options that are given, in ascending order of their quantiles.
func (o *Options) latencies() (given []latency) {
	for _, l := range []latency{
		{option: "p50", label: "p50", quantile: 0.5, Duration: o.P50},
		{option: "p90", label: "p90", quantile: 0.9, Duration: o.P90},
		{option: "p95", label: "p95", quantile: 0.95, Duration: o.P95},
		{option: "p99", label: "p99", quantile: 0.99, Duration: o.P99},
		{option: "p999", label: "p99.9", quantile: 0.999, Duration: o.P999},
	} {
		if l.Set {
			given = append(given, l)
		}
	}
	return given
}

func checkLatencies(p *decorator.Pass, o *Options) []latency {
	given := o.latencies()
	for i := range given {
		l := &given[i]
		if !l.Name.Set() {
			continue
		}
		l.constant = lookUpConstant(p, l.Name, "the objective", "monitor.LatencyAbove watches a limit that is known when the program runs")
		if c, ok := l.constant.(*types.Const); ok {
			n, _ := constant.Int64Val(constant.ToInt(c.Val()))
			l.Value = time.Duration(n)
		}
	}
	for i := 1; i < len(given); i++ {
		if low, high := given[i-1], given[i]; low.Value >= high.Value && high.Value > 0 {
			p.ReportOption(low.option, nil, "%s=%v cannot be missed unless %s=%v is: it must be shorter, or left out",
				low.option, low.Value, high.option, high.Value)
		}
	}
	return given
}

func checkMaxErrors(p *decorator.Pass, o *Options) float64 {
	if o.MaxErrors.Fraction == 1 {
		p.ReportOption("max_errors", nil, "max_errors=100%% cannot be missed: all calls may fail then")
	}
	return o.MaxErrors.Fraction
}

// objectives are options of the probe:
//
//	profile.MaxLatency(0.99, 200*time.Millisecond), profile.MaxErrors(0.01)
func (p plan) objectives(f *emit.File, w *emit.Func) (all []jen.Code) {
	for _, l := range p.latencies {
		limit := f.Duration(l.Value)
		if l.constant != nil {
			limit = w.Object(l.constant)
		}
		all = append(all, w.Runtime("profile", "MaxLatency").Call(jen.Lit(l.quantile), limit))
	}
	if p.maxErrors != 0 {
		all = append(all, w.Runtime("profile", "MaxErrors").Call(jen.Lit(p.maxErrors)))
	}
	return all
}

// Objectives makes the plan a decorator.Aimed.
func (p plan) Objectives() (all []decorator.Objective) {
	for _, l := range p.latencies {
		all = append(all, decorator.Objective{Label: l.label, Quantile: l.quantile, Max: l.Value})
	}
	if p.maxErrors != 0 {
		all = append(all, decorator.Objective{Label: "errors", MaxErrors: p.maxErrors})
	}
	return all
}
