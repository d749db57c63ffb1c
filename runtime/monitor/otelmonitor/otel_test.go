package otelmonitor_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/dbconv"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

var runs atomic.Int64

// unique makes a name of the process that no other run of the test has used.
func unique(name string) string { return fmt.Sprint(name, runs.Add(1)) }

// collect returns what a reader has, by the names of the metrics.
func collect(t *testing.T, r sdkmetric.Reader) map[string]metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := r.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]metricdata.Metrics)
	for _, scope := range all.ScopeMetrics {
		if scope.Scope.Name != otelmonitor.Scope {
			t.Errorf("there is a scope %q", scope.Scope.Name)
		}
		for _, m := range scope.Metrics {
			byName[m.Name] = m
		}
	}
	return byName
}

// has tells that a set of attributes has all of some.
func has(set attribute.Set, some ...attribute.KeyValue) bool {
	return !slices.ContainsFunc(some, func(want attribute.KeyValue) bool {
		got, ok := set.Value(want.Key)
		return !ok || got != want.Value
	})
}

func sum(t *testing.T, m metricdata.Metrics, with ...attribute.KeyValue) int64 {
	t.Helper()
	for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
		if has(p.Attributes, with...) {
			return p.Value
		}
	}
	t.Fatalf("%s has nothing with %v", m.Name, with)
	return 0
}

func text(key, value string) attribute.KeyValue { return attribute.String(key, value) }

func TestRegister(t *testing.T) {
	name := unique("otel.cache")
	c := cache.New(cache.Options[int, int]{Name: name, TTL: time.Hour})
	c.Set(t.Context(), 1, 1)
	p := pool.New(pool.Options[int]{Name: "otel.pool", Max: 4, New: func(context.Context) (int, error) { return 1, nil }})
	defer p.Close(t.Context())
	lease, err := p.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Release()
	reader := sdkmetric.NewManualReader()
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	defer provider.Shutdown(t.Context())
	registration, err := otelmonitor.Register(provider, otelmonitor.Options{Database: func(name string) bool { return name == "otel.pool" }})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		c.Get(1)
	}

	got := collect(t, reader)
	if n := sum(t, got["bunsui.cache.lookups"], text("bunsui.cache.name", name), text("bunsui.cache.result", "hit")); n != 3 {
		t.Errorf("%d hits, want 3", n)
	}
	counter, level := got["bunsui.cache.lookups"], got["bunsui.cache.entries"]
	if counter.Unit != "{lookup}" || !counter.Data.(metricdata.Sum[int64]).IsMonotonic || level.Data.(metricdata.Sum[int64]).IsMonotonic {
		t.Errorf("the metrics are %+v, %+v", counter, level)
	}
	if n := sum(t, got["bunsui.pool.resources"], text("bunsui.pool.name", "otel.pool"), text("bunsui.pool.state", "in_use")); n != 1 {
		t.Errorf("%d are in use, want 1", n)
	}
	checkConnections(t, got)
	if err := registration.Unregister(); err != nil || len(collect(t, reader)) > 0 {
		t.Errorf("Unregister: %v, and there are metrics", err)
	}
}

// checkConnections takes the names from the library, so that they are those of the
// semantic conventions.
func checkConnections(t *testing.T, got map[string]metricdata.Metrics) {
	t.Helper()
	name := semconv.DBClientConnectionPoolName("otel.pool")
	if n := sum(t, got[dbconv.ClientConnectionCount{}.Name()], name, semconv.DBClientConnectionStateUsed); n != 1 {
		t.Errorf("%d connections are used, want 1", n)
	}
	if n := sum(t, got[dbconv.ClientConnectionMax{}.Name()], name); n != 4 {
		t.Errorf("at most %d connections, want 4", n)
	}
	for metric, unit := range map[string]string{
		dbconv.ClientConnectionCount{}.Name():           dbconv.ClientConnectionCount{}.Unit(),
		dbconv.ClientConnectionMax{}.Name():             dbconv.ClientConnectionMax{}.Unit(),
		dbconv.ClientConnectionPendingRequests{}.Name(): dbconv.ClientConnectionPendingRequests{}.Unit(),
		dbconv.ClientConnectionTimeouts{}.Name():        dbconv.ClientConnectionTimeouts{}.Unit(),
	} {
		if points := got[metric].Data.(metricdata.Sum[int64]).DataPoints; got[metric].Unit != unit || len(points) == 0 {
			t.Errorf("%s is %+v, want the unit %s", metric, got[metric], unit)
		}
		for _, p := range got[metric].Data.(metricdata.Sum[int64]).DataPoints {
			if !has(p.Attributes, name) {
				t.Errorf("%s is there for %v", metric, p.Attributes)
			}
		}
	}
}

