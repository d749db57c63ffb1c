package cache_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

func TestLoadManyKeepsErrors(t *testing.T) {
	eachContext(t, func(t *testing.T, ctx context.Context) {
		c := newCache(t, cache.Options[int, int]{
			ErrorsTTL: time.Minute, MissingTTL: time.Hour, Policy: missingPolicy{}, TTL: 2 * time.Hour,
		})
		from := &crowd{errs: map[int]error{1: errLoad, 2: errGone}}
		want := "[101 201 301] [load failed gone <nil>]"
		for range 2 {
			values, errs := c.LoadMany(ctx, []int{1, 2, 3}, from.load)
			if got := fmt.Sprint(values, errs); got != want {
				t.Errorf("LoadMany = %s", got)
			}
		}
		from.wasAsked(t, "[[1 2 3]]")
		time.Sleep(time.Minute)
		from.errs = nil
		if values, errs := c.LoadMany(ctx, []int{1, 2, 3}, from.load); values[0] != 102 || errs[0] != nil || errs[1] != errGone {
			t.Errorf("LoadMany = %v, %v", values, errs)
		}
		from.wasAsked(t, "[[1 2 3] [1]]")
	})
}

type missingPolicy struct{ cache.DefaultPolicy[int] }

func (missingPolicy) Missing(err error) bool { return errors.Is(err, errGone) }

