package otelmonitor_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// traced makes spans of calls until the test ends, and returns what keeps them and where
// others get theirs.
func traced(t *testing.T, o otelmonitor.TraceOptions, opts ...sdktrace.TracerProviderOption) (*tracetest.SpanRecorder, trace.Tracer) {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(append(opts, sdktrace.WithSpanProcessor(recorder))...)
	stop := otelmonitor.TraceCalls(provider, o)
	t.Cleanup(func() {
		stop()
		if err := provider.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return recorder, provider.Tracer("the user's")
}

// called runs body as a profiled function.
func called(ctx context.Context, name string, body func(context.Context) error) error {
	call := profile.New(name).Start(ctx)
	defer call.End()
	err := body(call.Context(ctx))
	call.Return(err)
	return err
}

func spanOf(t *testing.T, all []sdktrace.ReadOnlySpan, name string) sdktrace.ReadOnlySpan {
	t.Helper()
	i := slices.IndexFunc(all, func(s sdktrace.ReadOnlySpan) bool { return s.Name() == name })
	if i < 0 {
		t.Fatalf("there is no span %q among %d", name, len(all))
	}
	return all[i]
}

// under tells that a span is a child of another.
func under(t *testing.T, child, parent sdktrace.ReadOnlySpan) {
	t.Helper()
	if child.Parent().SpanID() != parent.SpanContext().SpanID() || child.SpanContext().TraceID() != parent.SpanContext().TraceID() {
		t.Errorf("%s is not below %s", child.Name(), parent.Name())
	}
}

func TestSpansNest(t *testing.T) {
	recorder, users := traced(t, otelmonitor.TraceOptions{})
	ctx, top := users.Start(t.Context(), "request")
	err := called(ctx, "example.com/store.Users.getUser", func(ctx context.Context) error {
		ctx, query := users.Start(ctx, "query")
		defer query.End()
		_, end := profile.Region(ctx, "GET /read.rows")
		defer end()
		return nil
	})
	top.End()
	all := recorder.Ended()
	if err != nil || len(all) != 4 {
		t.Fatalf("%d spans, %v", len(all), err)
	}
	call, query := spanOf(t, all, "store.Users.getUser"), spanOf(t, all, "query")
	under(t, call, spanOf(t, all, "request"))
	under(t, query, call)
	under(t, spanOf(t, all, "GET /read.rows"), query)
	want := []attribute.KeyValue{semconv.CodeFunctionName("example.com/store.Users.getUser")}
	if !slices.Equal(call.Attributes(), want) || call.Status().Code != codes.Unset || call.SpanKind() != trace.SpanKindInternal {
		t.Errorf("the span has %v, %v, %v", call.Attributes(), call.Status(), call.SpanKind())
	}
	if s := call.InstrumentationScope(); s.Name != otelmonitor.Scope || s.SchemaURL != semconv.SchemaURL {
		t.Errorf("the scope is %+v", s)
	}
}

// A fault is an error whose method panics where there is none.
type fault struct{ text string }

func (f *fault) Error() string { return f.text }

// A coded error says its own type.
type coded struct{ error }

func (coded) ErrorType() string { return "quota" }

func TestSpanOfError(t *testing.T) {
	recorder, _ := traced(t, otelmonitor.TraceOptions{})
	long := strings.Repeat("é", 400)
	for i, tt := range []struct {
		err           error
		kind, message string
	}{
		{errors.New("no such user"), "*errors.errorString", "no such user"},
		{fmt.Errorf("get: %w", &fault{"disk"}), "*otelmonitor_test.fault", "get: disk"},
		{coded{errors.New("too many")}, "quota", "too many"},
		{(*fault)(nil), "*otelmonitor_test.fault", "<nil>"},
		{errors.New("\xff" + long), "*errors.errorString", long[:498] + "…"},
	} {
		name := fmt.Sprint("failing", i)
		called(t.Context(), name, func(context.Context) error { return tt.err })
		s := spanOf(t, recorder.Ended(), name)
		if s.Status() != (sdktrace.Status{Code: codes.Error, Description: tt.message}) ||
			!slices.Contains(s.Attributes(), semconv.ErrorTypeKey.String(tt.kind)) {
			t.Errorf("%v: the span has %v, %v", tt.err, s.Status(), s.Attributes())
		}
		want := []attribute.KeyValue{semconv.ExceptionType(tt.kind), semconv.ExceptionMessage(tt.message)}
		if e := s.Events(); len(e) != 1 || e[0].Name != "exception" || !slices.Equal(e[0].Attributes, want) {
			t.Errorf("%v: the events are %v", tt.err, e)
		}
	}
}

func TestSpanOfPanic(t *testing.T) {
	recorder, _ := traced(t, otelmonitor.TraceOptions{})
	for kind, leave := range map[string]func(){
		"panic":          func() { panic("secret") },
		"runtime.Goexit": runtime.Goexit,
	} {
		done := make(chan any)
		go func() {
			defer func() { done <- recover() }()
			called(t.Context(), "leaving by "+kind, func(context.Context) error { leave(); return nil })
		}()
		if got := <-done; (got == "secret") != (kind == "panic") {
			t.Errorf("%s: recovered %v", kind, got)
		}
		s := spanOf(t, recorder.Ended(), "leaving by "+kind)
		if s.Status() != (sdktrace.Status{Code: codes.Error, Description: kind}) || len(s.Events()) != 1 {
			t.Fatalf("%s: the span has %v, %v", kind, s.Status(), s.Events())
		}
		set := attribute.NewSet(s.Events()[0].Attributes...)
		stack, _ := set.Value(semconv.ExceptionStacktraceKey)
		if !has(set, semconv.ExceptionType(kind)) || !strings.HasPrefix(stack.AsString(), "runtime.") ||
			!strings.Contains(stack.AsString(), "otelmonitor_test.TestSpanOfPanic") || strings.Contains(stack.AsString(), "secret") {
			t.Errorf("%s: the event has %v", kind, set.ToSlice())
		}
	}
	forgot := profile.New("forgot to report").Start(t.Context())
	forgot.End()
	if s := spanOf(t, recorder.Ended(), "forgot to report"); s.Status().Description != "_OTHER" {
		t.Errorf("without a report the status is %v", s.Status())
	}
}

// The sampler decides, and what it leaves out is left out below as well.
func TestSpansFollowTheSampler(t *testing.T) {
	recorder, _ := traced(t, otelmonitor.TraceOptions{}, sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.AlwaysSample())))
	remote := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, Remote: true})
	called(trace.ContextWithSpanContext(t.Context(), remote), "left out", func(ctx context.Context) error {
		if s := trace.SpanContextFromContext(ctx); s.IsSampled() || s.TraceID() != remote.TraceID() || s.SpanID() == remote.SpanID() {
			t.Errorf("the body has %+v", s)
		}
		return called(ctx, "left out below", func(context.Context) error { return errors.ErrUnsupported })
	})
	if n := len(recorder.Started()); n != 0 {
		t.Errorf("%d spans are recorded", n)
	}
}

