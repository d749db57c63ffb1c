package otelmonitor_test

import (
	"context"
	"slices"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// discard is an exporter that takes no time, so that what is measured is the caller's part.
type discard struct{}

func (discard) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (discard) Shutdown(context.Context) error                             { return nil }

var benchProbe = profile.New("example.com/bench.traced")

//go:noinline
func benchCall(ctx context.Context) {
	call := benchProbe.Start(ctx)
	defer call.End()
	benchBody(call.Context(ctx))
	call.Return(nil)
}

//go:noinline
func benchBody(context.Context) {}

// BenchmarkSpans runs calls without a tracing, with one that samples nothing, and with
// one that samples everything, in turn, beside what the same span costs by hand, and
// reports the price of each as a multiple of the first.
func BenchmarkSpans(b *testing.B) {
	const batch = 200
	ctx := b.Context()
	never := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
	always := sdktrace.NewTracerProvider(sdktrace.WithBatcher(discard{}))
	defer always.Shutdown(ctx)
	byHand := func(provider *sdktrace.TracerProvider) func() {
		tracer := provider.Tracer("by hand")
		return func() {
			ctx, span := tracer.Start(ctx, "bench.traced", trace.WithAttributes(semconv.CodeFunctionName("example.com/bench.traced")))
			benchBody(ctx)
			span.End()
		}
	}
	contenders := []struct {
		name     string
		provider *sdktrace.TracerProvider
		call     func()
	}{
		{"off", nil, func() { benchCall(ctx) }},
		{"never", never, func() { benchCall(ctx) }},
		{"never-by-hand", nil, byHand(never)},
		{"always", always, func() { benchCall(ctx) }},
		{"always-by-hand", nil, byHand(always)},
	}
	times := make([][]time.Duration, len(contenders))
	for b.Loop() {
		for i, c := range contenders {
			stop := func() {}
			if c.provider != nil {
				stop = otelmonitor.TraceCalls(c.provider, otelmonitor.TraceOptions{})
			}
			start := time.Now()
			for range batch {
				c.call()
			}
			times[i] = append(times[i], time.Since(start))
			stop()
		}
	}
	var off time.Duration
	for i, c := range contenders {
		slices.Sort(times[i])
		quartile := times[i][len(times[i])/4]
		if i == 0 {
			off = quartile
			b.ReportMetric(float64(off)/batch, "off-ns")
			continue
		}
		b.ReportMetric(float64(quartile)/float64(off), c.name+"-x-off")
	}
}
