// Package otelmonitor hands the figures of package monitor to OpenTelemetry: of every
// cache, batch processor, loader, pool and profiled function of the process, without
// being told of them. [Register] is for what is counted, [NewProducer] for distributions:
//
//	reader := sdkmetric.NewPeriodicReader(exporter, sdkmetric.WithProducer(otelmonitor.NewProducer(otelmonitor.Options{})))
//	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
//	_, err := otelmonitor.Register(provider, otelmonitor.Options{})
//
// There are two because instruments that are asked, rather than told of each call, cannot
// have distributions in OpenTelemetry. Nothing is counted twice: figures are read when
// the reader collects, and cost nothing otherwise. docs/monitoring.md lists the names of
// the metrics. [TraceCalls] makes spans of the calls of profiled functions.
package otelmonitor

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/bunsui/bunsui-go/runtime/monitor/internal/figure"
)

// APIv1 is referred to by generated code that needs this version of the package. If
// it is undefined, raise bunsui in go.mod.
const APIv1 = true

// Scope is the name of the instrumentation scope of all metrics and spans.
const Scope = "github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"

// Options describe what Register and NewProducer hand on. The zero value is good.
type Options struct {
	// MaxNames bounds how many caches, functions and so on have series of their own; what
	// is over is summed up under the name "(other)". 0 means DefaultMaxNames. With more,
	// the provider needs a higher limit of its own: see sdkmetric.WithCardinalityLimit.
	MaxNames int
	// Database tells of the name of a pool whether its resources are connections to a
	// database. Such a pool has the metrics of the semantic conventions for these, as far
	// as their meaning is the same, beside its own. nil means that none is one.
	Database func(pool string) bool
	// Exponential makes distributions of durations exponential histograms. Otherwise
	// they have explicit bounds.
	Exponential bool
	// Bounds are the explicit ones. Each is moved up, by less than a sixteenth, to where
	// it is known exactly how many calls were below. nil means fourteen from 10 µs to
	// 10 s.
	Bounds []time.Duration
}

// DefaultMaxNames is less than that of package monitor because the SDK keeps 2,000 series
// of a metric unless it is told otherwise, and a name has three in most metrics that are
// told apart by an outcome or a reason. Pools have up to ten: beyond 199 of them, the SDK
// sums up some of the reasons for which resources were closed.
const DefaultMaxNames = 500

func (o Options) maxNames() int {
	if o.MaxNames <= 0 {
		return DefaultMaxNames
	}
	return o.MaxNames
}

// Register makes instruments for all counts and levels at a provider; nil means that of
// otel.GetMeterProvider. Unregister of the registration ends it. A second call for the
// same provider makes every figure appear twice. The error is that of the provider.
func Register(provider metric.MeterProvider, o Options) (metric.Registration, error) {
	if provider == nil {
		provider = otel.GetMeterProvider()
	}
	r := &registered{reader: figure.NewReader(o.maxNames()), database: o.Database}
	if err := r.make(provider.Meter(Scope)); err != nil {
		return nil, fmt.Errorf("otelmonitor: register: %w", err)
	}
	registration, err := provider.Meter(Scope).RegisterCallback(r.observe, r.all...)
	if err != nil {
		return nil, fmt.Errorf("otelmonitor: register: %w", err)
	}
	return registration, nil
}

// registered is the instruments of one call of Register.
type registered struct {
	reader   *figure.Reader
	database func(string) bool
	own      []metric.Int64Observable // in the order of the reader's figures
	pools    connections
	all      []metric.Observable
}

func (r *registered) make(m metric.Meter) error {
	for _, f := range r.reader.Figures() {
		instrument, err := instrumentOf(m, f)
		if err != nil {
			return err
		}
		r.own = append(r.own, instrument)
		r.all = append(r.all, instrument)
	}
	if r.database == nil {
		return nil
	}
	if err := r.pools.make(m); err != nil {
		return err
	}
	r.all = append(r.all, r.pools.count, r.pools.max, r.pools.pending, r.pools.timeouts)
	return nil
}

// instrumentOf makes the instrument for a figure. What can be summed up over several
// processes is an up-down counter rather than a gauge.
func instrumentOf(m metric.Meter, f figure.Figure) (metric.Int64Observable, error) {
	unit, help := metric.WithUnit(f.Unit), metric.WithDescription(f.Help)
	switch {
	case !f.Gauge:
		return m.Int64ObservableCounter(f.OpenTelemetry, unit, help)
	case f.Unit == "1":
		return m.Int64ObservableGauge(f.OpenTelemetry, unit, help)
	default:
		return m.Int64ObservableUpDownCounter(f.OpenTelemetry, unit, help)
	}
}

func (r *registered) observe(_ context.Context, to metric.Observer) error {
	readings, report := r.reader.Read()
	for i, reading := range readings {
		for _, s := range reading.Samples {
			to.ObserveInt64(r.own[i], s.Value, metric.WithAttributeSet(attributes(reading.Labels, s.Labels)))
		}
	}
	if r.database == nil {
		return nil
	}
	for _, p := range report.Pools {
		if r.database(p.Name) {
			r.pools.observe(to, p)
		}
	}
	return nil
}

func attributes(labels []figure.Label, values []string) attribute.Set {
	all := make([]attribute.KeyValue, len(labels))
	for i, l := range labels {
		all[i] = attribute.String(l.OpenTelemetry, values[i])
	}
	return attribute.NewSet(all...)
}
