package monitor_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// TestRecentOfFolded opens pages while a monitor runs that has no room for their names:
// what it has summed up must not count as if it had happened just now.
func TestRecentOfFolded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newThings(t, "a.first")
		o := newThings(t, "folded")
		o.use(20)
		time.Sleep(time.Hour)
		ctx, stop := context.WithCancel(t.Context())
		m := monitor.Start(ctx, monitor.MaxNames(1), monitor.Every(time.Second))
		defer func() { stop(); <-m.Done() }()
		time.Sleep(2 * time.Minute)
		s := newSite(t, monitor.Handler())
		compare(t, "function", s.json("/function.json?" + o.query)["recent"], "calls", 0, "errors", 0, "max_ns", 0)
		compare(t, "cache", s.json("/cache.json?" + o.query)["recent"], "hits", 0)
		compare(t, "pool", s.json("/pool.json?" + o.query)["recent"], "acquired", 0)
		compare(t, "overview", row(t, s.json("/overview.json")["functions"], o.name), "recent_calls", 0, "recent_hits", 0, "rate", 0)
		compare(t, "pools", row(t, s.json("/pools.json")["pools"], o.name), "recent_acquired", 0, "rate", 0)
		compare(t, "caches", row(t, s.json("/caches.json")["caches"], o.name), "recent_hits", 0, "rate", 0)
	})
}

// TestManyPools has more pools than a page tells apart, of which none may be lost or
// counted twice, and of which one gets a place when another one goes.
func TestManyPools(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var all []*pool.Pool[int]
		for i := range 1100 {
			p := pool.New(pool.Options[int]{
				Name: fmt.Sprintf("many%04d", i), Max: 1, New: func(context.Context) (int, error) { return 1, nil },
			})
			p.With(t.Context(), func(context.Context, int) error { return nil })
			all = append(all, p)
		}
		defer func() {
			for _, p := range all {
				p.Close(context.Background())
			}
		}()
		s := newSite(t, monitor.Handler())
		watch := s.stream("page=pools")
		defer watch.close()
		d := watch.want("document")
		table := d["pools"].(map[string]any)
		acquired := func() (sum float64) {
			for _, r := range table["rows"].([]any) {
				sum += r.([]any)[7].(float64)
			}
			return sum
		}
		want := uint64(0)
		for _, p := range monitor.Snapshot().Pools {
			want += p.Acquired
		}
		if got := len(table["rows"].([]any)); got != 1001 || acquired() != float64(want) {
			t.Errorf("%d rows have %v acquires, want 1001 and %v", got, acquired(), want)
		}
		for range 40 {
			merge(d, watch.want("update"))
		}
		for range 100 {
			all[0].Close(t.Context())
			all = all[1:]
		}
		for range 2 {
			merge(d, watch.want("update"))
		}
		if got := len(table["rows"].([]any)); got != 1000 {
			t.Errorf("there are %d rows, want 1000", got)
		}
		for _, p := range all {
			if got := row(t, table, p.Name()); got["recent_acquired"] != 0.0 || got["acquired"] != 1.0 {
				t.Fatalf("%s: %v", p.Name(), got)
			}
		}
	})
}

// TestNewKind profiles what was cached only: the rate of calls is that of its calls.
func TestNewKind(t *testing.T) {
	bubble(t, func(t *testing.T) {
		name := fmt.Sprint("kinds.change", thingsMade.Add(1))
		m := cache.NewManager(cache.Config{})
		defer m.Close(t.Context())
		c := cache.New(cache.Options[int, int]{Name: name, TTL: time.Hour, Manager: m})
		for range 3 {
			c.Get(1)
		}
		s := newSite(t, monitor.Handler())
		watch := s.stream("page=overview")
		defer watch.close()
		d := watch.want("document")
		merge(d, watch.want("update"))
		probe := profile.New(name)
		for range 8 {
			call := probe.Begin()
			call.End()
		}
		merge(d, watch.want("update"))
		got := row(t, d["functions"], name)
		compare(t, "row", got, "calls", 8, "recent_calls", 8, "rate", 4)
		compare(t, "label", got["label"], "kinds", []string{"function", "cache"})
	})
}

// TestMonitorComesAndGoes starts a monitor while a page is open, and ends it.
func TestMonitorComesAndGoes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := newThings(t, "comes")
		s := newSite(t, monitor.Handler())
		watch := s.stream("page=alerts")
		defer watch.close()
		d := watch.want("document")
		watching := func() any { merge(d, watch.want("update")); return d["head"].(map[string]any)["watching"] }
		if got := watching(); got != false {
			t.Errorf("watching is %v, want false", got)
		}
		ctx, stop := context.WithCancel(t.Context())
		m := monitor.Start(ctx, monitor.Watch(monitor.Alert{
			Name: "rate", When: monitor.Only(monitor.HitRateBelow(0.9), o.name), MinSamples: 1,
		}))
		o.use(3)
		o.cache.Get("nothing")
		for range 8 {
			merge(d, watch.want("update"))
		}
		if got := watching(); got != true || len(d["alerts"].([]any)) == 0 || len(d["events"].([]any)) != 1 {
			t.Errorf("watching is %v, alerts are %v, events %v", got, d["alerts"], d["events"])
		}
		if head := watch.want("update")["head"].(map[string]any); head["raised"] != nil {
			t.Errorf("an update tells of %v again", head["raised"])
		}
		stop()
		<-m.Done()
		watching()
		if got := watching(); got != false || len(d["alerts"].([]any)) != 0 || len(d["head"].(map[string]any)["raised"].([]any)) != 0 {
			t.Errorf("after the end watching is %v, alerts are %v", got, d["alerts"])
		}
	})
}
