package cache_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

type ctxKey struct{}

func TestOneLoadForAll(t *testing.T) {
	for _, inline := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			const callers = 100
			c := newCache(t, cache.Options[int, int]{})
			g := newGate()
			ctx := t.Context()
			if inline {
				ctx = context.Background()
			}
			var done []<-chan outcome[int]
			for range callers {
				done = append(done, start(func() (int, error) { return c.Load(ctx, 1, g.load) }))
			}
			synctest.Wait()
			close(g.opened)
			for _, d := range done {
				if got := <-d; got.value != 1 || got.err != nil {
					t.Errorf("Load = %+v", got)
				}
			}
			want := cache.Stats{Misses: callers, Loads: 1, Size: 1}
			if got := c.Stats(); got != want {
				t.Errorf("Stats = %+v, want %+v", got, want)
			}
		})
	}
}

func TestOtherKeysDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		g := newGate()
		first := start(func() (int, error) { return c.Load(t.Context(), 1, g.load) })
		synctest.Wait()
		mustLoad(t, c, 2, 7, func(context.Context, int) (int, error) { return 7, nil })
		close(g.opened)
		<-first
	})
}

// The first caller goes; its load goes on for the other with its values.
func TestFirstCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		g := newGate()
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), ctxKey{}, "first"))
		first := start(func() (int, error) { return c.Load(ctx, 1, g.load) })
		synctest.Wait()
		second := start(func() (int, error) { return c.Load(context.Background(), 1, g.load) })
		synctest.Wait()
		cancel(cause)
		got := <-first
		if !errors.Is(got.err, context.Canceled) || !errors.Is(got.err, cause) {
			t.Errorf("the error is %v, want context.Canceled and its cause", got.err)
		}
		load := g.context(0)
		if load.Err() != nil || load.Value(ctxKey{}) != "first" {
			t.Errorf("the load's context: Err %v, value %v", load.Err(), load.Value(ctxKey{}))
		}
		if _, ok := load.Deadline(); ok {
			t.Error("the load has a deadline")
		}
		close(g.opened)
		if got := <-second; got.value != 1 || got.err != nil {
			t.Errorf("second = %+v", got)
		}
		mustLoad(t, c, 1, 1, nil)
		if load.Err() == nil {
			t.Error("the load's context is not released")
		}
	})
}

func TestDeadlineOfAWaiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		g := newGate()
		first := start(func() (int, error) { return c.Load(context.Background(), 1, g.load) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := c.Load(ctx, 1, g.load); err != context.DeadlineExceeded {
			t.Errorf("Load = %v", err)
		}
		if d := time.Since(began); d != time.Second {
			t.Errorf("left after %v", d)
		}
		close(g.opened)
		<-first
	})
}

// When the last caller has gone, the load is cancelled, off its key at once,
// and what it still returns is not kept.
func TestLastCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		g := newGate()
		ctx1, cancel1 := context.WithCancel(t.Context())
		ctx2, cancel2 := context.WithCancel(t.Context())
		first := start(func() (int, error) { return c.Load(ctx1, 1, g.load) })
		second := start(func() (int, error) { return c.Load(ctx2, 1, g.load) })
		synctest.Wait()
		cancel1()
		<-first
		if g.context(0).Err() != nil {
			t.Fatal("cancelled while somebody waits")
		}
		cancel2()
		<-second
		if err := g.context(0).Err(); err != context.Canceled {
			t.Fatalf("the load's context: %v", err)
		}
		if cause := context.Cause(g.context(0)); !strings.Contains(cause.Error(), "gone") {
			t.Errorf("cause: %v", cause)
		}
		third := start(func() (int, error) { return c.Load(t.Context(), 1, g.load) })
		synctest.Wait()
		if g.calls() != 2 {
			t.Fatal("a later caller joined a load that was given up")
		}
		close(g.opened)
		if got := <-third; got.value != 2 {
			t.Errorf("third = %+v", got)
		}
		synctest.Wait()
		mustLoad(t, c, 1, 2, nil)
	})
}

func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := newCache(t, cache.Options[int, int64]{})
	if _, err := c.Load(ctx, 1, fail(t)); err != context.Canceled {
		t.Errorf("Load = %v", err)
	}
	_ = c.Set(t.Context(), 1, 5)
	if v, err := c.Load(ctx, 1, fail(t)); v != 5 || err != nil {
		t.Errorf("Load = %v, %v: what is kept needs no context", v, err)
	}
	want := cache.Stats{Hits: 1, Misses: 1, Size: 1}
	if got := c.Stats(); got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
}
