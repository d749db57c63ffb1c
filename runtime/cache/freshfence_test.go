package cache_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// truth is a source whose values only grow, and which fails now and then.
type truth struct {
	// values are the true ones; who calls Load now must not get less than floors say.
	values, floors [4]atomic.Int64
}

func (s *truth) load(ctx context.Context, key int) (int64, error) {
	v := s.values[key].Load()
	switch rand.IntN(8) {
	case 0:
		return 0, errLoad
	case 1:
		return 0, errAbsent
	case 2:
		time.Sleep(time.Duration(rand.IntN(400)) * time.Microsecond)
	}
	return v, ctx.Err()
}

// Whatever refreshes, old results and errors there are: who calls Load after an
// invalidation has returned gets nothing from before it.
func TestFreshnessNeverGoesBack(t *testing.T) {
	o := refreshed{
		TTL: time.Millisecond, Refresh: 300 * time.Microsecond, Early: true, Stale: 5 * time.Millisecond,
		SoftTimeout: 50 * time.Microsecond, ErrorsTTL: 200 * time.Microsecond, MissingTTL: 300 * time.Microsecond,
		Policy: policy{keep: func(v int64) bool { return v%7 != 0 }}, LoadLimit: 3, MaxEntries: 3, Manager: newManager(t),
	}
	c, s := newCache(t, o), &truth{}
	rounds := int(number(t, "BUNSUI_STEPS", 20_000)) / 8
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range rounds {
				key := rand.IntN(len(s.values))
				if rand.IntN(10) == 0 {
					s.change(t, o.Manager, c, key)
				}
				s.read(t, c, key)
			}
		})
	}
	wait.Wait()
	if got := c.Stats(); got.Stale == 0 || got.Refreshes == 0 || got.Hits+got.Misses < uint64(rounds) {
		t.Errorf("Stats() = %+v", got)
	}
	mustConfigure(t, o.Manager, cache.Settings{TTL: time.Hour})
}

// change makes a newer value the true one, and invalidates the older ones.
func (s *truth) change(t *testing.T, m *cache.Manager, c *cache.Cache[int, int64], key int) {
	v := s.values[key].Add(1)
	switch rand.IntN(4) {
	case 0:
		_ = c.Clear(t.Context())
	case 1:
		if _, err := m.InvalidateMatching(t.Context(), "test.get:*"); err != nil {
			t.Error(err)
		}
	default:
		_ = c.Delete(t.Context(), key)
	}
	for {
		floor := s.floors[key].Load()
		if floor >= v || s.floors[key].CompareAndSwap(floor, v) {
			return
		}
	}
}

func (s *truth) read(t *testing.T, c *cache.Cache[int, int64], key int) {
	floor, ctx := s.floors[key].Load(), context.Background()
	if rand.IntN(2) == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(t.Context(), time.Duration(rand.IntN(300))*time.Microsecond)
		defer cancel()
	}
	switch rand.IntN(4) {
	case 0:
		if v, ok := c.Get(key); ok && v < floor {
			t.Errorf("Get = %d, and %d is newer", v, floor)
		}
	case 1:
		if v, err := c.Refresh(ctx, key, s.load); err == nil && v < floor {
			t.Errorf("Refresh = %d, and %d is newer", v, floor)
		}
	default:
		if v, err := c.Load(ctx, key, s.load); err == nil && v < floor {
			t.Errorf("Load = %d, and %d is newer", v, floor)
		}
	}
}

func TestTraceOfARichCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := staleFor
		o.ErrorsTTL, o.Refresh = time.Minute, 30*time.Second
		c, s := newCache(t, o), &source{}
		ctx, log := cache.Trace(t.Context())
		mustLoadWith(ctx, t, c, 1, s.load)
		s.fails(errLoad)
		time.Sleep(40 * time.Second)
		mustLoadWith(ctx, t, c, 1, s.load) // begins a refresh, which fails
		time.Sleep(20 * time.Second)
		mustLoadWith(ctx, t, c, 1, s.load)
		mustLoadWith(ctx, t, c, 1, s.load)
		_ = c.Delete(ctx, 1)
		for range 2 {
			if _, err := c.Load(ctx, 1, s.load); err != errLoad {
				t.Error(err)
			}
			time.Sleep(time.Second)
		}
		wantSteps(t, log, "test.get: loaded", "test.get: memory, 40s old", "test.get: stale, 1m0s old",
			"test.get: stale, 1m0s old", "test.get: loaded", "test.get: memory, 1s old")
	})
}
