package cache_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// rows yields keys from 0 up to n, and calls between after each.
func rows(n int, between func(id int)) iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for id := range n {
			if !yield(id, int64(id)) {
				return
			}
			if between != nil {
				between(id)
			}
		}
	}
}

func mustWarm[K comparable, V any](t *testing.T, c *cache.Cache[K, V], seq iter.Seq2[K, V], want int) {
	t.Helper()
	if n, err := c.Warm(t.Context(), seq); n != want || err != nil {
		t.Errorf("Warm() = %d, %v, want %d", n, err, want)
	}
}

func TestWarm(t *testing.T) {
	for name, o := range map[string]cache.Options[int, int64]{"plain": {}, "rich": {Stale: time.Hour, ErrorsTTL: time.Hour}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCache(t, o)
				_ = c.Set(t.Context(), 1, -1)
				mustWarm(t, c, rows(3, nil), 2)
				for id, want := range []int64{0, -1, 2} {
					mustLoad(t, c, id, want, fail(t))
				}
				time.Sleep(2 * time.Minute) // what is too old is no reason
				mustWarm(t, c, rows(3, nil), 3)
				mustLoad(t, c, 1, 1, fail(t))
				if s := c.Stats(); s.Loads != 0 || s.Misses != 0 || s.Evictions != 0 {
					t.Errorf("%+v", s)
				}
			})
		})
	}
}

func TestWarmPassesOverErrorsAndLoads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{ErrorsTTL: time.Minute})
		_, _ = c.Load(t.Context(), 0, func(context.Context, int) (int64, error) { return 0, errLoad })
		loading := start(func() (int64, error) {
			return c.Load(t.Context(), 1, func(context.Context, int) (int64, error) { time.Sleep(time.Second); return 7, nil })
		})
		synctest.Wait()
		mustWarm(t, c, rows(3, nil), 1)
		if out := <-loading; out.value != 7 {
			t.Error(out)
		}
		mustLoad(t, c, 1, 7, fail(t))
		if _, err := c.Load(t.Context(), 0, fail(t)); !errors.Is(err, errLoad) {
			t.Error(err)
		}
	})
}

func TestWarmEvictsNothing(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{MaxEntries: 10})
	_ = c.Set(t.Context(), 100, 1)
	asked := 0
	mustWarm(t, c, rows(50, func(int) { asked++ }), 9)
	if s := c.Stats(); s.Evictions != 0 || s.Size != 10 || asked != 9 {
		t.Errorf("%+v, and %d rows were read on", s, asked)
	}
	weight := func(int, int64) int64 { return 1000 }
	heavy := newCache(t, cache.Options[int, int64]{MaxBytes: 5500, Weigh: weight, Stale: time.Minute})
	mustWarm(t, heavy, rows(50, nil), 4)
	m := newManager(t)
	m.SetMaxBytes(5500)
	all := newCache(t, cache.Options[int, int64]{Manager: m, Weigh: func(k int, _ int64) int64 { return int64(k) * 2000 }})
	mustWarm(t, all, rows(50, nil), 2)
	if s := m.Stats(); s.Evictions != 0 || s.Bytes > 5500 {
		t.Errorf("%+v", s)
	}
	mustWarm(t, all, maps.All(map[int]int64{50: 1}), 0) // too heavy for any cache, and passed over
}

func TestWarmObeysThePolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{Policy: evenPolicy{}})
		mustWarm(t, c, rows(4, nil), 2)
		time.Sleep(2 * time.Second) // longer than what the policy gives to 2
		if _, ok := c.Get(2); ok {
			t.Error("2 is kept for longer than the policy said")
		}
		if _, ok := c.Get(0); !ok {
			t.Error("0 is not kept")
		}
	})
}

// evenPolicy keeps even numbers, 2 for a second.
type evenPolicy struct{ cache.DefaultPolicy[int64] }

func (evenPolicy) Keep(v int64) bool { return v%2 == 0 }
func (evenPolicy) TTL(v int64, usual time.Duration) time.Duration {
	if v == 2 {
		return time.Second
	}
	return usual
}

func TestWarmEnds(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{})
	ctx, cancel := context.WithCancel(t.Context())
	n, err := c.Warm(ctx, rows(10, func(id int) {
		if id == 3 {
			cancel()
		}
	}))
	if n != 4 || !errors.Is(err, context.Canceled) {
		t.Errorf("Warm() = %d, %v", n, err)
	}
	tx, done := cache.Tx(t.Context())
	if n, err := c.Warm(tx, func(func(int, int64) bool) { t.Error("the rows were read") }); n != 0 || err == nil {
		t.Errorf("Warm() in a transaction = %d, %v", n, err)
	}
	_ = done(nil)
	m := newManager(t)
	off := newCache(t, cache.Options[int, int64]{Manager: m})
	mustConfigure(t, m, cache.Settings{Mode: cache.Off})
	mustWarm(t, off, rows(10, nil), 0)
	mustConfigure(t, m, cache.Settings{Mode: cache.On})
	_ = m.Close(t.Context())
	mustWarm(t, off, rows(10, nil), 0)
}
