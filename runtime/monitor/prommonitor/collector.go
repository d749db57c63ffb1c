// Package prommonitor hands the figures of package monitor to Prometheus: of every cache,
// batch processor, loader, pool and profiled function of the process, without being told
// of them.
//
//	prometheus.MustRegister(prommonitor.New(prommonitor.Options{}))
//
// Nothing is counted twice: figures are read when Prometheus asks for them, and cost
// nothing otherwise. docs/monitoring.md lists the names of the metrics. The package
// serves no page; that is what promhttp is for.
package prommonitor

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/bunsui/bunsui-go/runtime/monitor/internal/figure"
)

// APIv1 is referred to by generated code that needs this version of the package. If
// it is undefined, raise bunsui in go.mod.
const APIv1 = true

// Options describe a Collector. The zero value is good.
type Options struct {
	// MaxNames bounds how many caches, functions and so on have series of their own; what
	// is over is summed up under the name "(other)". 0 means monitor.DefaultMaxNames.
	MaxNames int
	// Bounds are those of the classic histogram of durations. Each is moved up, by less
	// than a sixteenth, to where it is known exactly how many calls were below, and the
	// label le says to where: 5ms becomes 0.005111807. nil means fourteen from 10 µs to
	// 10 s.
	Bounds []time.Duration
}

// A Collector is a prometheus.Collector of all figures. Make one with New.
type Collector struct {
	reader         *figure.Reader
	descs          []*prometheus.Desc // in the order of the reader's figures
	duration, wait *prometheus.Desc
	edges          []time.Duration
}

var _ prometheus.Collector = (*Collector)(nil)

// New makes a collector. A registry takes one of them.
func New(o Options) *Collector {
	c := &Collector{
		reader:   figure.NewReader(o.MaxNames),
		duration: describe(figure.Duration),
		wait:     describe(figure.Wait),
		edges:    figure.Edges(o.Bounds),
	}
	for _, f := range c.reader.Figures() {
		c.descs = append(c.descs, describe(f))
	}
	return c
}

func describe(f figure.Figure) *prometheus.Desc {
	labels := make([]string, len(f.Labels))
	for i, l := range f.Labels {
		labels[i] = l.Prometheus
	}
	return prometheus.NewDesc(f.Prometheus, f.Help, labels, nil)
}

// Describe is called by the registry.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range c.descs {
		to <- d
	}
	to <- c.duration
	to <- c.wait
}

// Collect is called by the registry, each time that Prometheus asks. It is safe for
// concurrent use.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	readings, report := c.reader.Read()
	for i, r := range readings {
		kind := prometheus.CounterValue
		if r.Gauge {
			kind = prometheus.GaugeValue
		}
		for _, s := range r.Samples {
			to <- prometheus.MustNewConstMetric(c.descs[i], kind, float64(s.Value), s.Labels...)
		}
	}
	for _, f := range report.Functions {
		to <- newHistogram(c.duration, figure.Durations(f, c.edges), c.edges).native(figure.Grow(f))
	}
	for _, p := range report.Pools {
		to <- newHistogram(c.wait, figure.Waits(p), figure.WaitBounds())
	}
}
