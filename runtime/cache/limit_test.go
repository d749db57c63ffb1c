package cache_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestLoadLimit(t *testing.T) {
	for _, inline := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := newCache(t, cache.Options[int, int]{LoadLimit: 3})
			ctx := t.Context()
			if inline {
				ctx = context.Background()
			}
			running, most := 0, 0
			step := make(chan func())
			go func() {
				for f := range step {
					f()
				}
			}()
			load := func(_ context.Context, k int) (int, error) {
				step <- func() { running++; most = max(most, running) }
				time.Sleep(time.Second)
				step <- func() { running-- }
				return k, nil
			}
			began := time.Now()
			var done []<-chan outcome[int]
			for k := range 10 {
				done = append(done, start(func() (int, error) { return c.Load(ctx, k, load) }))
			}
			for k, d := range done {
				if got := <-d; got.value != k || got.err != nil {
					t.Errorf("Load(%d) = %+v", k, got)
				}
			}
			close(step)
			if most != 3 || time.Since(began) != 4*time.Second {
				t.Errorf("%d at once, took %v", most, time.Since(began))
			}
		})
	}
}

func TestLoadLimitGivesUpWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int]{LoadLimit: 1, Timeout: time.Minute, Manager: m})
		g := newGate()
		first := start(func() (int, error) { return c.Load(t.Context(), 1, g.load) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Load(ctx, 2, nil); err != context.DeadlineExceeded {
			t.Errorf("Load = %v", err)
		}
		// Without a context of its own, the timeout of the load ends the wait.
		if _, err := c.Load(context.Background(), 3, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Load = %v", err)
		}
		if v := c.LoadValue(context.Background(), 4, func(context.Context, int) int { return 4 }); v != 4 {
			t.Errorf("LoadValue = %v: it has no error, so it calls the function", v)
		}
		if s := c.Stats(); s.Loads != 2 || s.LoadErrors != 0 {
			t.Errorf("Stats = %+v", s)
		}
		fifth := start(func() (int, error) {
			return c.Load(t.Context(), 5, func(context.Context, int) (int, error) { return 5, nil })
		})
		synctest.Wait()
		if err := m.Configure("test.get", cache.Settings{LoadLimit: 2}); err != nil {
			t.Fatal(err)
		}
		if got := <-fifth; got.value != 5 {
			t.Errorf("after the limit was raised: %+v", got)
		}
		sixth := start(func() (int, error) {
			return c.Load(t.Context(), 6, func(context.Context, int) (int, error) { return 6, nil })
		})
		close(g.opened)
		<-first
		if got := <-sixth; got.value != 6 {
			t.Errorf("%+v", got)
		}
		if err := m.Configure("test.get", cache.Settings{LoadLimit: cache.Unlimited}); err != nil {
			t.Fatal(err)
		}
		mustLoad(t, c, 7, 7, func(context.Context, int) (int, error) { return 7, nil })
	})
}

// fib with one load at a time would wait for itself, if the loads that the
// running one waits for did not run in its place.
func TestLoadLimitAndRecursion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{LoadLimit: 1})
		var fib func(ctx context.Context, n int) (int, error)
		fib = func(ctx context.Context, n int) (int, error) {
			if n < 2 {
				return n, nil
			}
			time.Sleep(time.Nanosecond)
			a, err := c.Load(ctx, n-1, fib)
			if err != nil {
				return 0, err
			}
			b, err := c.Load(ctx, n-2, fib)
			return a + b, err
		}
		var done []<-chan outcome[int]
		for range 5 {
			for n := range 20 {
				done = append(done, start(func() (int, error) { return c.Load(t.Context(), n, fib) }))
			}
		}
		for _, d := range done {
			if got := <-d; got.err != nil {
				t.Error(got.err)
			}
		}
	})
}

// Two limits of one, each held by a load that waits for one which the other
// holds back.
func TestTwoLoadLimitsThatWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newCache(t, cache.Options[int, int]{Name: "a", LoadLimit: 1})
		b := newCache(t, cache.Options[int, int]{Name: "b", LoadLimit: 1})
		leaf := func(context.Context, int) (int, error) { return 1, nil }
		across := func(other *cache.Cache[int, int]) func(context.Context, int) (int, error) {
			return func(ctx context.Context, _ int) (int, error) {
				time.Sleep(time.Second)
				return other.Load(ctx, 2, leaf)
			}
		}
		one := start(func() (int, error) { return a.Load(t.Context(), 1, across(b)) })
		two := start(func() (int, error) { return b.Load(t.Context(), 1, across(a)) })
		if x, y := <-one, <-two; x.value != 1 || y.value != 1 {
			t.Errorf("%+v, %+v", x, y)
		}
	})
}

// The load that a running one comes to wait for is already in the queue.
func TestLoadLimitJoiningTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{LoadLimit: 1})
		leaf := func(context.Context, int) (int, error) { return 1, nil }
		one := start(func() (int, error) {
			return c.Load(t.Context(), 1, func(ctx context.Context, _ int) (int, error) {
				time.Sleep(time.Second)
				return c.Load(ctx, 2, leaf)
			})
		})
		synctest.Wait()
		two := start(func() (int, error) { return c.Load(t.Context(), 2, leaf) })
		if x, y := <-one, <-two; x.value != 1 || y.value != 1 {
			t.Errorf("%+v, %+v", x, y)
		}
	})
}

// A limit holds for loads that others wait for, as long as they can wait.
func TestLoadLimitBelowAnotherCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outer := newCache(t, cache.Options[int, int]{Name: "outer"})
		inner := newCache(t, cache.Options[int, int]{Name: "inner", LoadLimit: 2})
		began := time.Now()
		var done []<-chan outcome[int]
		for k := range 10 {
			done = append(done, start(func() (int, error) {
				return outer.Load(t.Context(), k, func(ctx context.Context, k int) (int, error) {
					return inner.Load(ctx, k, func(context.Context, int) (int, error) {
						time.Sleep(time.Second)
						return k, nil
					})
				})
			}))
		}
		for _, d := range done {
			<-d
		}
		if d := time.Since(began); d != 5*time.Second {
			t.Errorf("took %v, want 5s", d)
		}
	})
}
