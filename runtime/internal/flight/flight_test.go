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

// keeper is an Owner that keeps results in a map. Its lock is never contended
// for a key, because a Group holds the lock of the key.
type keeper struct {
	mu              sync.Mutex
	kept            map[int]int
	timeout         time.Duration
	loading, failed int
}

func (k *keeper) Lookup(_ uint64, key int) (int, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.kept[key]
	return v, ok
}

func (k *keeper) Keep(_ uint64, key, v int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[key] = v
}

func (k *keeper) Remove(_ uint64, key int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.kept, key)
}

func (k *keeper) Timeout() time.Duration { return k.timeout }

func (k *keeper) Loading(uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.loading++
}

func (k *keeper) Failed(uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failed++
}

func newGroup() (*Group[int, int], *keeper) {
	k := &keeper{kept: map[int]int{}}
	return New[int, int](k, 2), k
}

func hash(key int) uint64 { return uint64(key) << 48 }

func TestDo(t *testing.T) {
	g, k := newGroup()
	load := func(_ context.Context, key int) (int, error) { return 10 * key, nil }
	for _, want := range []How{Loaded, Kept} {
		if r := g.Do(t.Context(), hash(1), 1, load); r.Value != 10 || r.How != want {
			t.Errorf("Do = %+v, want %v", r, want)
		}
	}
	g.Replace(hash(1), 1, 5)
	if r := g.Do(t.Context(), hash(1), 1, nil); r.Value != 5 {
		t.Errorf("Do = %+v", r)
	}
	g.Forget(hash(1), 1)
	if r := g.Do(t.Context(), hash(1), 1, load); r.Value != 10 || r.How != Loaded {
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
				g.Do(t.Context(), hash(key), key, func(context.Context, int) (int, error) {
					time.Sleep(time.Second)
					return 1, nil
				})
			})
		}
		synctest.Wait()
		g.Detach(func(key int) bool { return key%2 == 0 })
		wait.Wait()
		if len(k.kept) != 2 || k.kept[1] != 1 || k.kept[3] != 1 {
			t.Errorf("kept %v", k.kept)
		}
	})
}

func TestCloseAndWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, k := newGroup()
		result := make(chan Result[int], 1)
		go func() {
			result <- g.Do(t.Context(), hash(1), 1, func(ctx context.Context, _ int) (int, error) {
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
		g.Replace(hash(2), 2, 2)
		if r := <-result; r.Value != 1 || len(k.kept) != 0 {
			t.Errorf("%+v, kept %v", r, k.kept)
		}
		if r := g.Do(t.Context(), hash(1), 1, nil); r.How != Closed {
			t.Errorf("Do = %+v", r)
		}
		if r := g.Anew(t.Context(), hash(1), 1, nil); r.How != Closed {
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
			groups := []*Group[int, int]{a, b}
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
				r := groups[rand.IntN(2)].Do(ctx, hash(key), key, func(ctx context.Context, _ int) (int, error) {
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
