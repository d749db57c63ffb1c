package prommonitor_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor/prommonitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// gather returns what a registry with a collector of its own has, as the text that
// Prometheus gets, read again.
func gather(t *testing.T, c prometheus.Collector) map[string]*dto.MetricFamily {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	w := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	problems, err := promlint.New(bytes.NewReader(w.Body.Bytes())).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v, %v", problems, err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

var runs atomic.Int64

// unique makes a name of the process that no other run of the test has used.
func unique(name string) string { return fmt.Sprint(name, runs.Add(1)) }

// value returns that of a counter, gauge or count of a histogram with these label values.
func value(t *testing.T, families map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	t.Helper()
	return metricValue(metric(t, families[name], labels...))
}

func metricValue(m *dto.Metric) float64 {
	switch {
	case m.Counter != nil:
		return m.Counter.GetValue()
	case m.Gauge != nil:
		return m.Gauge.GetValue()
	default:
		return float64(m.Histogram.GetSampleCount())
	}
}

func metric(t *testing.T, family *dto.MetricFamily, labels ...string) *dto.Metric {
	t.Helper()
	for _, m := range family.GetMetric() {
		var values []string
		for _, l := range m.Label {
			values = append(values, l.GetValue())
		}
		if slices.Equal(values, labels) {
			return m
		}
	}
	t.Fatalf("%s has no metric with %q among %d", family.GetName(), labels, len(family.GetMetric()))
	return nil
}

func TestText(t *testing.T) {
	name := unique("text")
	c := cache.New(cache.Options[int, int]{Name: name, TTL: time.Hour})
	c.Set(t.Context(), 1, 1)
	for _, key := range []int{1, 1, 1, 2} {
		c.Get(key)
	}
	batch.Process(t.Context(), []int{1, 2}, func(_ context.Context, i int) (int, error) { return i, errors.New("no") }, batch.NewProcessor(name))
	p := pool.New(pool.Options[int]{Name: name, Max: 4, New: func(context.Context) (int, error) { return 1, nil }})
	defer p.Close(t.Context())
	lease, _ := p.Acquire(t.Context())
	defer lease.Release()
	call := profile.New(name).Begin()
	call.Return(errors.New("no"))
	call.End()

	got := gather(t, prommonitor.New(prommonitor.Options{}))
	for _, want := range []struct {
		value  float64
		name   string
		labels []string
	}{ // labels are sorted by their names
		{3, "bunsui_cache_lookups_total", []string{name, "default", "hit"}},
		{1, "bunsui_cache_lookups_total", []string{name, "default", "miss"}},
		{1, "bunsui_cache_entries", []string{name, "default"}},
		{2, "bunsui_batch_items_total", []string{name, "failed"}},
		{1, "bunsui_batch_runs_total", []string{name}},
		{1, "bunsui_pool_resources", []string{name, "in_use"}},
		{4, "bunsui_pool_max_resources", []string{name}},
		{0, "bunsui_pool_closed_total", []string{name, "ping_failed"}},
		{1, "bunsui_function_calls_total", []string{name, "error"}},
		{0, "bunsui_function_calls_total", []string{name, "ok"}},
		{1, "bunsui_function_duration_seconds", []string{name}},
	} {
		if v := value(t, got, want.name, want.labels...); v != want.value {
			t.Errorf("%s%q is %v, want %v", want.name, want.labels, v, want.value)
		}
	}
}

// TestHistograms compares both kinds of histograms with calls whose durations are known.
func TestHistograms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := unique("histogram")
		probe := profile.New(name)
		var durations []time.Duration
		for d := time.Duration(3); d < 20*time.Second; d = d*7/5 + 1 {
			durations = append(durations, d)
			call := probe.Begin()
			time.Sleep(d)
			call.Return(nil)
			call.End()
		}
		call := probe.Begin() // takes no time
		call.End()
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(prommonitor.New(prommonitor.Options{Bounds: []time.Duration{time.Second, 5 * time.Millisecond}}))
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == "bunsui_function_duration_seconds" })
		h := metric(t, families[i], name).Histogram
		if got, want := h.GetSampleCount(), uint64(len(durations)+1); got != want {
			t.Fatalf("there are %d calls, want %d", got, want)
		}
		checkClassic(t, h, durations)
		checkNative(t, h, durations)
	})
}

func checkClassic(t *testing.T, h *dto.Histogram, durations []time.Duration) {
	t.Helper()
	if len(h.Bucket) != 2 {
		t.Fatalf("there are %d buckets, want 2", len(h.Bucket))
	}
	for i, asked := range []float64{0.005, 1} {
		bound := h.Bucket[i].GetUpperBound()
		if bound < asked || bound > asked*17/16 {
			t.Errorf("bound %d is %v, asked for was %v", i, bound, asked)
		}
		want := uint64(1)
		for _, d := range durations {
			if d.Seconds() <= bound {
				want++
			}
		}
		if got := h.Bucket[i].GetCumulativeCount(); got != want {
			t.Errorf("%d calls are up to %v, want %d", got, bound, want)
		}
	}
}

// checkNative makes sure that each call is in its bucket or in the one next to it.
func checkNative(t *testing.T, h *dto.Histogram, durations []time.Duration) {
	t.Helper()
	if h.GetSchema() != 3 || h.GetZeroCount() != 1 {
		t.Errorf("schema %d, %d calls of no time", h.GetSchema(), h.GetZeroCount())
	}
	counts := make(map[int]int64)
	var places []int
	at, delta, n := 0, 0, int64(0)
	for _, s := range h.PositiveSpan {
		at += int(s.GetOffset())
		for range s.GetLength() {
			n += h.PositiveDelta[delta]
			counts[at] = n
			for range n {
				places = append(places, at)
			}
			at, delta = at+1, delta+1
		}
	}
	if delta != len(h.PositiveDelta) || len(places) != len(durations) {
		t.Fatalf("%d calls are in %d buckets, want %d calls", len(places), delta, len(durations))
	}
	for i, d := range durations {
		right := int(math.Ceil(math.Log2(d.Seconds()) * 8))
		if off := places[i] - right; off < -1 || off > 1 {
			t.Errorf("%v is in bucket %d instead of %d", d, places[i], right)
		}
	}
}

func TestBoundedNames(t *testing.T) {
	manager := cache.NewManager(cache.Config{})
	defer manager.Close(t.Context())
	for i := range 20 {
		c := cache.New(cache.Options[int, int]{Name: fmt.Sprint("bounded.", i), TTL: time.Hour, Manager: manager})
		c.Get(1)
	}
	got := gather(t, prommonitor.New(prommonitor.Options{MaxNames: 3}))["bunsui_cache_entries"].GetMetric()
	if len(got) != 4 {
		t.Errorf("there are %d series, want 3 and one for the others", len(got))
	}
}

func TestConcurrentScrapes(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(prommonitor.New(prommonitor.Options{}))
	probe := profile.New("scrapes.function")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				call := probe.Begin()
				call.End()
				if _, err := registry.Gather(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}
