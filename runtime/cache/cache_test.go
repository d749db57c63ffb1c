package cache_test

import (
	"context"
	"maps"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestLoadKeepsResults(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{})
	var n counter
	mustLoad(t, c, 1, 1, n.load)
	mustLoad(t, c, 1, 1, n.load)
	mustLoad(t, c, 2, 2, n.load)
	want := cache.Stats{Hits: 1, Misses: 2, Loads: 2, Size: 2}
	if got := c.Stats(); got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
	if got := c.Stats().HitRate(); got != 1.0/3 {
		t.Errorf("HitRate = %v", got)
	}
}

func TestZeroAndNilAreResults(t *testing.T) {
	c := newCache(t, cache.Options[string, *int]{})
	calls := 0
	for range 3 {
		v, err := c.Load(t.Context(), "", func(context.Context, string) (*int, error) {
			calls++
			return nil, nil
		})
		if v != nil || err != nil {
			t.Fatalf("Load = %v, %v", v, err)
		}
	}
	if calls != 1 {
		t.Errorf("%d loads, want 1", calls)
	}
	if v, ok := c.Get(""); v != nil || !ok {
		t.Errorf("Get = %v, %v, want nil, true", v, ok)
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	for _, inline := range []bool{false, true} {
		c := newCache(t, cache.Options[int, string]{})
		ctx := t.Context()
		if inline {
			ctx = context.Background()
		}
		calls := 0
		for range 2 {
			v, err := c.Load(ctx, 1, func(context.Context, int) (string, error) {
				calls++
				return "partial", errLoad
			})
			if v != "partial" || err != errLoad {
				t.Errorf("Load = %q, %v, want the loader's own value and error", v, err)
			}
		}
		want := cache.Stats{Misses: 2, Loads: 2, LoadErrors: 2}
		if got := c.Stats(); calls != 2 || got != want {
			t.Errorf("calls = %d, Stats = %+v, want %+v", calls, got, want)
		}
	}
}

func TestWhatCounts(t *testing.T) {
	for _, tt := range []struct {
		name string
		call func(c *cache.Cache[int, int64], key int) bool
		hit  cache.Stats
		miss cache.Stats
	}{
		{
			"Get", func(c *cache.Cache[int, int64], key int) bool { _, ok := c.Get(key); return ok },
			cache.Stats{Hits: 1},
			cache.Stats{Misses: 1},
		},
		{
			"Hit", func(c *cache.Cache[int, int64], key int) bool { _, ok := c.Hit(key); return ok },
			cache.Stats{Hits: 1},
			cache.Stats{},
		},
		{"Find", func(c *cache.Cache[int, int64], key int) bool {
			_, ok := c.Find(context.Background(), key)
			return ok
		}, cache.Stats{Hits: 1}, cache.Stats{}},
		{"Peek", func(c *cache.Cache[int, int64], key int) bool {
			_, ok := c.Peek(context.Background(), key)
			return ok
		}, cache.Stats{}, cache.Stats{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCache(t, cache.Options[int, int64]{})
			if err := c.Set(t.Context(), 1, 10); err != nil {
				t.Fatal(err)
			}
			tt.hit.Size, tt.miss.Size = 1, 1
			if !tt.call(c, 1) || c.Stats() != tt.hit {
				t.Errorf("hit: Stats = %+v, want %+v", c.Stats(), tt.hit)
			}
			c = newCache(t, cache.Options[int, int64]{})
			_ = c.Set(t.Context(), 1, 10)
			if tt.call(c, 2) || c.Stats() != tt.miss {
				t.Errorf("miss: Stats = %+v, want %+v", c.Stats(), tt.miss)
			}
		})
	}
}

func TestFindThenLoadCountsOnce(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{})
	var n counter
	for range 5 {
		if _, ok := c.Find(t.Context(), 1); !ok {
			mustLoad(t, c, 1, 1, n.load)
		}
	}
	want := cache.Stats{Hits: 4, Misses: 1, Loads: 1, Size: 1}
	if got := c.Stats(); got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
}

