package monitor_test

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// TestPageNumbers compares the documents with a Snapshot of the same time.
func TestPageNumbers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "example.com/shop/numbers.get")
		s := newSite(t, monitor.Handler())
		watch := s.stream("page=overview")
		defer watch.close()
		watch.want("document")
		o.use(20)
		time.Sleep(30 * time.Second)
		before := monitor.Snapshot()
		o.use(7)
		r := monitor.Snapshot()
		f, c, p := find(t, r.Functions, o.name), find(t, r.Caches, o.name), find(t, r.Pools, o.name)
		b, l := find(t, r.Processors, o.name), find(t, r.Loaders, o.name)

		overview := row(t, s.json("/overview.json")["functions"], o.name)
		compare(t, "overview", overview, "calls", f.Calls, "errors", f.Errors, "panics", f.Panics, "in_flight", f.InFlight,
			"p50_ns", f.Quantile(0.5), "p90_ns", f.Quantile(0.9), "p99_ns", f.Quantile(0.99), "max_ns", f.Max, "hits", c.Hits, "misses", c.Misses,
			"recent_calls", 27, "recent_hits", c.Hits, "recent_max_ns", f.Max)
		compare(t, "label", overview["label"], "short", "numbers"+o.name[len("example.com/shop/numbers"):],
			"kinds", []string{"function", "cache", "batch", "loader"}, "managers", []string{"m:" + o.name})

		function := s.json("/function.json?" + o.query)
		compare(t, "function", function["figures"], "calls", f.Calls, "errors", f.Errors, "timed", f.Timed, "total_ns", f.Total, "min_ns", f.Min,
			"mean_ns", f.Mean(), "p50_ns", f.Quantile(0.5), "p95_ns", f.Quantile(0.95), "p999_ns", f.Quantile(0.999), "max_ns", f.Max)
		if got, want := len(function["distribution"].([]any)), len(f.Intervals()); got != want {
			t.Errorf("the distribution has %d intervals, want %d", got, want)
		}
		promises := function["objectives"].([]any)
		compare(t, "p99", promises[0], "what", "p99", "limit", "1s", "met", true)
		compare(t, "errors", promises[1], "what", "errors", "limit", "1 %", "met", false)
		place := function["places"].([]any)[0].(map[string]any)
		compare(t, "place", place["node"], "calls", 27, "name", o.name)
		inner := place["node"].(map[string]any)["children"].([]any)[0]
		compare(t, "inner", inner, "name", o.name+".inner", "calls", 27)
		within := s.json("/function.json?name=" + o.name + ".inner")["places"].([]any)[0].(map[string]any)
		compare(t, "caller", within["callers"].([]any)[0], "name", o.name, "calls", 27)

		compare(t, "caches", row(t, s.json("/caches.json")["caches"], o.name), "size", 1, "hits", c.Hits, "misses", c.Misses, "recent_misses", 1)
		one := s.json("/cache.json?" + o.query)
		compare(t, "cache", one["figures"], "hits", c.Hits, "misses", c.Misses, "size", c.Size, "max_entries", 100, "mode", "on")
		compare(t, "settings", one["settings"].([]any)[0], "name", "TTL", "value", "1m0s", "origin", "annotation")

		compare(t, "pools", row(t, s.json("/pools.json")["pools"], o.name), "acquired", p.Acquired, "created", 1, "max", 3, "recent_acquired", 27)
		compare(t, "pool", s.json("/pool.json?" + o.query)["figures"], "acquired", p.Acquired, "reused", p.Reused, "idle", 1)
		batches := s.json("/batches.json")
		compare(t, "batches", row(t, batches["processors"], o.name), "succeeded", b.Succeeded, "runs", b.Runs, "recent_succeeded", 81)
		compare(t, "loaders", row(t, batches["loaders"], o.name), "keys", l.Keys, "calls", l.Calls, "recent_calls", 27)
		compare(t, "batch", s.json("/batch.json?" + o.query)["figures"], "succeeded", b.Succeeded)
		compare(t, "loader", s.json("/loader.json?" + o.query)["figures"], "calls", l.Calls)
		w := r.Since(before)
		if got := find(t, w.Functions, o.name).Calls; got != 7 {
			t.Errorf("there were %d calls, want 7", got)
		}
	})
}

// TestRecent sees calls leave the last minute.
func TestRecent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "recent")
		s := newSite(t, monitor.Handler())
		watch := s.stream("page=function&" + o.query)
		defer watch.close()
		compare(t, "at first", watch.want("document")["recent"], "calls", 0)
		o.use(5) // 10 ms
		for range 55 / 2 {
			compare(t, "within a minute", watch.want("update")["recent"], "calls", 5, "errors", 2, "max_ns", 4*time.Millisecond)
			o.probe.Begin() // something changes, so that there is a member
		}
		for range 10 {
			watch.want("update")
		}
		compare(t, "afterwards", s.json("/function.json?" + o.query)["recent"], "calls", 0, "max_ns", 0)
		compare(t, "in all", s.json("/function.json?" + o.query)["figures"], "calls", 5)
	})
}

// TestPageHistory opens a page while a monitor runs.
func TestPageHistory(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "history")
		ctx, stop := context.WithCancel(t.Context())
		m := monitor.Start(ctx, monitor.Watch(monitor.Alert{
			Name: "hit rate", When: monitor.Only(monitor.HitRateBelow(0.9), o.name), MinSamples: 1,
		}))
		defer func() { stop(); <-m.Done() }()
		for range 6 {
			o.use(4)
			o.cache.Get("nothing")
			time.Sleep(10 * time.Second)
		}
		s := newSite(t, monitor.Handler())
		d := s.json("/function.json?" + o.query)
		compare(t, "series", d["series"], "calls", []int{4, 4, 4, 4, 4, 4}, "len_ms", []int{10000, 10000, 10000, 10000, 10000, 10000})
		compare(t, "head", d["head"], "watching", true)
		compare(t, "recent", d["recent"], "calls", 24)
		spark := row(t, s.json("/overview.json")["functions"], o.name)["label"].(map[string]any)["spark"].([]any)
		if len(spark) < 5 || spark[0] != 0.4 {
			t.Errorf("the sparkline is %v", spark)
		}
		alerts := s.json("/alerts.json")
		compare(t, "alert", alerts["alerts"].([]any)[0], "name", "hit rate", "raised", 1, "window_ns", time.Minute)
		compare(t, "event", alerts["events"].([]any)[0], "alert", "hit rate", "name", o.name, "raised", true, "kind", "cache")
		compare(t, "raised", alerts["head"].(map[string]any)["raised"].([]any)[0], "name", o.name)
	})
}
