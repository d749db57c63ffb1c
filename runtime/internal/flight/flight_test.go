package flight

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestDo(t *testing.T) {
	g, k := newGroup()
	load := func(_ context.Context, key int) (int, error) { return 10 * key, nil }
	for _, want := range []How{Leads, Kept} {
		if r := g.do(t.Context(), 1, load); r.Value != 10 || r.How != want {
			t.Errorf("Do = %+v, want %v", r, want)
		}
	}
	g.Replace(hash(1), Subject(&subject{1, 5}))
	if r := g.do(t.Context(), 1, nil); r.Value != 5 {
		t.Errorf("Do = %+v", r)
	}
	g.Forget(hash(1), keyed(1))
	if r := g.do(t.Context(), 1, load); r.Value != 10 || r.How != Leads {
		t.Errorf("Do = %+v", r)
	}
	if k.loading != 2 || g.Running() != 0 {
		t.Errorf("%d loads, %d running", k.loading, g.Running())
	}
}

func TestDetachMatching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, k := newGroup()
		var wait sync.WaitGroup
		for key := range 4 {
			wait.Go(func() {
				g.do(t.Context(), key, func(context.Context, int) (int, error) {
					time.Sleep(time.Second)
					return 1, nil
				})
			})
		}
		synctest.Wait()
		g.Detach(func(s Subject) bool { return of(s).key%2 == 0 })
		wait.Wait()
		if len(k.kept) != 2 || k.kept[1] != 1 || k.kept[3] != 1 {
			t.Errorf("kept %v", k.kept)
		}
	})
}

func TestCloseAndWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, k := newGroup()
		result := make(chan result, 1)
		go func() {
			result <- g.do(t.Context(), 1, func(ctx context.Context, _ int) (int, error) {
				<-ctx.Done()
				time.Sleep(time.Second)
				return 1, nil
			})
		}()
		synctest.Wait()
		g.Close()
		short, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errors.New("too slow"))
		defer cancel()
		if err := g.Wait(short); !errors.Is(err, context.DeadlineExceeded) || err.Error() != "context deadline exceeded: too slow" {
			t.Errorf("Wait = %v", err)
		}
		if err := g.Wait(t.Context()); err != nil || g.Running() != 0 {
			t.Errorf("Wait = %v, %d running", err, g.Running())
		}
		g.Replace(hash(2), Subject(&subject{2, 2}))
		if r := <-result; r.Value != 1 || len(k.kept) != 0 {
			t.Errorf("%+v, kept %v", r, k.kept)
		}
		if r := g.do(t.Context(), 1, nil); r.How != Closed {
			t.Errorf("Do = %+v", r)
		}
		if r := g.Anew(t.Context(), hash(1), keyed(1)); r.How != Closed {
			t.Errorf("Anew = %+v", r)
		}
	})
}

// Loads that call each other at random, over two groups with limits, always
// end: with results, or with Recursive where there was a ring. The bubble
// would report a deadlock.
func TestRandomRings(t *testing.T) {
	for range 30 {
		synctest.Test(t, func(t *testing.T) {
			a, _ := newGroup()
			b, _ := newGroup()
			groups := []*Group{a, b}
			a.Limiter.SetLimit(1 + rand.IntN(3))
			b.Limiter.SetLimit(1 + rand.IntN(3))
			var call func(ctx context.Context, depth int) error
			call = func(ctx context.Context, depth int) error {
				key := rand.IntN(6)
				if rand.IntN(4) == 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(50)))
					defer cancel()
				}
				r := groups[rand.IntN(2)].do(ctx, key, func(ctx context.Context, _ int) (int, error) {
					time.Sleep(time.Duration(rand.IntN(20)))
					if depth == 0 || rand.IntN(3) == 0 {
						return 1, errors.New("not kept")
					}
					var both sync.WaitGroup
					for range 2 {
						both.Go(func() { _ = call(ctx, depth-1) })
					}
					both.Wait()
					return 1, errors.New("not kept")
				})
				return r.Err
			}
			var wait sync.WaitGroup
			for range 20 {
				wait.Go(func() { _ = call(t.Context(), 4) })
			}
			wait.Wait()
			time.Sleep(time.Hour) // loads that were given up end by themselves
			synctest.Wait()
			graph.Lock()
			defer graph.Unlock()
			for _, g := range groups {
				if len(g.Limiter.holders) != 0 || g.Limiter.queue.Len() != 0 || g.Running() != 0 {
					t.Errorf("%d hold the limiter, %d wait, %d run", len(g.Limiter.holders), g.Limiter.queue.Len(), g.Running())
				}
			}
			if graph.edges != 0 {
				t.Errorf("%d edges left", graph.edges)
			}
		})
	}
}

func TestWhy(t *testing.T) {
	cause := errors.New("cause")
	own, cancelOwn := context.WithCancelCause(t.Context())
	cancelOwn(cause)
	plain, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Why(own); !errors.Is(err, cause) || !errors.Is(err, context.Canceled) {
		t.Errorf("Why = %v", err)
	}
	if err := Why(plain); err != context.Canceled {
		t.Errorf("Why = %v", err)
	}
}
