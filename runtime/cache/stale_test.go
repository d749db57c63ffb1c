package cache_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

var staleFor = refreshed{TTL: time.Minute, Stale: time.Hour}

// aged returns a cache with the result 1 for key 1, which is just too old, and its
// source, which fails.
func aged(t *testing.T, o refreshed) (*cache.Cache[int, int64], *source) {
	c, s := newCache(t, o), &source{}
	mustLoad(t, c, 1, 1, s.load)
	s.fails(errLoad)
	time.Sleep(o.TTL)
	return c, s
}

func TestStaleOnError(t *testing.T) {
	inBubble("is returned, and the source left alone for a second", t, func(t *testing.T) {
		m, j := newJournal(t)
		o := staleFor
		o.Manager = m
		c, s := aged(t, o)
		if _, ok := c.Get(1); ok {
			t.Error("Get returned it")
		}
		if _, ok := c.Peek(t.Context(), 1); ok {
			t.Error("Peek returned it")
		}
		for _, ctx := range []context.Context{t.Context(), context.Background()} {
			mustLoadWith(ctx, t, c, 1, s.load)
		}
		s.called(t, 2)
		time.Sleep(time.Second - 1)
		mustLoad(t, c, 1, 1, s.load)
		s.called(t, 2)
		time.Sleep(time.Nanosecond)
		mustLoadWith(context.Background(), t, c, 1, s.load)
		s.called(t, 3)
		if got := c.Stats(); got.Stale != 4 || got.Misses != 6 || got.Hits != 0 || got.LoadErrors != 2 || got.Expirations != 0 {
			t.Errorf("Stats() = %+v", got)
		}
		if j.lines() != 1 || !j.has("load failed") {
			t.Errorf("the log says %s", j.text.String())
		}
		time.Sleep(time.Second)
		s.fails(nil)
		mustLoad(t, c, 1, 4, s.load)
	})
	inBubble("not for longer than was said", t, func(t *testing.T) {
		c, s := aged(t, staleFor)
		time.Sleep(time.Hour - 1)
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(time.Nanosecond)
		if got, err := c.Load(t.Context(), 1, s.load); got != 0 || err != errLoad {
			t.Errorf("Load = %v, %v", got, err)
		}
		if got := c.Stats(); got.Expirations != 1 || got.Size != 0 {
			t.Errorf("Stats() = %+v", got)
		}
	})
	inBubble("for all who wait", t, func(t *testing.T) {
		c, s := aged(t, staleFor)
		s.ends(func() error { time.Sleep(time.Second); return errLoad })
		var wait sync.WaitGroup
		for range 100 {
			wait.Go(func() { mustLoad(t, c, 1, 1, s.load) })
		}
		wait.Wait()
		s.called(t, 2)
	})
	inBubble("after a timeout, but not when the caller's own context has ended", t, func(t *testing.T) {
		o := staleFor
		o.Timeout = 5 * time.Second
		c, s := aged(t, o)
		s.takes(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Load(ctx, 1, s.load); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Load: %v", err)
		}
		time.Sleep(time.Second)
		mustLoad(t, c, 1, 1, s.load)
	})
	inBubble("a panic is passed on", t, func(t *testing.T) {
		c, s := aged(t, staleFor)
		s.ends(func() error { panic("boom") })
		out := <-start(func() (int64, error) { return c.Load(t.Context(), 1, s.load) })
		if p, ok := out.panicked.(*cache.PanicError); !ok || p.Value != "boom" {
			t.Errorf("%+v", out)
		}
	})
	inBubble("Refresh returns the error", t, func(t *testing.T) {
		c, s := aged(t, staleFor)
		if _, err := c.Refresh(t.Context(), 1, s.load); err != errLoad {
			t.Errorf("Refresh: %v", err)
		}
	})
	inBubble("not after the key was deleted", t, func(t *testing.T) {
		c, s := aged(t, staleFor)
		s.ends(func() error { _ = c.Delete(t.Context(), 1); return errLoad })
		if _, err := c.Load(t.Context(), 1, s.load); err != errLoad {
			t.Errorf("Load: %v", err)
		}
	})
	inBubble("LoadValue", t, func(t *testing.T) {
		o := staleFor
		o.SoftTimeout = time.Second
		c, s := aged(t, o)
		s.takes(time.Minute)
		if got := c.LoadValue(t.Context(), 1, func(ctx context.Context, k int) int64 {
			_, _ = s.load(ctx, k)
			return 5
		}); got != 1 {
			t.Errorf("LoadValue = %d", got)
		}
		time.Sleep(time.Minute)
		mustLoad(t, c, 1, 5, s.load)
	})
}

