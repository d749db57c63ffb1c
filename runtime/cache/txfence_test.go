package cache_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

func TestTxInstances(t *testing.T) {
	i := cache.NewInstances[shop](cache.Options[int, int]{TTL: time.Minute, Manager: newManager(t)})
	a, b := &shop{}, &shop{}
	_ = i.Of(a).Set(t.Context(), 1, 1)
	_ = i.Of(b).Set(t.Context(), 1, 1)
	tx, done := cache.Tx(t.Context())
	_ = i.Clear(tx)
	if kept(i.Of(a), 1) != 1 {
		t.Error("Clear does not wait")
	}
	_ = done(nil)
	if kept(i.Of(a), 1)+kept(i.Of(b), 1) != 0 {
		t.Error("not cleared")
	}
	runtime.KeepAlive(b)
}

// The changes of a transaction go to the manager that its context selects.
func TestTxRouted(t *testing.T) {
	c := cache.New(cache.Options[int, int]{Name: "test.routed", TTL: time.Minute})
	ctx := cachetest.Context(t)
	_ = c.Set(t.Context(), 1, 1)
	_ = c.Set(ctx, 1, 2)
	tx, done := cache.Tx(ctx)
	_ = c.Delete(tx, 1)
	_ = done(nil)
	if _, ok := c.Peek(ctx, 1); ok || kept(c, 1) != 1 {
		t.Errorf("kept = %v, outside %v", ok, kept(c, 1))
	}
}

// A load that began before the commit may have read what was there before: who
// calls after done has returned does not get it.
func TestTxFencesLoads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		old := newGate()
		tx, done := cache.Tx(t.Context())
		_ = c.Delete(tx, 1)
		before := start(func() (int, error) { return c.Load(t.Context(), 1, old.load) })
		synctest.Wait()
		_ = done(nil)
		mustLoad(t, c, 1, 77, func(context.Context, int) (int, error) { return 77, nil })
		close(old.opened)
		if got := <-before; got.value != 1 {
			t.Errorf("who waited got %+v", got)
		}
		synctest.Wait()
		if kept(c, 1) != 77 {
			t.Errorf("kept %d", kept(c, 1))
		}
	})
}

// What a transaction has removed is not served as stale, and not put back by a
// refresh that began before the commit.
func TestTxFencesOldResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{TTL: time.Minute, Refresh: time.Second, Stale: time.Hour})
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(2 * time.Second)
		old := newGate()
		tx, done := cache.Tx(t.Context())
		_ = c.Delete(tx, 1)
		if v, err := c.Load(t.Context(), 1, old.load); v != 1 || err != nil {
			t.Errorf("Load = %v, %v", v, err)
		}
		synctest.Wait()
		if old.calls() != 1 {
			t.Errorf("%d refreshes", old.calls())
		}
		_ = done(nil)
		close(old.opened)
		synctest.Wait()
		failing := func(context.Context, int) (int, error) { return 0, errLoad }
		if v, err := c.Load(t.Context(), 1, failing); err != errLoad {
			t.Errorf("Load = %v, %v", v, err)
		}
	})
}

func TestTxContextEnds(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{})
	_ = c.Set(t.Context(), 1, 1)
	ctx, cancel := context.WithCancel(t.Context())
	tx, done := cache.Tx(ctx)
	_ = c.Delete(tx, 1)
	cancel()
	if err := done(nil); err != nil || kept(c, 1) != 0 {
		t.Errorf("done = %v, kept %d", err, kept(c, 1))
	}
}

// A panic of the user's code in a change does not keep the others from happening.
func TestTxPanics(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{MaxBytes: 1000, Weigh: func(k, _ int) int64 {
		if k == 2 {
			panic(errLoad)
		}
		return 1
	}})
	_ = c.Set(t.Context(), 3, 3)
	tx, done := cache.Tx(t.Context())
	_ = c.Set(tx, 1, 1)
	_ = c.Set(tx, 2, 2)
	_ = c.Delete(tx, 3)
	func() {
		defer func() {
			if got := recover(); got != errLoad {
				t.Errorf("recover = %v", got)
			}
		}()
		_ = done(nil)
	}()
	if kept(c, 1) != 1 || kept(c, 3) != 0 {
		t.Errorf("kept %d, %d", kept(c, 1), kept(c, 3))
	}
}

func TestTxOfManyGoroutines(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{})
	for k := range 800 {
		_ = c.Set(t.Context(), k, 1)
	}
	tx, done := cache.Tx(t.Context())
	var wait sync.WaitGroup
	for n := range 16 {
		wait.Go(func() {
			for k := range 50 {
				_ = c.Delete(tx, 50*n+k)
			}
		})
	}
	// Whatever comes before the end waits for it, and the rest happens at once.
	wait.Go(func() { _ = done(nil) })
	wait.Wait()
	if got := c.Stats().Size; got != 0 {
		t.Errorf("%d entries", got)
	}
}