func TestTraceOnly(t *testing.T) {
	recorder, _ := traced(t, otelmonitor.TraceOptions{Only: []string{"example.com/store.*", "*exact"}})
	nothing := func(context.Context) error { return nil }
	called(t.Context(), "example.com/other.get", func(ctx context.Context) error {
		return called(ctx, "example.com/store.get", nothing)
	})
	called(t.Context(), "not quite exactly", nothing)
	all := recorder.Ended()
	if len(all) != 1 || all[0].Parent().IsValid() {
		t.Errorf("there are %d spans", len(all))
	}
}

// A load's span hangs below that of the call that has missed, and a hit has none; so has
// a load in the background below the call that began it.
func TestSpansOfCache(t *testing.T) {
	recorder, users := traced(t, otelmonitor.TraceOptions{})
	c := cache.New(cache.Options[int, int]{Name: unique("otel.spans"), TTL: time.Hour, Refresh: time.Nanosecond})
	load := func(ctx context.Context, key int) (v int, err error) {
		err = called(ctx, "example.com/store.load", func(context.Context) error { return nil })
		return key, err
	}
	get := func(name string) {
		ctx, cancel := context.WithCancel(t.Context()) // so that the load runs elsewhere
		defer cancel()
		ctx, s := users.Start(ctx, name)
		defer s.End()
		if _, err := c.Load(ctx, 1, load); err != nil {
			t.Error(err)
		}
	}
	get("miss")
	all := recorder.Ended()
	under(t, spanOf(t, all, "store.load"), spanOf(t, all, "miss"))
	deadline := time.Now().Add(10 * time.Second)
	for hits := 0; len(recorder.Ended()) < 2+hits+1; hits++ { // the clock of caches is coarse
		if time.Now().After(deadline) {
			t.Fatal("nothing is loaded in the background")
		}
		get("hit")
		time.Sleep(10 * time.Millisecond)
	}
	all = recorder.Ended()[2:]
	refresh := spanOf(t, all, "store.load")
	i := slices.IndexFunc(all, func(s sdktrace.ReadOnlySpan) bool { return s.SpanContext().SpanID() == refresh.Parent().SpanID() })
	if i < 0 || all[i].Name() != "hit" {
		t.Errorf("the load in the background is below %v", refresh.Parent())
	}
}
