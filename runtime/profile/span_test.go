package profile_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// spanKey is the key by which contexts tell the span that they are of.
type spanKey struct{}

// A testSpan notes what it is told.
type testSpan struct {
	parent any
	ended  []error
}

func (s *testSpan) Context(ctx context.Context) context.Context {
	return context.WithValue(ctx, spanKey{}, s)
}

func (s *testSpan) End(err error) { s.ended = append(s.ended, err) }

// traceInto makes spans of the calls of one function.
func traceInto(list *[]*testSpan, only string) (stop func()) {
	return profile.Trace(func(name string) profile.SpanStarter {
		if name != only {
			return nil
		}
		return func(ctx context.Context) profile.Span {
			s := &testSpan{parent: ctx.Value(spanKey{})}
			*list = append(*list, s)
			return s
		}
	})
}

func TestSpans(t *testing.T) {
	p := newProbe(t)
	var spans []*testSpan
	stop := traceInto(&spans, p.Name())
	defer stop()
	outer := p.Start(t.Context())
	deadline, cancel := context.WithTimeout(t.Context(), time.Hour) // which the body is not to lose
	defer cancel()
	body := outer.Context(deadline)
	if _, ok := body.Deadline(); !ok {
		t.Error("the body has lost the deadline")
	}
	inner := p.Start(body)
	if got := inner.Context(body).Value(spanKey{}); len(spans) != 2 || got != spans[1] || spans[1].parent != spans[0] {
		t.Fatalf("there are %d spans, and the inner body's context has %v", len(spans), got)
	}
	inner.Return(errTest)
	inner.End()
	inner.End()
	stop()
	none := p.Start(body)
	none.Return(nil)
	none.End()
	outer.Return(errTest)
	outer.Return(nil)
	outer.End()
	if len(spans) != 2 || !slices.Equal(spans[0].ended, []error{nil}) || !slices.Equal(spans[1].ended, []error{errTest}) {
		t.Errorf("the spans ended as %v and %v", spans[0].ended, spans[1].ended)
	}
}

func TestSpanOfPanic(t *testing.T) {
	p := newProbe(t)
	var spans []*testSpan
	defer traceInto(&spans, p.Name())()
	func() {
		defer func() {
			if got := recover(); got != errTest {
				t.Errorf("the panic is now %v", got)
			}
		}()
		call := p.Start(t.Context())
		defer call.End()
		panic(errTest)
	}()
	if len(spans) != 1 || !slices.Equal(spans[0].ended, []error{profile.ErrPanicked}) {
		t.Errorf("the spans are %v", spans)
	}
}

// Calls that are not recorded or not timed have no spans, nor have those without a
// context or of other functions.
func TestNoSpan(t *testing.T) {
	p, rare := newProbe(t), profile.New(t.Name()+" rare", profile.Sample(1e-9))
	var spans []*testSpan
	for _, name := range []string{p.Name(), rare.Name(), "none of these"} {
		stop := traceInto(&spans, name)
		begun := p.Begin()
		untimed := rare.Start(t.Context())
		untimed.Return(errTest)
		untimed.End()
		must(t, profile.Switch(p.Name(), profile.Off))
		off := p.Start(t.Context())
		off.End()
		must(t, profile.Switch(p.Name(), profile.Usual))
		if name == "none of these" {
			other := p.Start(t.Context())
			other.End()
		}
		begun.Return(nil)
		begun.End()
		stop()
	}
	if len(spans) > 0 {
		t.Errorf("there are %d spans", len(spans))
	}
}

// A second tracing takes the place of the first, and a starter may decline.
func TestTraceTwice(t *testing.T) {
	var first, second []*testSpan
	p := newProbe(t)
	stopFirst := traceInto(&first, p.Name())
	stopSecond := traceInto(&second, p.Name())
	stopFirst()
	call := p.Start(t.Context())
	call.Return(nil)
	call.End()
	stopSecond()
	defer profile.Trace(func(string) profile.SpanStarter {
		return func(context.Context) profile.Span { return nil }
	})()
	declined := p.Start(t.Context())
	if declined.Context(t.Context()).Value(spanKey{}) != nil {
		t.Error("a call has a span that was declined")
	}
	declined.Return(nil)
	declined.End()
	if len(first) != 0 || len(second) != 1 {
		t.Errorf("%d and %d spans, want 0 and 1", len(first), len(second))
	}
}

// What else a call may have of its own goes with a span.
func TestSpanBesideLabelsAndSlow(t *testing.T) {
	t.Cleanup(profile.DisableLabels)
	t.Cleanup(profile.EnableTree)
	profile.EnableLabels()
	profile.DisableTree()
	p := profile.New(t.Name(), profile.Slow(time.Nanosecond))
	var spans []*testSpan
	defer traceInto(&spans, p.Name())()
	call := p.Start(t.Context())
	if call.Context(t.Context()).Value(spanKey{}) != spans[0] {
		t.Error("the body's context has no span")
	}
	time.Sleep(time.Microsecond)
	if call.Slow() {
		call.Arg("n", 1)
	}
	err := errors.New("slow and wrong")
	call.Return(err)
	call.End()
	got := statsFor(t, p.Name())
	if len(got.Slow) != 1 || got.Slow[0].Error != err.Error() || len(got.Slow[0].Args) != 1 || !slices.Equal(spans[0].ended, []error{err}) {
		t.Errorf("slow calls are %+v, the span ended as %v", got.Slow, spans[0].ended)
	}
}

// A span that panics at its end leaves no labels behind.
func TestSpanThatPanics(t *testing.T) {
	p := newProbe(t)
	defer profile.Trace(func(string) profile.SpanStarter {
		return func(context.Context) profile.Span { return brokenSpan{} }
	})()
	t.Cleanup(profile.DisableLabels)
	profile.EnableLabels()
	func() {
		defer func() {
			if recover() != errTest {
				t.Error("its panic is lost")
			}
		}()
		call := p.Start(t.Context())
		defer call.End()
		call.Return(nil)
	}()
	if got := goroutineLabels(t); strings.Contains(got, p.Name()) {
		t.Errorf("goroutines have labels %s", got)
	}
	if f := statsFor(t, p.Name()); f.Calls != 1 || f.InFlight != 0 {
		t.Errorf("%+v", f)
	}
}

type brokenSpan struct{}

func (brokenSpan) Context(ctx context.Context) context.Context { return ctx }
func (brokenSpan) End(error)                                   { panic(errTest) }
