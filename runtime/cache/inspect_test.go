package cache_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func mustInspect[K comparable, V any](t *testing.T, c *cache.Cache[K, V], key K, want cache.Inspection) {
	t.Helper()
	got, err := c.Inspect(t.Context(), key)
	if err != nil || got != want {
		t.Errorf("Inspect(%v) = %+v, %v, want %+v", key, got, err, want)
	}
}

func TestInspectPlain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{TTL: time.Minute, Idle: 30 * time.Second})
		mustInspect(t, c, 1, cache.Inspection{})
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(10 * time.Second)
		before := c.Stats()
		mustInspect(t, c, 1, cache.Inspection{InMemory: true, Age: 10 * time.Second, Rest: 20 * time.Second})
		time.Sleep(10 * time.Second)
		// Nor was that a use of it.
		mustInspect(t, c, 1, cache.Inspection{InMemory: true, Age: 20 * time.Second, Rest: 10 * time.Second})
		_, _ = c.Get(1)
		time.Sleep(20 * time.Second)
		_, _ = c.Get(1)
		mustInspect(t, c, 1, cache.Inspection{InMemory: true, Age: 40 * time.Second, Rest: 20 * time.Second})
		time.Sleep(20 * time.Second)
		mustInspect(t, c, 1, cache.Inspection{})
		after := c.Stats()
		after.Hits -= 2
		if after != before {
			t.Errorf("%+v, and before %+v", after, before)
		}
		forever := newCache(t, cache.Options[int, int]{TTL: cache.Forever})
		_ = forever.Set(t.Context(), 1, 1)
		mustInspect(t, forever, 1, cache.Inspection{InMemory: true, Rest: cache.Forever})
	})
}

func TestInspectFreshness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{
			TTL: time.Minute, Refresh: 30 * time.Second, Stale: time.Minute, ErrorsTTL: 10 * time.Second,
		})
		slow := func(context.Context, int) (int64, error) { time.Sleep(5 * time.Second); return 1, nil }
		go func() { _, _ = c.Load(t.Context(), 1, slow) }()
		synctest.Wait()
		mustInspect(t, c, 1, cache.Inspection{Loading: true})
		time.Sleep(5 * time.Second)
		synctest.Wait()
		mustInspect(t, c, 1, cache.Inspection{InMemory: true, Rest: time.Minute})
		time.Sleep(40 * time.Second)
		_, _ = c.Load(t.Context(), 1, slow)
		mustInspect(t, c, 1, cache.Inspection{
			InMemory: true, Age: 40 * time.Second, Rest: 20 * time.Second, Refreshing: true, Loading: true,
		})
		time.Sleep(5*time.Second + 70*time.Second)
		mustInspect(t, c, 1, cache.Inspection{InMemory: true, Age: 70 * time.Second, Stale: true})
		_, _ = c.Load(t.Context(), 2, func(context.Context, int) (int64, error) { return 0, errLoad })
		mustInspect(t, c, 2, cache.Inspection{InMemory: true, Rest: 10 * time.Second, Err: errLoad})
	})
}

func TestInspectStore(t *testing.T) {
	two(t, func(o *peopleOptions) { o.Stale = time.Hour }, func(t *testing.T, a, b *process, d *database) {
		a.get(t, 1, 0)
		time.Sleep(10 * time.Minute)
		mustInspect(t, a.Cache, 1, cache.Inspection{
			InMemory: true, Age: 10 * time.Minute, Rest: 50 * time.Minute, InStore: true, StoreAge: 10 * time.Minute,
		})
		mustInspect(t, b.Cache, 1, cache.Inspection{InStore: true, StoreAge: 10 * time.Minute})
		mustInspect(t, b.Cache, 2, cache.Inspection{})
		time.Sleep(55 * time.Minute)
		mustInspect(t, b.Cache, 1, cache.Inspection{InStore: true, StoreAge: 65 * time.Minute})
		if s := b.Stats(); s.Loads+s.StoreHits != 1 { // that of two
			t.Errorf("%+v", s)
		}
		b.get(t, 1, 0) // no lease was left behind, so that this does not wait
		d.loaded(t, 2)
	})
}

func TestInspectWithoutAnAnswer(t *testing.T) {
	two(t, nil, func(t *testing.T, a, _ *process, _ *database) {
		a.get(t, 1, 0)
		a.store.Delay(time.Minute)
		began := time.Now()
		i, err := a.Inspect(t.Context(), 1)
		if !errors.Is(err, store.ErrUnavailable) || !i.InMemory || i.InStore {
			t.Errorf("Inspect() = %+v, %v", i, err)
		}
		if took := time.Since(began); took > 2*cache.DefaultStoreTimeout {
			t.Errorf("it took %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if i, err := a.Inspect(ctx, 1); err == nil || !i.InMemory {
			t.Errorf("Inspect() = %+v, %v", i, err)
		}
		a.store.Delay(0)
	})
}
