package profile

import (
	"context"
	"runtime/pprof"
	"runtime/trace"
	"time"
)

// FuncLabel is the key of the label by which CPU and goroutine profiles tell
// measured functions apart: see [EnableLabels].
const FuncLabel = "bunsui_func"

// An extra is what a call has if somebody has asked for it.
type extra struct {
	region *trace.Region
	before context.Context // whose labels come back when the call ends; nil without labels
	began  time.Time       // of a slow call that has stopped
	args   []Arg
	err    error // of a slow call, or one with a span
	span   Span
}

// with returns a place of one call's own, with x.
func (at *place) with(x *extra) *place {
	own := &place{extra: x}
	if at != nil {
		own.probe, own.cells, own.at, own.inner = at.probe, at.cells, at.at, at.inner
	}
	return own
}

// more returns the call's extra, which it gets if it has none.
func (c *Call) more() *extra {
	if c.place == nil || c.place.extra == nil {
		c.place = c.place.with(new(extra))
	}
	return c.place.extra
}

// begin gives the goroutine a call's label, and those of ctx, if state says so, and
// begins a region of the execution trace that is being written, if one is.
func begin(ctx context.Context, name string, state uint32) *extra {
	x := new(extra)
	if state&labelling != 0 {
		x.before = ctx
		pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels(FuncLabel, name)))
	}
	if trace.IsEnabled() {
		x.region = trace.StartRegion(ctx, name)
	}
	return x
}

func (e *extra) end(outcome flags) {
	if e.region != nil {
		e.region.End()
	}
	if e.before != nil {
		pprof.SetGoroutineLabels(e.before)
	}
	if e.span != nil { // last, since it is others' code, which may panic
		e.span.End(e.told(outcome))
	}
}

// told returns what a span is told at its end.
func (e *extra) told(outcome flags) error {
	switch outcome {
	case succeeded:
		return nil
	case failed:
		return e.err
	}
	return ErrPanicked
}

// A within is the context of a call's body.
type within struct {
	context.Context
	at *node
}

// withinKey is the key by which contexts tell whose body they are of.
var withinKey = new(int)

func (w *within) Value(key any) any {
	if key == withinKey {
		return w.at
	}
	return w.Context.Value(key)
}

func (c *Call) context(ctx context.Context) context.Context {
	if x := c.place.extra; x != nil && x.span != nil {
		ctx = x.span.Context(ctx)
	}
	if x := c.place.extra; x != nil && x.before != nil && c.stripe != nil {
		ctx = pprof.WithLabels(ctx, pprof.Labels(FuncLabel, c.stripe.probe.name))
	}
	if c.place.at == nil || c.place.inner {
		return ctx
	}
	return &within{Context: ctx, at: c.place.at}
}