func TestSoftTimeout(t *testing.T) {
	soft := staleFor
	soft.SoftTimeout = 2 * time.Second
	for name, inline := range map[string]bool{"of callers that may leave": false, "of callers that may not": true} {
		inBubble(name, t, func(t *testing.T) {
			c, s := aged(t, soft)
			s.fails(nil)
			s.takes(time.Minute)
			ctx, cancel := context.WithCancel(t.Context())
			if inline {
				ctx = context.Background()
			}
			began := time.Now()
			mustLoadWith(ctx, t, c, 1, s.load)
			cancel()
			if d := time.Since(began); d != 2*time.Second {
				t.Errorf("after %v", d)
			}
			mustLoadWith(context.Background(), t, c, 1, s.load) // at once
			time.Sleep(time.Second)
			mustLoadWith(context.Background(), t, c, 1, s.load) // waits again
			if d := time.Since(began); d != 5*time.Second {
				t.Errorf("after %v", d)
			}
			time.Sleep(time.Minute - 5*time.Second)
			synctest.Wait()
			// The load went on without anybody, and what it gave is kept.
			mustLoad(t, c, 1, 2, fail(t))
			s.called(t, 2)
			if got := c.Stats(); got.Stale != 3 || got.Loads != 2 || got.LoadErrors != 0 {
				t.Errorf("Stats() = %+v", got)
			}
		})
	}
	inBubble("there is nothing to return", t, func(t *testing.T) {
		c, s := newCache(t, soft), &source{}
		s.takes(time.Minute)
		began := time.Now()
		mustLoad(t, c, 1, 1, s.load)
		if d := time.Since(began); d != time.Minute {
			t.Errorf("after %v", d)
		}
	})
	inBubble("it was deleted while the caller waited", t, func(t *testing.T) {
		c, s := aged(t, soft)
		s.fails(nil)
		s.takes(time.Minute)
		out := start(func() (int64, error) { return c.Load(t.Context(), 1, s.load) })
		synctest.Wait()
		_ = c.Delete(t.Context(), 1)
		if got := <-out; got.value != 2 || got.err != nil {
			t.Errorf("Load = %+v", got)
		}
	})
	inBubble("a load that fails after everybody has gone is reported", t, func(t *testing.T) {
		m, j := newJournal(t)
		o := soft
		o.Manager = m
		c, s := aged(t, o)
		s.ends(func() error { time.Sleep(time.Minute); panic("boom") })
		mustLoad(t, c, 1, 1, s.load)
		if j.lines() != 0 {
			t.Errorf("the log says %s", j.text.String())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if j.lines() != 1 || !j.has("boom") {
			t.Errorf("the log says %s", j.text.String())
		}
	})
	inBubble("inside another load", t, func(t *testing.T) {
		c, s := aged(t, soft)
		s.fails(nil)
		s.takes(time.Minute)
		mustLoad(t, c, 2, 10, func(ctx context.Context, _ int) (int64, error) {
			v, err := c.Load(ctx, 1, s.load)
			return 10 * v, err
		})
		time.Sleep(time.Hour)
	})
}

func TestStaleOverLoadLimit(t *testing.T) {
	inBubble("is returned at once", t, func(t *testing.T) {
		o := staleFor
		o.LoadLimit = 1
		c, s := aged(t, o)
		s.fails(nil)
		busy := &source{}
		busy.takes(10 * time.Second)
		other := start(func() (int64, error) { return c.Load(t.Context(), 2, busy.load) })
		synctest.Wait()
		began := time.Now()
		for _, ctx := range []context.Context{t.Context(), context.Background()} {
			mustLoadWith(ctx, t, c, 1, s.load)
		}
		// Who has nothing to return waits.
		waiting := start(func() (int64, error) { return c.Load(t.Context(), 3, s.load) })
		synctest.Wait()
		mustLoad(t, c, 1, 1, s.load)
		if d := time.Since(began); d != 0 {
			t.Errorf("after %v", d)
		}
		if got := c.Stats(); got.Stale != 3 || got.Loads != 2 {
			t.Errorf("Stats() = %+v", got)
		}
		<-other
		if got := <-waiting; got.value != 2 {
			t.Errorf("Load = %+v", got)
		}
		mustLoad(t, c, 1, 3, s.load)
	})
}
