package cache_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestLoadValue(t *testing.T) {
	ctx := t.Context()
	c := newCache(t, cache.Options[int, int]{})
	calls := 0
	for range 3 {
		if v := c.LoadValue(ctx, 1, func(context.Context, int) int { calls++; return 5 }); v != 5 {
			t.Errorf("LoadValue = %d", v)
		}
	}
	got := recovered(func() { c.LoadValue(ctx, 2, func(context.Context, int) int { panic("oh") }) })
	if err, ok := got.(*cache.PanicError); !ok || err.Value != "oh" {
		t.Errorf("panic %v", got)
	}
	want := cache.Stats{Hits: 2, Misses: 2, Loads: 2, LoadErrors: 1, Size: 1}
	if got := c.Stats(); calls != 1 || got != want {
		t.Errorf("calls = %d, Stats = %+v, want %+v", calls, got, want)
	}
}

// Who has no error to return calls the function itself, with its own context.
func TestLoadValueOfACallerWhoLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, string]{})
		opened := make(chan struct{})
		slow := func(context.Context, int) string { <-opened; return "slow" }
		first := start(func() (string, error) { return c.LoadValue(context.Background(), 1, slow), nil })
		synctest.Wait()
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), ctxKey{}, "mine"))
		direct := func(ctx context.Context, _ int) string { return ctx.Value(ctxKey{}).(string) }
		second := start(func() (string, error) { return c.LoadValue(ctx, 1, direct), nil })
		synctest.Wait()
		cancel()
		if got := <-second; got.value != "mine" {
			t.Errorf("second = %+v", got)
		}
		if got := c.LoadValue(ctx, 1, direct); got != "mine" {
			t.Errorf("with an ended context = %v", got)
		}
		close(opened)
		if got := <-first; got.value != "slow" {
			t.Errorf("first = %+v", got)
		}
		if v, _ := c.Peek(ctx, 1); v != "slow" {
			t.Errorf("kept %q", v)
		}
		want := cache.Stats{Misses: 3, Loads: 3, Size: 1}
		if got := c.Stats(); got != want {
			t.Errorf("Stats = %+v, want %+v", got, want)
		}
	})
}

func TestLoadValueMeetsALoadWithAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		g := newGate()
		g.err = errLoad
		first := start(func() (int, error) { return c.Load(t.Context(), 1, g.load) })
		synctest.Wait()
		second := start(func() (int, error) {
			return c.LoadValue(t.Context(), 1, func(context.Context, int) int { return 8 }), nil
		})
		synctest.Wait()
		close(g.opened)
		if got := <-second; got.value != 8 || got.panicked != nil {
			t.Errorf("%+v", got)
		}
		if got := <-first; got.err != errLoad {
			t.Errorf("%+v", got)
		}
	})
}
