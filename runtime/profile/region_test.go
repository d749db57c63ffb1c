package profile

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func find(t *testing.T, name string) FuncStats {
	t.Helper()
	stats := Snapshot()
	i := slices.IndexFunc(stats, func(f FuncStats) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("Snapshot does not include %q", name)
	}
	return stats[i]
}

// brief leaves out the distribution.
func brief(f FuncStats) string {
	return fmt.Sprintf("%d calls, %d errors, %d panics, %d in flight", f.Calls, f.Errors, f.Panics, f.InFlight)
}

func TestRegion(t *testing.T) {
	Reset()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := Region(t.Context(), t.Name())
		if ctx.Err() != nil {
			t.Errorf("the region's context ended: %v", ctx.Err())
		}
		time.Sleep(time.Minute)
		if got := find(t, t.Name()); got.InFlight != 1 || got.Calls != 0 {
			t.Errorf("within: in flight, calls = %d, %d, want 1, 0", got.InFlight, got.Calls)
		}
		end()
		end()
		got := find(t, t.Name())
		if got.InFlight != 0 || got.Calls != 1 || got.Total != time.Minute || got.Panics != 0 {
			t.Errorf("after: %s in %v, want one call of a minute", brief(got), got.Total)
		}
	})
}

func TestRegionWhileDisabled(t *testing.T) {
	t.Cleanup(Enable)
	Disable()
	ctx, end := Region(t.Context(), t.Name())
	Enable()
	end()
	if ctx != t.Context() {
		t.Error("another context, want the same one")
	}
	for _, f := range Snapshot() {
		if f.Name == t.Name() {
			t.Errorf("a region that began while disabled is listed: %s", brief(f))
		}
	}
}

func TestRegionNamesAreBounded(t *testing.T) {
	var r registry
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 3 * maxRegions {
				r.region(fmt.Sprint("user ", i)).Begin()
			}
		})
	}
	wg.Wait()
	list := r.all()
	if len(list) != maxRegions+1 {
		t.Errorf("%d probes, want %d and one for the rest", len(list), maxRegions)
	}
	if list[0].Name() != otherRegions {
		t.Fatalf("the first probe is %q, want %q", list[0].Name(), otherRegions)
	}
	var begun int
	for _, p := range list {
		begun += p.stats(new(reading)).InFlight
	}
	if want := 4 * 3 * maxRegions; begun != want {
		t.Errorf("%d calls were counted, want all %d", begun, want)
	}
	p, made := r.probe("a function")
	if again := r.region("a function"); !made || again != p {
		t.Error("the bound on regions kept a function from being measured")
	}
}

func TestRegionDoesNotAllocateWhileDisabled(t *testing.T) {
	t.Cleanup(Enable)
	Disable()
	ctx := context.Background()
	if n := testing.AllocsPerRun(100, func() {
		_, end := Region(ctx, "disabled")
		end()
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
