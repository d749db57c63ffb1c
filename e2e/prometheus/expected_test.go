package prometheus

import (
	"fmt"
	"strings"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// expected is what the server should have of the things whose names begin with "e2e.",
// by a report: written out here, as a reader of the documentation would.
func expected(r monitor.Report) map[string]float64 {
	want := make(map[string]float64)
	set := func(metric string, value any, labels ...string) {
		var b strings.Builder
		for i := 0; i < len(labels); i += 2 {
			fmt.Fprintf(&b, ",%s=%q", labels[i], labels[i+1])
		}
		var f float64
		fmt.Sscan(fmt.Sprint(value), &f)
		want[metric+"{"+strings.TrimPrefix(b.String(), ",")+"}"] = f
	}
	for _, c := range r.Caches {
		if strings.HasPrefix(c.Name, "e2e.") {
			set("bunsui_cache_lookups_total", c.Hits, "cache", c.Name, "manager", "default", "result", "hit")
			set("bunsui_cache_lookups_total", c.Misses, "cache", c.Name, "manager", "default", "result", "miss")
			set("bunsui_cache_loads_total", c.Loads, "cache", c.Name, "manager", "default")
			set("bunsui_cache_load_errors_total", c.LoadErrors, "cache", c.Name, "manager", "default")
			set("bunsui_cache_entries", c.Size, "cache", c.Name, "manager", "default")
		}
	}
	for _, p := range r.Processors {
		if strings.HasPrefix(p.Name, "e2e.") {
			set("bunsui_batch_items_total", p.Succeeded, "batch", p.Name, "outcome", "succeeded")
			set("bunsui_batch_items_total", p.Failed, "batch", p.Name, "outcome", "failed")
			set("bunsui_batch_items_total", p.NotStarted, "batch", p.Name, "outcome", "not_started")
			set("bunsui_batch_retries_total", p.Retries, "batch", p.Name)
			set("bunsui_batch_runs_total", p.Runs, "batch", p.Name)
		}
	}
	for _, l := range r.Loaders {
		if strings.HasPrefix(l.Name, "e2e.") {
			set("bunsui_loader_requests_total", l.Calls, "loader", l.Name)
			set("bunsui_loader_batches_total", l.Batches, "loader", l.Name)
			set("bunsui_loader_batch_errors_total", l.Errors, "loader", l.Name)
			set("bunsui_loader_keys_total", l.Keys, "loader", l.Name)
		}
	}
	for _, p := range r.Pools {
		if strings.HasPrefix(p.Name, "e2e.") {
			set("bunsui_pool_acquires_total", p.Acquired, "outcome", "acquired", "pool", p.Name)
			set("bunsui_pool_created_total", p.Created, "pool", p.Name)
			set("bunsui_pool_closed_total", p.ClosedBy[pool.Aged], "pool", p.Name, "reason", "aged")
			set("bunsui_pool_max_resources", p.Max, "pool", p.Name)
			set("bunsui_pool_wait_seconds_count", p.Waits, "pool", p.Name)
			set("bunsui_pool_wait_seconds_sum", p.WaitTime.Seconds(), "pool", p.Name)
		}
	}
	for _, f := range r.Functions {
		if !strings.HasPrefix(f.Name, "e2e.") {
			continue
		}
		set("bunsui_function_calls_total", f.Calls-f.Errors-f.Panics, "function", f.Name, "outcome", "ok")
		set("bunsui_function_calls_total", f.Errors, "function", f.Name, "outcome", "error")
		set("bunsui_function_calls_total", f.Panics, "function", f.Name, "outcome", "panic")
		set("bunsui_function_calls_in_flight", f.InFlight, "function", f.Name)
		for _, o := range f.Objectives.Latency {
			var late uint64
			for _, in := range f.Intervals() {
				if in.Least > o.Max {
					late += in.Calls
				}
			}
			set("bunsui_function_late_calls_total", late, "function", f.Name, "objective", o.Name())
		}
	}
	return want
}
