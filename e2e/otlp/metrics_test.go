package otlp

import (
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/trace/noop"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/monitor/otelmonitor"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// arrived returns by name what a provider sends when it is shut down, long before its
// reader would have looked.
func arrived(t *testing.T, o otelmonitor.Options) map[string]*metrics.Metric {
	t.Helper()
	r := receive(t)
	exporter, err := otlpmetrichttp.New(t.Context(), otlpmetrichttp.WithEndpointURL(r.http))
	if err != nil {
		t.Fatal(err)
	}
	reader := sdkmetric.NewPeriodicReader(exporter, sdkmetric.WithInterval(time.Hour), sdkmetric.WithProducer(otelmonitor.NewProducer(o)))
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithResource(service))
	if _, err := otelmonitor.Register(provider, o); err != nil {
		t.Fatal(err)
	}
	if err := provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, got := r.received()
	if len(got) != 1 {
		t.Fatalf("%d resources", len(got))
	}
	checkResource(t, got[0].Resource)
	all := make(map[string]*metrics.Metric)
	for _, scope := range got[0].ScopeMetrics {
		if scope.Scope.Name != otelmonitor.Scope {
			t.Errorf("there is a scope %q", scope.Scope.Name)
		}
		for _, m := range scope.Metrics {
			if all[m.Name] != nil {
				t.Errorf("%s arrived twice", m.Name)
			}
			all[m.Name] = m
		}
	}
	return all
}

func numbers(m *metrics.Metric) []*metrics.NumberDataPoint {
	return append(m.GetSum().GetDataPoints(), m.GetGauge().GetDataPoints()...)
}

