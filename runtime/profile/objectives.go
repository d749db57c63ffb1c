package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Objectives are what a function should keep to. Nothing here depends on them: package
// monitor judges them, and alerts whoever wants to know. The zero value asks for nothing.
type Objectives struct {
	// Latency has the objectives of [MaxLatency], in ascending order of their quantiles.
	Latency []LatencyObjective
	// MaxErrors is the fraction of the calls that may return an error or panic, or 0 if
	// nothing is said about it.
	MaxErrors float64
}

// A LatencyObjective is a duration that a quantile of a function's calls should not
// exceed.
type LatencyObjective struct {
	Quantile float64 // above 0 and below 1
	Max      time.Duration
}

// Name returns what the quantile is called: p50, p99, p99.9.
func (o LatencyObjective) Name() string {
	// Its digits with the point moved. Those of the product with 100 may have noise, and
	// with fewer of them several quantiles would have one name.
	percent, _ := strconv.ParseFloat(strconv.FormatFloat(o.Quantile, 'f', -1, 64)+"e2", 64)
	return "p" + strconv.FormatFloat(percent, 'f', -1, 64)
}

// MaxLatency says that the quantile q of the durations should not exceed d: with 0.99 that
// at most one call in a hundred takes longer. A probe may have one for each of several
// quantiles; of one that is given twice the last holds. Of a probe with [Sample] the calls
// that are timed are judged. MaxLatency panics unless q is above 0 and below 1 and d is
// positive.
func MaxLatency(q float64, d time.Duration) Option {
	switch {
	case !(q > 0 && q < 1):
		panic(fmt.Sprintf("profile: MaxLatency(%v, %v): the quantile must be above 0 and below 1", q, d))
	case d <= 0:
		panic(fmt.Sprintf("profile: MaxLatency(%v, %v): the duration must be positive", q, d))
	}
	return func(o *options) { o.objectives.add(LatencyObjective{Quantile: q, Max: d}) }
}

// MaxErrors says that at most that fraction of the calls should return an error or panic.
// It panics unless fraction is above 0 and below 1.
func MaxErrors(fraction float64) Option {
	if !(fraction > 0 && fraction < 1) {
		panic(fmt.Sprintf("profile: MaxErrors(%v): the fraction must be above 0 and below 1", fraction))
	}
	return func(o *options) { o.objectives.MaxErrors = fraction }
}

// add puts an objective where it belongs, in place of another one for its quantile.
func (o *Objectives) add(l LatencyObjective) {
	i, found := slices.BinarySearchFunc(o.Latency, l.Quantile, func(e LatencyObjective, q float64) int { return cmp.Compare(e.Quantile, q) })
	if found {
		o.Latency[i] = l
		return
	}
	o.Latency = slices.Insert(o.Latency, i, l)
}

// clone returns a copy that is the caller's.
func (o Objectives) clone() Objectives {
	o.Latency = slices.Clone(o.Latency)
	return o
}

type exportedObjectives struct {
	Latency   []exportedLatency `json:"latency"`
	MaxErrors float64           `json:"max_errors,omitempty"`
}

type exportedLatency struct {
	Quantile float64       `json:"quantile"`
	Max      time.Duration `json:"max_ns"`
}

// exportObjectives returns nil, which is left out, where nothing is asked for.
func exportObjectives(o Objectives) *exportedObjectives {
	if len(o.Latency) == 0 && o.MaxErrors == 0 {
		return nil
	}
	e := &exportedObjectives{Latency: make([]exportedLatency, len(o.Latency)), MaxErrors: o.MaxErrors}
	for i, l := range o.Latency {
		e.Latency[i] = exportedLatency(l)
	}
	return e
}

func (e *exportedObjectives) objectives() Objectives {
	if e == nil {
		return Objectives{}
	}
	o := Objectives{MaxErrors: e.MaxErrors}
	for _, l := range e.Latency {
		o.add(LatencyObjective(l))
	}
	return o
}
