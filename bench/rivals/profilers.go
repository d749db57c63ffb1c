package rivals

import (
	"context"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// The names of what measures a call of [sample.Add].
const (
	BareCall         = "bare call"
	BareContext      = "bare call, with a context"
	TwoReads         = "two clock reads"
	PrometheusPlain  = "Prometheus histogram"
	PrometheusNative = "Prometheus native histogram"
	HdrMutex         = "HdrHistogram, mutex"
	OTelHistogram    = "OpenTelemetry histogram"
	OTelSpan         = "OpenTelemetry span"
	OTelSpanDropped  = "OpenTelemetry span, not sampled"
)

// A Profiler adds two numbers, and may measure how long that takes.
type Profiler struct {
	Name string
	Add  func(a, b int) int
}

// Floors returns what all profilers contain.
func Floors() []Profiler {
	base, ctx := time.Now(), context.Background()
	return []Profiler{
		{BareCall, sample.Add},
		{BareContext, func(a, b int) int { return sample.AddContext(ctx, a, b) }},
		{TwoReads, func(a, b int) int {
			start := time.Since(base)
			sum := sample.Add(a, b)
			// A difference that is used, but never changes the sum.
			return sum + int((time.Since(base)-start)>>62)
		}},
	}
}

// OtherProfilers returns what others keep of a call. Instruments are made ahead, and have
// no labels: those that look labels up for each call take longer.
func OtherProfilers() ([]Profiler, error) {
	open, err := openTelemetry()
	if err != nil {
		return nil, err
	}
	classic := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "bench", Buckets: prometheus.DefBuckets})
	native := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "bench_native", NativeHistogramBucketFactor: 1.1})
	all := []Profiler{observer(PrometheusPlain, classic), observer(PrometheusNative, native), hdr()}
	return append(all, open...), nil
}

func observer(name string, h prometheus.Histogram) Profiler {
	return Profiler{name, func(a, b int) int {
		start := time.Now()
		sum := sample.Add(a, b)
		h.Observe(time.Since(start).Seconds())
		return sum
	}}
}

// hdr has the precision of ours: a value differs by at most a hundredth of itself.
func hdr() Profiler {
	var mu sync.Mutex
	h := hdrhistogram.New(1, int64(time.Hour), 2)
	return Profiler{HdrMutex, func(a, b int) int {
		start := time.Now()
		sum := sample.Add(a, b)
		took := int64(time.Since(start))
		mu.Lock()
		_ = h.RecordValue(took) // it is below an hour
		mu.Unlock()
		return sum
	}}
}

func openTelemetry() ([]Profiler, error) {
	ctx := context.Background()
	meter := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())).Meter("bench")
	h, err := meter.Float64Histogram("bench", metric.WithUnit("s"))
	if err != nil {
		return nil, err
	}
	return []Profiler{
		{OTelHistogram, func(a, b int) int {
			start := time.Now()
			sum := sample.Add(a, b)
			h.Record(ctx, time.Since(start).Seconds())
			return sum
		}},
		span(OTelSpan, sdktrace.AlwaysSample()),
		span(OTelSpanDropped, sdktrace.NeverSample()),
	}, nil
}

// span makes spans that nobody exports.
func span(name string, s sdktrace.Sampler) Profiler {
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSampler(s)).Tracer("bench")
	ctx := context.Background()
	return Profiler{name, func(a, b int) int {
		_, span := tracer.Start(ctx, "add")
		defer span.End()
		return sample.Add(a, b)
	}}
}