// number returns the value of the only series with some attributes, given as keys and
// values.
func number(t *testing.T, m *metrics.Metric, with ...string) int64 {
	t.Helper()
	var found []int64
	for _, p := range numbers(m) {
		if has(attributesOf(p.Attributes), with) {
			found = append(found, p.GetAsInt())
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s has %d series with %v", m.GetName(), len(found), with)
	}
	return found[0]
}

func has(set map[string]string, with []string) bool {
	for pair := range slices.Chunk(with, 2) {
		if set[pair[0]] != pair[1] {
			return false
		}
	}
	return true
}

func named[T any](t *testing.T, list []T, name string, nameOf func(T) string) T {
	t.Helper()
	i := slices.IndexFunc(list, func(v T) bool { return nameOf(v) == name })
	if i < 0 {
		t.Fatalf("monitor knows no %s", name)
	}
	return list[i]
}

func function(t *testing.T, r monitor.Report, name string) profile.FuncStats {
	t.Helper()
	return named(t, r.Functions, name, func(f profile.FuncStats) string { return f.Name })
}

func TestMetrics(t *testing.T) {
	s := open(t, noop.NewTracerProvider().Tracer(""))
	s.run(t)
	o := otelmonitor.Options{Database: func(pool string) bool { return pool == s.name }}
	got, r := arrived(t, o), monitor.Snapshot()

	prices, loader, mails, conns := s.prices.Stats(), s.stock.Stats(), s.mails.Stats(), s.conns.Stats()
	order, mail := function(t, r, orderFn), function(t, r, mailFn)
	cacheName, state := []string{"bunsui.cache.name", s.name + "@shop"}, "bunsui.pool.state"
	for _, want := range []struct {
		metric string
		with   []string
		known  uint64 // to the program
		value  int64
	}{
		{"bunsui.cache.lookups", slices.Concat(cacheName, []string{"bunsui.cache.result", "hit"}), prices.Hits, 1},
		{"bunsui.cache.lookups", slices.Concat(cacheName, []string{"bunsui.cache.result", "miss"}), prices.Misses, 2},
		{"bunsui.cache.loads", cacheName, prices.Loads, 2},
		{"bunsui.cache.entries", cacheName, uint64(prices.Size), 2},
		{"bunsui.loader.requests", []string{"bunsui.loader.name", s.name}, loader.Calls, 3},
		{"bunsui.loader.batches", []string{"bunsui.loader.name", s.name}, loader.Batches, 3},
		{"bunsui.batch.items", []string{"bunsui.batch.name", s.name, "bunsui.batch.outcome", "succeeded"}, mails.Succeeded, 2},
		{"bunsui.batch.items", []string{"bunsui.batch.name", s.name, "bunsui.batch.outcome", "failed"}, mails.Failed, 1},
		{"bunsui.batch.panics", []string{"bunsui.batch.name", s.name}, mails.Panics, 1},
		{"bunsui.pool.created", []string{"bunsui.pool.name", s.name}, conns.Created, 1},
		{"bunsui.pool.resources", []string{"bunsui.pool.name", s.name, state, "in_use"}, uint64(conns.InUse), 1},
		{"bunsui.pool.resources", []string{"bunsui.pool.name", s.name, state, "idle"}, uint64(conns.Idle), 0},
		{"db.client.connection.count", []string{"db.client.connection.pool.name", s.name, "db.client.connection.state", "used"}, uint64(conns.InUse), 1},
		{"bunsui.function.calls", []string{"code.function.name", orderFn, "bunsui.function.outcome", "error"}, order.Errors, 1},
		{"bunsui.function.calls", []string{"code.function.name", orderFn, "bunsui.function.outcome", "ok"}, order.Calls - order.Errors, 2},
		{"bunsui.function.calls", []string{"code.function.name", mailFn, "bunsui.function.outcome", "panic"}, mail.Panics, 1},
	} {
		if n := number(t, got[want.metric], want.with...); n != want.value || uint64(n) != want.known {
			t.Errorf("%s of %v is %d, want %d, and the program knows of %d", want.metric, want.with, n, want.value, want.known)
		}
	}
	checkExplicit(t, got["bunsui.function.duration"], r)
	checkWaits(t, got["bunsui.pool.wait"], s.name, r)
	checkNames(t, got)
}

// checkExplicit compares distributions with what the profiles say of the same bounds.
func checkExplicit(t *testing.T, m *metrics.Metric, r monitor.Report) {
	t.Helper()
	h := m.GetHistogram()
	if h.GetAggregationTemporality() != metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE || len(h.GetDataPoints()) != len(r.Functions) {
		t.Fatalf("%d of %d functions have a distribution, which is %v", len(h.GetDataPoints()), len(r.Functions), h.GetAggregationTemporality())
	}
	for _, p := range h.DataPoints {
		f := function(t, r, attributesOf(p.Attributes)["code.function.name"])
		if p.Count != f.Timed || p.GetSum() != f.Total.Seconds() || p.GetMin() != f.Min.Seconds() || p.GetMax() != f.Max.Seconds() {
			t.Errorf("%s has the distribution %v", f.Name, p)
		}
		below := make([]uint64, len(p.ExplicitBounds)+1)
		for _, in := range f.Intervals() {
			i, _ := slices.BinarySearch(p.ExplicitBounds, in.Greatest.Seconds())
			below[i] += in.Calls
		}
		if !slices.Equal(below, p.BucketCounts) {
			t.Errorf("%s has %v in its buckets, want %v", f.Name, p.BucketCounts, below)
		}
	}
}

func checkWaits(t *testing.T, m *metrics.Metric, name string, r monitor.Report) {
	t.Helper()
	db := named(t, r.Pools, name, func(p monitor.Pool) string { return p.Name })
	for _, p := range m.GetHistogram().GetDataPoints() {
		if attributesOf(p.Attributes)["bunsui.pool.name"] != name {
			continue
		}
		if p.Count == 0 || p.Count != db.Waits || p.GetSum() != db.WaitTime.Seconds() || !slices.Equal(p.BucketCounts, db.WaitTimes[:]) {
			t.Errorf("the waits are %v, want %+v", p, db.Stats)
		}
		return
	}
	t.Error("the pool has no waits")
}

// checkNames compares names and units with docs/monitoring.md, which lists what there is.
func checkNames(t *testing.T, got map[string]*metrics.Metric) {
	t.Helper()
	page, err := os.ReadFile("../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	units := make(map[string]string)
	for _, row := range regexp.MustCompile("(?m)^\\| `bunsui_[a-z_]+` \\| `([a-z._]+)` \\| (\\S+) \\|").FindAllStringSubmatch(string(page), -1) {
		units[row[1]] = row[2]
	}
	for name, unit := range units {
		// A store has figures where there is one.
		if got[name] == nil && !strings.Contains(name, "store") {
			t.Errorf("%s is documented but did not arrive", name)
		} else if got[name] != nil && got[name].Unit != unit {
			t.Errorf("%s has the unit %q, want %q", name, got[name].Unit, unit)
		}
	}
	for name := range maps.Keys(got) {
		if units[name] == "" && !strings.HasPrefix(name, "db.client.connection.") {
			t.Errorf("%s arrived but is not documented", name)
		}
	}
}

func TestExponentialMetrics(t *testing.T) {
	open(t, noop.NewTracerProvider().Tracer("")).run(t)
	got, r := arrived(t, otelmonitor.Options{Exponential: true}), monitor.Snapshot()
	h := got["bunsui.function.duration"].GetExponentialHistogram()
	if len(h.GetDataPoints()) != len(r.Functions) {
		t.Fatalf("%d of %d functions have a distribution", len(h.GetDataPoints()), len(r.Functions))
	}
	for _, p := range h.DataPoints {
		f := function(t, r, attributesOf(p.Attributes)["code.function.name"])
		n := p.ZeroCount
		for i, c := range p.Positive.GetBucketCounts() {
			n += c
			upper := time.Duration(math.Exp2(float64(int(p.Positive.Offset)+i+1)/math.Exp2(float64(p.Scale))) * float64(time.Second))
			// A call may stand in the bucket next to its own.
			if c > 0 && (float64(f.Max)*1.2 < float64(upper)/1.0906 || float64(f.Min) > float64(upper)*1.0906) {
				t.Errorf("%s has calls of up to %v, which took from %v to %v", f.Name, upper, f.Min, f.Max)
			}
		}
		if p.Count != f.Timed || n != f.Timed || p.GetSum() != f.Total.Seconds() || p.GetMax() != f.Max.Seconds() {
			t.Errorf("%s has the distribution %v", f.Name, p)
		}
	}
}

// TestMetricsLimit leaves two names to each metric: the rest, which loses nothing, is one
// more.
func TestMetricsLimit(t *testing.T) {
	open(t, noop.NewTracerProvider().Tracer("")).run(t)
	got, r := arrived(t, otelmonitor.Options{MaxNames: 2}), monitor.Snapshot()
	names := make(map[string]bool)
	var arrived, calls int64
	for _, p := range numbers(got["bunsui.function.calls"]) {
		names[attributesOf(p.Attributes)["code.function.name"]] = true
		arrived += p.GetAsInt()
	}
	for _, f := range r.Functions {
		calls += int64(f.Calls)
	}
	if len(names) != 3 || !names["(other)"] || arrived != calls {
		t.Errorf("there are %d calls of %v, want %d", arrived, slices.Collect(maps.Keys(names)), calls)
	}
	if n := len(got["bunsui.function.duration"].GetHistogram().GetDataPoints()); n != 3 {
		t.Errorf("%d distributions, want 3", n)
	}
}
