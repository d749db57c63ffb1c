package cache_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestRecursionOnOtherKeys(t *testing.T) {
	for _, ctx := range []context.Context{t.Context(), context.Background()} {
		c := newCache(t, cache.Options[int, int]{})
		var fib func(ctx context.Context, n int) (int, error)
		fib = func(ctx context.Context, n int) (int, error) {
			if n < 2 {
				return n, nil
			}
			a, err := c.Load(ctx, n-1, fib)
			if err != nil {
				return 0, err
			}
			b, err := c.Load(ctx, n-2, fib)
			return a + b, err
		}
		if v, err := c.Load(ctx, 40, fib); v != 102334155 || err != nil {
			t.Errorf("fib(40) = %d, %v", v, err)
		}
		if s := c.Stats(); s.Loads != 41 {
			t.Errorf("%d loads", s.Loads)
		}
	}
}

func isRecursion(err error, name string) bool {
	var r *cache.RecursionError
	return errors.As(err, &r) && r.Func == name
}

func TestRecursionOnTheSameKey(t *testing.T) {
	for _, ctx := range []context.Context{t.Context(), context.Background()} {
		c := newCache(t, cache.Options[int, int]{Name: "f"})
		var load func(ctx context.Context, n int) (int, error)
		load = func(ctx context.Context, n int) (int, error) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute) // the user's own contexts do not hide it
			defer cancel()
			return c.Load(ctx, n, load)
		}
		if _, err := c.Load(ctx, 1, load); !isRecursion(err, "f") {
			t.Errorf("Load = %v", err)
		}
		var refresh func(ctx context.Context, n int) (int, error)
		refresh = func(ctx context.Context, n int) (int, error) { return c.Refresh(ctx, n, refresh) }
		if _, err := c.Refresh(ctx, 1, refresh); !isRecursion(err, "f") {
			t.Errorf("Refresh = %v", err)
		}
		var value func(ctx context.Context, n int) int
		value = func(ctx context.Context, n int) int { return c.LoadValue(ctx, n, value) }
		got := recovered(func() { c.LoadValue(ctx, 1, value) })
		if err, ok := got.(error); !ok || !isRecursion(err, "f") {
			t.Errorf("LoadValue panicked with %v", got)
		}
		if n := c.Stats().Size; n != 0 {
			t.Errorf("%d entries kept", n)
		}
	}
}

// a waits on b, b on c, c on a: found although each was begun by a goroutine of
// its own, in another cache.
func TestRecursionOverCachesAndGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := []string{"a", "b", "c"}
		var caches []*cache.Cache[int, int]
		for _, name := range names {
			caches = append(caches, newCache(t, cache.Options[int, int]{Name: name}))
		}
		meet := make(chan struct{})
		var load func(i int) func(context.Context, int) (int, error)
		load = func(i int) func(context.Context, int) (int, error) {
			return func(ctx context.Context, key int) (int, error) {
				<-meet
				time.Sleep(time.Duration(i))
				return caches[(i+1)%3].Load(ctx, key, load((i+1)%3))
			}
		}
		var done []<-chan outcome[int]
		for i, c := range caches {
			done = append(done, start(func() (int, error) { return c.Load(t.Context(), 1, load(i)) }))
		}
		synctest.Wait()
		close(meet)
		for i, d := range done {
			// The last to wait would have closed the ring: c, on a.
			if got := <-d; !isRecursion(got.err, "a") {
				t.Errorf("%s = %+v", names[i], got)
			}
		}
	})
}

// A load waits for two others at once, one of which waits for it.
func TestRecursionThroughConcurrentCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[string, int]{Name: "f"})
		var load func(ctx context.Context, key string) (int, error)
		load = func(ctx context.Context, key string) (int, error) {
			switch key {
			case "root":
				left := start(func() (int, error) { return c.Load(ctx, "left", load) })
				right := start(func() (int, error) { return c.Load(ctx, "right", load) })
				l, r := <-left, <-right
				return 0, errors.Join(l.err, r.err)
			case "left":
				time.Sleep(time.Second)
				return 1, nil
			default:
				return c.Load(ctx, "root", load)
			}
		}
		if _, err := c.Load(t.Context(), "root", load); !isRecursion(err, "f") {
			t.Errorf("Load = %v", err)
		}
	})
}

// Two loads that share a third, or wait for it twice, are no ring.
func TestNoFalseRecursion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[string, int]{})
		var load func(ctx context.Context, key string) (int, error)
		load = func(ctx context.Context, key string) (int, error) {
			next := map[string][]string{"a": {"c", "c", "b"}, "b": {"c", "d"}, "d": {"c"}}[key]
			var done []<-chan outcome[int]
			for _, k := range next {
				done = append(done, start(func() (int, error) { return c.Load(ctx, k, load) }))
			}
			time.Sleep(time.Second)
			sum := 1
			for _, d := range done {
				got := <-d
				if got.err != nil {
					return 0, got.err
				}
				sum += got.value
			}
			return sum, nil
		}
		b := start(func() (int, error) { return c.Load(t.Context(), "b", load) })
		a := start(func() (int, error) { return c.Load(t.Context(), "a", load) })
		if got := <-a; got.err != nil || got.value != 7 {
			t.Errorf("a = %+v", got)
		}
		if got := <-b; got.err != nil || got.value != 4 {
			t.Errorf("b = %+v", got)
		}
	})
}

// A load that gave up waiting for another waits for it no more.
func TestNoRecursionAfterLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[string, int]{})
		left := make(chan struct{})
		loadB := func(ctx context.Context, _ string) (int, error) {
			<-left
			return c.Load(ctx, "a", nil)
		}
		loadA := func(ctx context.Context, _ string) (int, error) {
			short, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_, err := c.Load(short, "b", loadB)
			close(left)
			time.Sleep(time.Second)
			if err != context.DeadlineExceeded {
				return 0, err
			}
			return 5, nil
		}
		a := start(func() (int, error) { return c.Load(t.Context(), "a", loadA) })
		synctest.Wait()
		b := start(func() (int, error) { return c.Load(t.Context(), "b", loadB) })
		if got := <-a; got.value != 5 || got.err != nil {
			t.Errorf("a = %+v", got)
		}
		if got := <-b; got.value != 5 || got.err != nil {
			t.Errorf("b = %+v", got)
		}
	})
}

// A goroutine that outlives the load that began it waits on nobody's behalf.
func TestNoRecursionAfterTheLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		var behind <-chan outcome[int]
		_, _ = c.Load(t.Context(), 1, func(ctx context.Context, _ int) (int, error) {
			ctx = context.WithoutCancel(ctx)
			behind = start(func() (int, error) {
				time.Sleep(time.Second)
				return c.Load(ctx, 1, func(context.Context, int) (int, error) { return 9, nil })
			})
			return 0, errLoad
		})
		if got := <-behind; got.value != 9 || got.err != nil {
			t.Errorf("Load = %+v", got)
		}
	})
}