// run makes calls that take that long.
func run(name string, durations ...time.Duration) {
	probe := profile.New(name)
	for _, d := range durations {
		call := probe.Begin()
		time.Sleep(d)
		call.Return(nil)
		call.End()
	}
}

func TestExplicitDistribution(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := sdkmetric.NewManualReader(sdkmetric.WithProducer(otelmonitor.NewProducer(otelmonitor.Options{Bounds: []time.Duration{10 * time.Millisecond}})))
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		profile.Reset()
		run("otel.explicit", time.Millisecond, 5*time.Millisecond, time.Second)
		point := explicit(t, collect(t, reader))
		if len(point.Bounds) != 1 || point.Bounds[0] < 0.010 || point.Bounds[0] > 0.0107 || !slices.Equal(point.BucketCounts, []uint64{2, 1}) {
			t.Errorf("the distribution is %v, %v", point.Bounds, point.BucketCounts)
		}
		if least, _ := point.Min.Value(); point.Count != 3 || point.Sum != 1.006 || least != 0.001 {
			t.Errorf("the distribution is %+v", point)
		}
		looked := time.Now()
		profile.Reset()
		time.Sleep(time.Second)
		if point = explicit(t, collect(t, reader)); point.Count != 0 || !point.StartTime.Equal(looked) {
			t.Errorf("after a reset the distribution is %+v", point)
		}
	})
}

func explicit(t *testing.T, all map[string]metricdata.Metrics) metricdata.HistogramDataPoint[float64] {
	t.Helper()
	points := all["bunsui.function.duration"].Data.(metricdata.Histogram[float64]).DataPoints
	i := slices.IndexFunc(points, func(p metricdata.HistogramDataPoint[float64]) bool {
		return has(p.Attributes, semconv.CodeFunctionName("otel.explicit"))
	})
	if i < 0 {
		t.Fatal("the function is missing")
	}
	return points[i]
}

func TestExponentialDistribution(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := sdkmetric.NewManualReader(sdkmetric.WithProducer(otelmonitor.NewProducer(otelmonitor.Options{Exponential: true})))
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
		profile.Reset()
		durations := []time.Duration{0, time.Microsecond, 3 * time.Millisecond, 3 * time.Millisecond, 20 * time.Second}
		run("otel.exponential", durations...)
		points := collect(t, reader)["bunsui.function.duration"].Data.(metricdata.ExponentialHistogram[float64]).DataPoints
		i := slices.IndexFunc(points, func(p metricdata.ExponentialHistogramDataPoint[float64]) bool {
			return has(p.Attributes, semconv.CodeFunctionName("otel.exponential"))
		})
		if i < 0 {
			t.Fatal("the function is missing")
		}
		p := points[i]
		if p.Count != 5 || p.ZeroCount != 1 || p.Scale != 3 {
			t.Errorf("the distribution is %+v", p)
		}
		rest := slices.Sorted(slices.Values(durations))[1:]
		for i, n := range p.PositiveBucket.Counts {
			lower := math.Exp2(float64(int(p.PositiveBucket.Offset)+i) / 8)
			for ; n > 0; n, rest = n-1, rest[1:] {
				// 1.0905 is the width of a bucket, by which a call may be off.
				if d := rest[0].Seconds(); d < lower/1.0906 || d > lower*1.0906*1.0906 {
					t.Errorf("%v is in the bucket from %v", rest[0], lower)
				}
			}
		}
		if len(rest) != 0 {
			t.Errorf("%v are in no bucket", rest)
		}
	})
}
