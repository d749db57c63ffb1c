package cache_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

type refreshed = cache.Options[int, int64]

var refreshing = refreshed{TTL: time.Minute, Refresh: 20 * time.Second}

func TestBackgroundRefresh(t *testing.T) {
	inBubble("a hit at the age begins one load and returns what is kept", t, func(t *testing.T) {
		c, s := newCache(t, refreshing), &source{}
		mustLoad(t, c, 1, 1, s.load)
		s.takes(time.Second)
		time.Sleep(20*time.Second - 1)
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		s.called(t, 1)
		time.Sleep(time.Nanosecond)
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		s.called(t, 2)
		for range 10 {
			mustLoad(t, c, 1, 1, s.load)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		mustLoad(t, c, 1, 2, s.load)
		time.Sleep(20*time.Second - 1)
		mustLoad(t, c, 1, 2, s.load)
		s.called(t, 2)
		if got := c.Stats(); got.Refreshes != 1 || got.Hits != 14 || got.Misses != 1 || got.Loads != 2 || got.Expirations != 0 {
			t.Errorf("Stats() = %+v", got)
		}
	})
	inBubble("one load for each key under 1000 goroutines", t, func(t *testing.T) {
		c, s := newCache(t, refreshing), &source{}
		mustLoad(t, c, 1, 1, s.load)
		mustLoad(t, c, 2, 2, s.load)
		time.Sleep(20 * time.Second)
		s.takes(time.Second)
		var wait sync.WaitGroup
		for i := range 1000 {
			wait.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if got, err := c.Load(ctx, 1+i%2, s.load); err != nil || got != int64(1+i%2) {
					t.Errorf("Load = %v, %v", got, err)
				}
			})
		}
		wait.Wait()
		synctest.Wait()
		s.called(t, 4)
		time.Sleep(time.Second)
		synctest.Wait()
		for k := range 2 {
			if got, _ := c.Get(1 + k); got < 3 {
				t.Errorf("Get(%d) = %d", 1+k, got)
			}
		}
	})
}

func TestWhereARefreshRuns(t *testing.T) {
	inBubble("goes on when its caller has gone, with the caller's values", t, func(t *testing.T) {
		type key struct{}
		c := newCache(t, refreshing)
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(30 * time.Second)
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, int64(7)))
		mustLoadWith(ctx, t, c, 1, func(ctx context.Context, _ int) (int64, error) {
			time.Sleep(time.Second)
			v, _ := ctx.Value(key{}).(int64)
			return v, ctx.Err()
		})
		cancel()
		time.Sleep(2 * time.Second)
		mustLoad(t, c, 1, 7, fail(t))
	})
	inBubble("never runs in the caller's goroutine", t, func(t *testing.T) {
		c, s := newCache(t, refreshing), &source{}
		_ = c.Set(t.Context(), 1, 77)
		time.Sleep(30 * time.Second)
		s.takes(time.Hour)
		began := time.Now()
		if got, err := c.Load(context.Background(), 1, s.load); got != 77 || err != nil || time.Since(began) != 0 {
			t.Errorf("Load = %v, %v after %v", got, err, time.Since(began))
		}
		synctest.Wait()
		s.called(t, 1)
		// Who comes when nothing may be used any more waits for it.
		time.Sleep(30 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		if time.Since(began) != time.Hour {
			t.Errorf("after %v", time.Since(began))
		}
	})
}

func TestWhatBeginsARefresh(t *testing.T) {
	inBubble("is bounded by the timeout", t, func(t *testing.T) {
		o := refreshing
		o.Timeout = time.Second
		c, s := newCache(t, o), &source{}
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(20 * time.Second)
		s.takes(time.Hour)
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(time.Second)
		synctest.Wait()
		if got := c.Stats(); got.LoadErrors != 1 {
			t.Errorf("Stats() = %+v", got)
		}
	})
	inBubble("only Load begins one", t, func(t *testing.T) {
		c, s := newCache(t, refreshing), &source{}
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(20 * time.Second)
		if got, ok := c.Get(1); got != 1 || !ok {
			t.Errorf("Get = %v, %v", got, ok)
		}
		if got, ok := c.Peek(t.Context(), 1); got != 1 || !ok {
			t.Errorf("Peek = %v, %v", got, ok)
		}
		for k, v := range c.All() {
			if k != 1 || v != 1 {
				t.Errorf("All: %v, %v", k, v)
			}
		}
		// Find and Hit leave it to the Load that follows.
		if _, ok := c.Find(t.Context(), 1); ok {
			t.Error("Find found something")
		}
		synctest.Wait()
		s.called(t, 1)
		if got := c.Stats(); got.Hits != 1 || got.Misses != 1 {
			t.Errorf("Stats() = %+v", got)
		}
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		s.called(t, 2)
		if got, ok := c.Find(t.Context(), 1); got != 2 || !ok {
			t.Errorf("Find = %v, %v", got, ok)
		}
	})
	inBubble("LoadValue", t, func(t *testing.T) {
		c := newCache(t, refreshing)
		calls := int64(0)
		load := func(context.Context, int) int64 { calls++; return calls }
		for _, want := range []int64{1, 1, 2} {
			if got := c.LoadValue(t.Context(), 1, load); got != want {
				t.Errorf("LoadValue = %d, want %d", got, want)
			}
			synctest.Wait()
			if want == 1 {
				time.Sleep(20 * time.Second)
			}
		}
	})
}

func mustLoadWith[V comparable](ctx context.Context, t *testing.T, c *cache.Cache[int, V], want V, load func(context.Context, int) (V, error)) {
	t.Helper()
	if got, err := c.Load(ctx, 1, load); err != nil || got != want {
		t.Fatalf("Load = %v, %v, want %v", got, err, want)
	}
}

func TestRefreshOfInstances(t *testing.T) {
	inBubble("each has its own", t, func(t *testing.T) {
		o := refreshing
		o.Manager, o.Name = newManager(t), "test.get"
		i, shops := cache.NewInstances[shop](o), []*shop{{}, {}}
		s := &source{}
		for n, shop := range shops {
			mustLoad(t, i.Of(shop), 1, int64(n+1), s.load)
		}
		time.Sleep(20 * time.Second)
		for n, shop := range shops {
			mustLoad(t, i.Of(shop), 1, int64(n+1), s.load)
			synctest.Wait()
			mustLoad(t, i.Of(shop), 1, int64(n+3), s.load)
		}
		if got := i.Stats(); got.Refreshes != 2 || got.Loads != 4 {
			t.Errorf("Stats() = %+v", got)
		}
	})
}

// The wrapper around a refreshed function may be called by the function itself.
func TestRefreshInsideARefresh(t *testing.T) {
	inBubble("finds the old result", t, func(t *testing.T) {
		c := newCache(t, refreshing)
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(20 * time.Second)
		var load func(ctx context.Context, key int) (int64, error)
		load = func(ctx context.Context, key int) (int64, error) {
			v, err := c.Load(ctx, key, load)
			return v + 1, err
		}
		mustLoad(t, c, 1, 1, load)
		synctest.Wait()
		if got := fmt.Sprint(c.Get(1)); got != "2 true" {
			t.Error(got)
		}
	})
}
