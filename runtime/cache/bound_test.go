package cache_test

import (
	"fmt"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestBoundIsExact(t *testing.T) {
	for _, bound := range []int{1, 2, 3, 4, 7, 64, 1023, 1024, 1025, 5000} {
		t.Run(fmt.Sprint(bound), func(t *testing.T) {
			c := newCache(t, cache.Options[int, int64]{MaxEntries: bound})
			for k := range bound {
				_ = c.Set(t.Context(), k, int64(k))
			}
			// Nothing may have been evicted before the cache was full.
			for k := range bound {
				if v, ok := c.Get(k); !ok || v != int64(k) {
					t.Fatalf("key %d of %d is missing", k, bound)
				}
			}
			for k := range 3 * bound {
				_ = c.Set(t.Context(), k+bound, 0)
				if n := c.Stats().Size; n != bound {
					t.Fatalf("Size = %d, want %d", n, bound)
				}
				if _, ok := c.Get(k + bound); !ok {
					t.Fatal("what was just stored is gone")
				}
			}
			if got := c.Stats().Evictions; got != uint64(3*bound) {
				t.Errorf("Evictions = %d, want %d", got, 3*bound)
			}
		})
	}
}

func TestDefaultBound(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{})
	for k := range cache.DefaultMaxEntries + 10 {
		_ = c.Set(t.Context(), k, 0)
	}
	if s := c.Stats(); s.Size != cache.DefaultMaxEntries || s.Evictions != 10 {
		t.Errorf("Stats = %+v", s)
	}
}

func TestUnlimited(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{MaxEntries: cache.Unlimited})
	for k := range 3 * cache.DefaultMaxEntries {
		_ = c.Set(t.Context(), k, 0)
	}
	if s := c.Stats(); s.Size != 3*cache.DefaultMaxEntries || s.Evictions != 0 {
		t.Errorf("Stats = %+v", s)
	}
}

func TestWhatIsUsedStays(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{MaxEntries: 10})
	for k := range 1000 {
		_ = c.Set(t.Context(), k, 0)
		c.Get(0)
	}
	if _, ok := c.Get(0); !ok {
		t.Error("an entry that was used all the time was evicted")
	}
}

func TestReplacingEvictsNothing(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{MaxEntries: 3})
	for range 10 {
		for k := range 3 {
			_ = c.Set(t.Context(), k, 0)
		}
	}
	if s := c.Stats(); s.Evictions != 0 || s.Size != 3 {
		t.Errorf("Stats = %+v", s)
	}
}

func TestConfigureBoundAtOnce(t *testing.T) {
	m := newManager(t)
	c := newCache(t, cache.Options[int, int64]{MaxEntries: 100, Manager: m})
	configure := func(n int) {
		t.Helper()
		if err := m.Configure(c.Name(), cache.Settings{MaxEntries: n}); err != nil {
			t.Fatal(err)
		}
	}
	fill := func() {
		for k := range 300 {
			_ = c.Set(t.Context(), k, 0)
		}
	}
	configure(50) // before the first use
	fill()
	if n := c.Stats().Size; n != 50 {
		t.Errorf("Size = %d, want 50", n)
	}
	configure(7)
	if s := c.Stats(); s.Size != 7 || s.Evictions != 250+43 {
		t.Errorf("Stats = %+v", s)
	}
	configure(200)
	fill()
	if n := c.Stats().Size; n != 200 {
		t.Errorf("Size = %d, want 200", n)
	}
	configure(cache.Unlimited)
	fill()
	if n := c.Stats().Size; n != 300 {
		t.Errorf("Size = %d, want 300", n)
	}
	configure(1)
	if n := c.Stats().Size; n != 1 {
		t.Errorf("Size = %d, want 1", n)
	}
}