// Results of an age are refreshed in the background, by one call.
func TestLoadManyRefreshes(t *testing.T) {
	eachContext(t, func(t *testing.T, ctx context.Context) {
		c, from := newCache(t, cache.Options[int, int]{TTL: time.Hour, Refresh: time.Minute}), &crowd{}
		wantMany(t, <-start(loadMany(ctx, c, from, 1, 2, 3)), 101, 201, 301)
		mustLoad(t, c, 4, 402, from.one)
		time.Sleep(time.Minute)
		from.takes = time.Second
		began := time.Now()
		wantMany(t, <-start(loadMany(ctx, c, from, 3, 1, 2)), 301, 101, 201)
		synctest.Wait()
		wantMany(t, <-start(loadMany(ctx, c, from, 3, 1, 2, 4)), 301, 101, 201, 402)
		if time.Since(began) != 0 {
			t.Errorf("it took %v", time.Since(began))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		from.wasAsked(t, "[[1 2 3] [4] [3 1 2] [4]]")
		wantMany(t, <-start(loadMany(ctx, c, from, 1, 2, 3, 4)), 103, 203, 303, 404)
		if s := c.Stats(); s.Refreshes != 4 || s.Misses != 4 {
			t.Errorf("Stats = %+v", s)
		}
	})
}

// Old results are returned if the load fails, or takes too long in all.
func TestLoadManyStale(t *testing.T) {
	eachContext(t, func(t *testing.T, ctx context.Context) {
		c := newCache(t, cache.Options[int, int]{TTL: time.Minute, Stale: time.Hour, SoftTimeout: time.Second})
		from := &crowd{}
		wantMany(t, <-start(loadMany(ctx, c, from, 1, 2, 3)), 101, 201, 301)
		time.Sleep(time.Minute)
		from.takes = 5 * time.Second
		began := time.Now()
		wantMany(t, <-start(loadMany(ctx, c, from, 1, 2, 3)), 101, 201, 301)
		if time.Since(began) != time.Second {
			t.Errorf("it took %v", time.Since(began))
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		wantMany(t, <-start(loadMany(ctx, c, from, 1, 2, 3)), 102, 202, 302)
		time.Sleep(time.Minute)
		from.takes, from.errs = 0, map[int]error{2: errLoad}
		wantMany(t, <-start(loadMany(ctx, c, from, 1, 2, 3)), 103, 202, 303)
		if s := c.Stats(); s.Stale != 4 {
			t.Errorf("Stats = %+v", s)
		}
	})
}

// What contexts, modes and managers say about a call of Load holds for LoadMany.
func TestLoadManyRouted(t *testing.T) {
	c, from := cache.New(cache.Options[int, int]{Name: "test.routed", TTL: time.Hour}), &crowd{}
	ctx := cachetest.Context(t)
	wantMany(t, <-start(loadMany(ctx, c, from, 1, 2)), 101, 201)
	wantMany(t, <-start(loadMany(ctx, c, from, 1, 2)), 101, 201)
	wantMany(t, <-start(loadMany(cachetest.Context(t), c, from, 1, 2)), 102, 202)
	wantMany(t, <-start(loadMany(cache.Bypass(ctx), c, from, 1, 2, 1)), 103, 203, 103)
	tx, done := cache.Tx(ctx)
	wantMany(t, <-start(loadMany(tx, c, from, 1, 3)), 104, 304)
	if err := done(nil); err != nil {
		t.Error(err)
	}
	from.wasAsked(t, "[[1 2] [1 2] [1 2] [1 3]]")
	traced, log := cache.Trace(ctx)
	wantMany(t, <-start(loadMany(traced, c, from, 2, 3, 4, 3)), 201, 305, 405, 305)
	wantMany(t, <-start(loadMany(cache.Bypass(traced), c, from, 2, 3)), 206, 306)
	got := ""
	for _, step := range log.Steps() {
		got += step.Source.String() + " "
	}
	if got != "memory loaded loaded joined bypassed bypassed " {
		t.Errorf("the log says %s", got)
	}
}

func TestLoadManyNothingKept(t *testing.T) {
	m := newManager(t)
	c, from := newCache(t, cache.Options[int, int]{Manager: m}), &crowd{}
	if err := m.Configure("test.get", cache.Settings{Mode: cache.Off}); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		wantMany(t, <-start(loadMany(t.Context(), c, from, 1, 2)), 101+i, 201+i)
	}
	if err := m.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantMany(t, <-start(loadMany(t.Context(), c, from, 1, 2, 1)), 103, 203, 103)
	from.errs = map[int]error{1: errLoad}
	if values, errs := c.LoadMany(t.Context(), []int{1, 2}, from.load); errs[0] != errLoad || errs[1] != nil || values[1] != 204 {
		t.Errorf("LoadMany = %v, %v", values, errs)
	}
	from.with = func(context.Context, []int) { panic("oh") }
	if got := <-start(loadMany(t.Context(), c, from, 1, 2)); got.panicked != "oh" {
		t.Errorf("LoadMany = %+v", got)
	}
	from.wasAsked(t, "[[1 2] [1 2] [1 2] [1 2] [1 2]]")
	if s := c.Stats(); s.Size != 0 || s.Loads != 11 || s.LoadErrors != 3 {
		t.Errorf("Stats = %+v", s)
	}
}

// Keys that are not equal to themselves are loaded each time, with the others.
func TestLoadManyNaN(t *testing.T) {
	c := newCache(t, cache.Options[float64, float64]{})
	calls := 0
	load := func(_ context.Context, keys []float64) ([]float64, []error) {
		calls += 1000 + len(keys)
		return keys, nil
	}
	nan := math.NaN()
	for range 2 {
		if values, errs := c.LoadMany(context.Background(), []float64{nan, 1, 2, nan}, load); values[1] != 1 || values[2] != 2 || values[3] == values[3] || errs != nil {
			t.Errorf("LoadMany = %v, %v", values, errs)
		}
	}
	if calls != 3006 {
		t.Errorf("calls: %d", calls)
	}
}

// What is kept costs LoadMany what holds its results.
func TestLoadManyAllocations(t *testing.T) {
	c, from := newCache(t, cache.Options[int, int]{}), &crowd{}
	keys := []int{1, 2, 3, 4, 5}
	c.LoadMany(t.Context(), keys, from.load)
	load, ctx := from.load, t.Context()
	if n := testing.AllocsPerRun(100, func() { c.LoadMany(ctx, keys, load) }); n > 2 {
		t.Errorf("%v allocations", n)
	}
}
