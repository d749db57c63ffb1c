package otelmonitor

import (
	"context"
	"slices"
	"strings"

	"go.opentelemetry.io/otel"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/bunsui/bunsui-go/runtime/monitor/internal/pattern"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// TraceOptions describe what TraceCalls makes spans of. The zero value means everything.
type TraceOptions struct {
	// Only restricts spans to functions and regions whose names match one of these
	// patterns, such as "example.com/store.*", in which * stands for any text, also for
	// none. nil means all.
	Only []string
}

func (o TraceOptions) wants(name string) bool {
	return o.Only == nil || slices.ContainsFunc(o.Only, func(p string) bool { return pattern.Match(p, name) })
}

// TraceCalls makes a span of each call, from now on, of a profiled function or region that
// has a context, until stop is called. provider nil means that of
// otel.GetTracerProvider, whose sampler decides which spans are recorded.
//
// The span's parent is that of the function's context, and the context that the function
// passes on carries the span. It is named after the package and the function, or the
// region; code.function.name has the whole name. An error that is returned sets the
// status, with its text, and error.type, and is recorded as an event. A panic, and
// runtime.Goexit, do so with the stack but without the value of the panic, which only who
// recovers it can know. Regions have no outcome.
//
// There is no span of calls that profile does not record or, because of sample=, does not
// time, and of functions without a context. Spans under way end as usual after stop. A
// process has one tracing of this kind: a second call takes the place of the first, whose
// stop then does nothing.
func TraceCalls(provider trace.TracerProvider, o TraceOptions) (stop func()) {
	if provider == nil {
		provider = otel.GetTracerProvider()
	}
	tracer := provider.Tracer(Scope, trace.WithSchemaURL(semconv.SchemaURL))
	o.Only = slices.Clone(o.Only)
	return profile.Trace(func(name string) profile.SpanStarter {
		if !o.wants(name) {
			return nil
		}
		name = strings.ToValidUTF8(name, "\uFFFD") // else exporters refuse all spans that are sent with it
		short, options := shortName(name), []trace.SpanStartOption{trace.WithAttributes(semconv.CodeFunctionName(name))}
		return func(ctx context.Context) profile.Span {
			_, made := tracer.Start(ctx, short, options...)
			return &span{of: made}
		}
	})
}

// shortName leaves the path of the package out of a function's name. Names of regions may
// have slashes of another meaning.
func shortName(name string) string {
	last := name[strings.LastIndexByte(name, '/')+1:]
	if strings.Contains(last, ".") && !strings.Contains(name, " ") {
		return last
	}
	return name
}

// A span is that of a call.
type span struct{ of trace.Span }

// Context does not return what came of the start: it may be asked for another context
// than that with which the call has begun, such as one with a deadline.
func (s *span) Context(ctx context.Context) context.Context {
	return trace.ContextWithSpan(ctx, s.of)
}

func (s *span) End(err error) {
	if err != nil && s.of.IsRecording() {
		failureOf(err).record(s.of)
	}
	s.of.End()
}