func TestSetDeleteClear(t *testing.T) {
	ctx := t.Context()
	c := newCache(t, cache.Options[int, int64]{})
	for k := range 5 {
		_ = c.Set(ctx, k, int64(10*k))
	}
	_ = c.Set(ctx, 1, 11)
	if v, ok := c.Get(1); v != 11 || !ok {
		t.Errorf("Get(1) = %v, %v", v, ok)
	}
	_ = c.Delete(ctx, 1, 2, 99)
	want := map[int]int64{0: 0, 3: 30, 4: 40}
	if got := maps.Collect(c.All()); !maps.Equal(got, want) {
		t.Errorf("All = %v, want %v", got, want)
	}
	_ = c.Clear(ctx)
	s := c.Stats()
	if s.Size != 0 || s.Invalidations != 5 || len(maps.Collect(c.All())) != 0 {
		t.Errorf("after Clear: %+v", s)
	}
}

func TestAllMayChangeTheCache(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{})
	for k := range 100 {
		_ = c.Set(t.Context(), k, 0)
	}
	for k := range c.All() {
		_ = c.Delete(t.Context(), k)
		_ = c.Set(t.Context(), k+1000, 0)
	}
	for k := range c.All() {
		if k < 100 {
			t.Errorf("%d is still there", k)
		}
		break
	}
}

func TestRefresh(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{})
	var n counter
	mustLoad(t, c, 1, 1, n.load)
	if v, err := c.Refresh(t.Context(), 1, n.load); v != 2 || err != nil {
		t.Errorf("Refresh = %v, %v", v, err)
	}
	mustLoad(t, c, 1, 2, n.load)
	_, err := c.Refresh(t.Context(), 1, func(context.Context, int) (int64, error) { return 0, errLoad })
	if err != errLoad {
		t.Errorf("Refresh = %v", err)
	}
	mustLoad(t, c, 1, 2, n.load)
	want := cache.Stats{Hits: 2, Misses: 1, Loads: 3, LoadErrors: 1, Size: 1}
	if got := c.Stats(); got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Refresh(canceled, 1, n.load); err != context.Canceled {
		t.Errorf("Refresh with an ended context = %v", err)
	}
}

// A NaN is never found again by a map: it must neither stay in one for ever nor
// be loaded under somebody else's key.
func TestKeysThatAreNotEqualToThemselves(t *testing.T) {
	c := newCache(t, cache.Options[float64, int]{MaxEntries: 2})
	nan := cache.FloatKey(0).Float64()
	nan /= nan
	calls := 0
	load := func(context.Context, float64) (int, error) { calls++; return calls, nil }
	for range 5 {
		_, _ = c.Load(t.Context(), nan, load)
		_ = c.Set(t.Context(), nan, 1)
		_ = c.Delete(t.Context(), nan)
		_, _ = c.Refresh(t.Context(), nan, load)
	}
	s := c.Stats()
	if calls != 10 || s.Size != 0 || s.Misses != 5 || s.Loads != 10 {
		t.Errorf("calls = %d, Stats = %+v", calls, s)
	}
}

func TestBypass(t *testing.T) {
	ctx := t.Context()
	c := newCache(t, cache.Options[int, int64]{})
	var n counter
	mustLoad(t, c, 1, 1, n.load)
	around := cache.Bypass(ctx)
	if v, _ := c.Load(around, 1, n.load); v != 2 {
		t.Errorf("Load = %d, want 2", v)
	}
	if v, _ := c.Refresh(around, 1, n.load); v != 3 {
		t.Errorf("Refresh = %d, want 3", v)
	}
	v := c.LoadValue(around, 1, func(ctx context.Context, k int) int64 { v, _ := n.load(ctx, k); return v })
	if v != 4 {
		t.Errorf("LoadValue = %d, want 4", v)
	}
	if _, ok := c.Find(around, 1); ok {
		t.Error("Find found something")
	}
	mustLoad(t, c, 1, 1, n.load)
	want := cache.Stats{Hits: 1, Misses: 1, Loads: 1, Size: 1}
	if got := c.Stats(); got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
	if err := c.Delete(around, 1); err != nil || c.Stats().Size != 0 {
		t.Error("Delete must remove entries, also where calls go past the cache")
	}
}
