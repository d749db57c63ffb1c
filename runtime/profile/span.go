package profile

import (
	"context"
	"errors"
	"sync/atomic"
)

// A Span follows one call that is traced: see [Trace]. It is used by the goroutine of the
// call.
type Span interface {
	// Context returns the context for the body of the function, given the function's own.
	Context(ctx context.Context) context.Context
	// End is called once, when the call ends: with the error that it returned, nil, or
	// [ErrPanicked].
	End(err error)
}

// A SpanStarter begins the span of a call that has got ctx. It returns nil if the call
// is to have none. It must be safe for concurrent use.
type SpanStarter func(ctx context.Context) Span

// ErrPanicked tells [Span.End] that a call panicked or called runtime.Goexit, which goes
// on when End returns: the stack of the panic is still that of the goroutine.
var ErrPanicked = errors.New("profile: the call panicked or called runtime.Goexit")

// Trace makes spans of calls that begin from now on, until stop is called; spans of
// calls under way then still end. For each function and region, also those to come,
// starter says what begins its spans, or returns nil to have none of it. It is asked again
// when settings change, and must not call this package.
//
// Calls have spans that are recorded, timed and of a function with a context. There is one
// tracing at a time: a second Trace takes the place of the first, whose stop then does
// nothing. Package otelmonitor makes spans for OpenTelemetry.
func Trace(starter func(name string) SpanStarter) (stop func()) {
	made := &tracing{starter: starter}
	switchTracing(func() bool { return true }, made)
	return func() {
		switchTracing(func() bool { return switches.tracing == made }, nil)
	}
}

// tracing is one call of Trace.
type tracing struct {
	starter func(name string) SpanStarter
}

// switchTracing goes over to another tracing, or to none, if that is still wanted.
func switchTracing(wanted func() bool, to *tracing) {
	switches.mu.Lock()
	defer switches.mu.Unlock()
	if wanted() {
		switches.tracing = to
		applyAllLocked()
	}
}

// spans begins those of a probe.
type spans struct {
	start atomic.Pointer[SpanStarter] // nil while there are none
}

func (s *spans) applyLocked(name string, recorded bool) (traced bool) {
	var start SpanStarter
	if recorded && switches.tracing != nil {
		start = switches.tracing.starter(name)
	}
	if start == nil {
		s.start.Store(nil)
		return false
	}
	s.start.Store(&start)
	return true
}

// of begins the span of a call, and returns its place, which it belongs to.
func (s *spans) of(ctx context.Context, at *place) *place {
	start := s.start.Load()
	if start == nil {
		return at // it has stopped since
	}
	span := (*start)(ctx)
	switch {
	case span == nil:
		return at
	case at != nil && at.extra != nil:
		at.extra.span = span
		return at
	}
	return at.with(&extra{span: span})
}
