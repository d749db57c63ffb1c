package otelmonitor

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/monitor/internal/figure"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// start is about when the process began to count.
var start = time.Now()

// A Producer hands the durations of profiled functions and the waits for pools to a
// reader, by sdkmetric.WithProducer. They are always cumulative, whatever temporality the
// exporter prefers, and views do not apply. Make one with NewProducer. It is safe for
// concurrent use.
type Producer struct {
	limiter     *monitor.Limiter
	exponential bool
	edges       []time.Duration

	mu sync.Mutex
	// series are what was handed on before, by metric and name.
	series map[[2]string]series
	last   time.Time
}

// series is when the counts of a series began, and what they had reached.
type series struct {
	start time.Time
	count uint64
}

var _ sdkmetric.Producer = (*Producer)(nil)

// NewProducer makes a producer.
func NewProducer(o Options) *Producer {
	return &Producer{
		limiter: monitor.NewLimiter(o.maxNames()), exponential: o.Exponential,
		edges: figure.Edges(o.Bounds), last: start,
	}
}

// Produce is called by the reader. It returns no error.
func (p *Producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.limiter.Limit(monitor.Snapshot())
	t := &taking{now: r.Time, last: p.last, before: p.series, series: make(map[[2]string]series)}
	metrics := []metricdata.Metrics{
		{Name: figure.Wait.OpenTelemetry, Description: figure.Wait.Help, Unit: figure.Wait.Unit, Data: t.waits(r.Pools)},
		{Name: figure.Duration.OpenTelemetry, Description: figure.Duration.Help, Unit: figure.Duration.Unit, Data: p.durations(t, r.Functions)},
	}
	p.series, p.last = t.series, r.Time
	return []metricdata.ScopeMetrics{{Scope: instrumentation.Scope{Name: Scope}, Metrics: metrics}}, nil
}

func (p *Producer) durations(t *taking, all []profile.FuncStats) metricdata.Aggregation {
	if p.exponential {
		return t.exponentials(all)
	}
	data := metricdata.Histogram[float64]{Temporality: metricdata.CumulativeTemporality}
	for _, f := range all {
		point := t.point(figure.Duration, figure.Durations(f, p.edges), p.edges)
		if f.Timed > 0 {
			point.Min, point.Max = extrema(f)
		}
		data.DataPoints = append(data.DataPoints, point)
	}
	return data
}

// A taking is one call of Produce.
type taking struct {
	now, last      time.Time
	before, series map[[2]string]series
}

// began returns when the counts of a series began: anew if they have fallen, as by
// profile.Reset.
func (t *taking) began(f figure.Figure, name string, count uint64) time.Time {
	at := [2]string{f.OpenTelemetry, name}
	s, known := t.before[at]
	switch {
	case !known:
		s.start = start
	case count < s.count:
		s.start = t.last
	}
	s.count = count
	t.series[at] = s
	return s.start
}

func (t *taking) point(f figure.Figure, h figure.Histogram, bounds []time.Duration) metricdata.HistogramDataPoint[float64] {
	point := metricdata.HistogramDataPoint[float64]{
		Attributes: attributes(f.Labels, h.Labels), StartTime: t.began(f, h.Labels[0], h.Count), Time: t.now,
		Count: h.Count, Sum: h.Sum.Seconds(), BucketCounts: h.Counts,
	}
	for _, b := range bounds {
		point.Bounds = append(point.Bounds, b.Seconds())
	}
	return point
}

func (t *taking) waits(all []monitor.Pool) metricdata.Aggregation {
	data := metricdata.Histogram[float64]{Temporality: metricdata.CumulativeTemporality}
	for _, p := range all {
		data.DataPoints = append(data.DataPoints, t.point(figure.Wait, figure.Waits(p), figure.WaitBounds()))
	}
	return data
}

func (t *taking) exponentials(all []profile.FuncStats) metricdata.Aggregation {
	data := metricdata.ExponentialHistogram[float64]{Temporality: metricdata.CumulativeTemporality}
	for _, f := range all {
		e := figure.Grow(f)
		point := metricdata.ExponentialHistogramDataPoint[float64]{
			Attributes: attribute.NewSet(attribute.String(figure.Duration.Labels[0].OpenTelemetry, f.Name)),
			StartTime:  t.began(figure.Duration, f.Name, f.Timed), Time: t.now,
			Count: f.Timed, Sum: f.Total.Seconds(), Scale: figure.Scale, ZeroCount: e.Zero,
			// Here a bucket is called by its lower bound, there by its upper one.
			PositiveBucket: metricdata.ExponentialBucket{Offset: int32(e.First - 1), Counts: e.Counts},
		}
		if f.Timed > 0 {
			point.Min, point.Max = extrema(f)
		}
		data.DataPoints = append(data.DataPoints, point)
	}
	return data
}

func extrema(f profile.FuncStats) (least, greatest metricdata.Extrema[float64]) {
	return metricdata.NewExtrema(f.Min.Seconds()), metricdata.NewExtrema(f.Max.Seconds())
}
