package cache_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestPanicReachesEveryCaller(t *testing.T) {
	for _, inline := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := newCache(t, cache.Options[int, int]{})
			ctx := t.Context()
			if inline {
				ctx = context.Background()
			}
			opened := make(chan struct{})
			var done []<-chan outcome[int]
			for range 3 {
				done = append(done, start(func() (int, error) {
					return c.Load(ctx, 1, func(context.Context, int) (int, error) { <-opened; explode(); return 0, nil })
				}))
			}
			synctest.Wait()
			close(opened)
			for _, d := range done {
				got := <-d
				err, ok := got.panicked.(*cache.PanicError)
				if !ok || err.Value != errLoad || !errors.Is(err, errLoad) {
					t.Fatalf("panic %#v, want a PanicError of errLoad", got.panicked)
				}
				if !strings.Contains(string(err.Stack), "explode") || !strings.Contains(err.Error(), errLoad.Error()) {
					t.Errorf("the stack does not show where it happened:\n%s", err.Stack)
				}
			}
			want := cache.Stats{Misses: 3, Loads: 1, LoadErrors: 1}
			if got := c.Stats(); got != want {
				t.Errorf("Stats = %+v, want %+v", got, want)
			}
			mustLoad(t, c, 1, 4, func(context.Context, int) (int, error) { return 4, nil })
		})
	}
}

func explode() { panic(errLoad) }

func TestPanicOfAnInnerLoadKeepsItsStack(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{})
	got := recovered(func() {
		_, _ = c.Load(t.Context(), 1, func(ctx context.Context, _ int) (int, error) {
			return c.Load(ctx, 2, func(context.Context, int) (int, error) { explode(); return 0, nil })
		})
	})
	err, ok := got.(*cache.PanicError)
	if !ok || err.Value != errLoad {
		t.Errorf("panic %#v", got)
	}
	if err.Unwrap() != errLoad || (&cache.PanicError{Value: "text"}).Unwrap() != nil {
		t.Error("Unwrap")
	}
}

func TestGoexit(t *testing.T) {
	exit := func(opened chan struct{}) func(context.Context, int) (int, error) {
		return func(context.Context, int) (int, error) { <-opened; runtime.Goexit(); return 0, nil }
	}
	isGoexit := func(v any) bool {
		err, ok := v.(*cache.PanicError)
		return ok && errors.Is(err, cache.ErrGoexit)
	}
	inBubble("detached", t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		opened := make(chan struct{})
		a := start(func() (int, error) { return c.Load(t.Context(), 1, exit(opened)) })
		b := start(func() (int, error) { return c.Load(t.Context(), 1, exit(opened)) })
		synctest.Wait()
		close(opened)
		if x, y := <-a, <-b; !isGoexit(x.panicked) || !isGoexit(y.panicked) {
			t.Errorf("%+v, %+v", x, y)
		}
		mustLoad(t, c, 1, 4, func(context.Context, int) (int, error) { return 4, nil })
	})
	inBubble("inline", t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		opened := make(chan struct{})
		a := start(func() (int, error) { return c.Load(context.Background(), 1, exit(opened)) })
		synctest.Wait()
		b := start(func() (int, error) { return c.Load(t.Context(), 1, exit(opened)) })
		synctest.Wait()
		close(opened)
		if x, y := <-a, <-b; !x.exited || !isGoexit(y.panicked) {
			t.Errorf("%+v, %+v", x, y)
		}
		if s := c.Stats(); s.LoadErrors != 1 {
			t.Errorf("Stats = %+v", s)
		}
		mustLoad(t, c, 1, 4, func(context.Context, int) (int, error) { return 4, nil })
	})
}
