package monitor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

func hits(r monitor.Report) (sum uint64) {
	for _, c := range r.Caches {
		sum += c.Hits
	}
	return sum
}

// TestLimiter checks the limiter's promises on reports in which names come and go.
func TestLimiter(t *testing.T) {
	const most = 5
	random := rand.New(rand.NewPCG(3, 4))
	l := monitor.NewLimiter(most)
	placed := make(map[string]bool)
	for range 200 {
		var r monitor.Report
		here := make(map[string]bool)
		for range random.IntN(30) {
			c := monitor.Cache{Manager: fmt.Sprint(random.IntN(2)), Name: fmt.Sprint("c", random.IntN(10))}
			c.Hits = random.Uint64N(100)
			here[c.Manager+c.Name] = true
			r.Caches = append(r.Caches, c)
		}
		got := l.Limit(r)
		if hits(got) != hits(r) {
			t.Fatalf("%d hits became %d", hits(r), hits(got))
		}
		seen := make(map[string]bool)
		for _, c := range got.Caches {
			if seen[c.Manager+c.Name] {
				t.Fatalf("%s occurs twice", c.Name)
			}
			seen[c.Manager+c.Name] = true
		}
		if len(got.Caches) > most+1 || len(got.Caches) < min(len(here), most) {
			t.Fatalf("%d of %d names are told apart", len(got.Caches), len(here))
		}
		for name := range placed {
			if here[name] && !seen[name] {
				t.Fatalf("%s has lost its place", name)
			}
		}
		delete(seen, monitor.Other+monitor.Other)
		placed = seen
	}
}

func TestSince(t *testing.T) {
	began := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	named := func(name string, succeeded uint64) batch.ProcessorStats {
		return batch.ProcessorStats{Name: name, Succeeded: succeeded, Running: 3}
	}
	earlier := monitor.Report{Time: began, Processors: []batch.ProcessorStats{named("a", 10), named("a", 5), named("reset", 7)}}
	now := monitor.Report{
		Time:       began.Add(time.Second),
		Processors: []batch.ProcessorStats{named("a", 12), named("a", 6), named("reset", 1), named("new", 4)},
	}
	w := now.Since(earlier)
	if w.Length() != time.Second || len(w.Processors) != 2 {
		t.Fatalf("the window is %+v", w)
	}
	if a := w.Processors[0]; a.Name != "a" || a.Succeeded != 3 || a.Running != 6 {
		t.Errorf("the window has %+v", a)
	}
	if b := w.Processors[1]; b.Name != "new" || b.Succeeded != 4 {
		t.Errorf("the window has %+v", b)
	}
}

func TestSincePool(t *testing.T) {
	one := monitor.Pool{Name: "p"}
	one.Acquired, one.Waits, one.WaitTime, one.ClosedBy = 10, 2, time.Second, map[pool.Reason]uint64{pool.Aged: 1}
	two := one
	two.Acquired, two.Waits, two.WaitTime, two.ClosedBy = 25, 3, 3*time.Second, map[pool.Reason]uint64{pool.Aged: 4, pool.Unused: 2}
	two.InUse = 9
	got := monitor.Report{Pools: []monitor.Pool{two}}.Since(monitor.Report{Pools: []monitor.Pool{one}}).Pools[0]
	if got.Acquired != 15 || got.Waits != 1 || got.WaitTime != 2*time.Second || got.InUse != 9 || got.ClosedBy[pool.Aged] != 3 || got.ClosedBy[pool.Unused] != 2 {
		t.Errorf("got %+v", got)
	}
	if two.ClosedBy[pool.Aged] != 4 {
		t.Error("Since has changed the report")
	}
}

func TestSubjectsOfOneName(t *testing.T) {
	a, b := monitor.Cache{Manager: "m", Name: "c"}, monitor.Cache{Manager: "n", Name: "c"}
	a.Stats, b.Stats = cache.Stats{Hits: 1}, cache.Stats{Hits: 2}
	w := monitor.Report{Caches: []monitor.Cache{a, b}}.Since(monitor.Report{Caches: []monitor.Cache{a}})
	if len(w.Caches) != 2 || w.Caches[0].Hits != 0 || w.Caches[1].Hits != 2 {
		t.Errorf("got %+v", w.Caches)
	}
}
