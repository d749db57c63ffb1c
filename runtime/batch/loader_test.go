package batch_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// loaderBackend is a function of many keys that takes a time, and notes what it was
// asked for.
type loaderBackend struct {
	takes time.Duration
	mu    sync.Mutex
	asked [][]int
}

func (b *loaderBackend) load(_ context.Context, keys []int) (map[int]string, error) {
	b.mu.Lock()
	b.asked = append(b.asked, slices.Sorted(slices.Values(keys)))
	b.mu.Unlock()
	time.Sleep(b.takes)
	values := make(map[int]string)
	for _, key := range keys {
		if key >= 0 {
			values[key] = fmt.Sprint("value ", key)
		}
	}
	clear(keys) // they are its own
	return values, nil
}

// loaderCalls calls load for keys at the same time, in order, and returns a function
// that waits for them.
func loaderCalls(t *testing.T, l *batch.Loader[int, string], keys ...int) (wait func()) {
	t.Helper()
	var all sync.WaitGroup
	for _, key := range keys {
		all.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if v, err := l.Load(ctx, key); err != nil || v != fmt.Sprint("value ", key) {
				t.Errorf("Load(%d) = %q, %v", key, v, err)
			}
		})
		synctest.Wait()
	}
	return all.Wait
}

func loaderAsked(t *testing.T, b *loaderBackend, want string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.SortStableFunc(b.asked, slices.Compare) // two that leave together have no order
	if got := fmt.Sprint(b.asked); got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

func TestLoaderLone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{}
		l := batch.NewLoader(b.load)
		began := time.Now()
		for _, ctx := range []context.Context{context.Background(), t.Context()} {
			if v, err := l.Load(ctx, 1); v != "value 1" || err != nil {
				t.Errorf("Load = %q, %v", v, err)
			}
			if _, err := l.Load(ctx, -1); err != batch.ErrNotFound {
				t.Errorf("Load = %v", err)
			}
		}
		if time.Since(began) != 0 {
			t.Errorf("it took %v", time.Since(began))
		}
		loaderAsked(t, b, "[[-1] [-1] [1] [1]]")
		want := batch.LoaderStats{Name: l.Name(), Calls: 4, Batches: 4, Keys: 4, NotFound: 2, Largest: 1}
		if got := l.Stats(); got != want {
			t.Errorf("Stats = %+v, want %+v", got, want)
		}
	})
}

func TestLoaderWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{takes: time.Second}
		l := batch.NewLoader(b.load, batch.Window(10*time.Millisecond))
		waits := []func(){loaderCalls(t, l, 1, 2, 3, 2)}
		time.Sleep(9 * time.Millisecond)
		waits = append(waits, loaderCalls(t, l, 4))
		loaderAsked(t, b, "[[1]]")
		time.Sleep(time.Millisecond)
		synctest.Wait()
		loaderAsked(t, b, "[[1] [2 3 4]]")
		waits = append(waits, loaderCalls(t, l, 2)) // it is in flight, and not joined
		if s := l.Stats(); s.InFlight != 2 || s.Waiting != 1 || s.Deduplicated != 1 {
			t.Errorf("Stats = %+v", s)
		}
		for _, wait := range waits {
			wait()
		}
		loaderAsked(t, b, "[[1] [2] [2 3 4]]")
	})
}

func TestLoaderLeavesWhenAnotherIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{takes: time.Second}
		l := batch.NewLoader(b.load, batch.Window(time.Hour))
		began := time.Now()
		loaderCalls(t, l, 1, 2, 3)()
		loaderAsked(t, b, "[[1] [2 3]]")
		if d := time.Since(began); d != 2*time.Second {
			t.Errorf("it took %v", d)
		}
	})
}

func TestLoaderFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{takes: time.Second}
		l := batch.NewLoader(b.load, batch.Window(time.Hour), batch.MaxKeys(2), batch.InFlight(2))
		wait := loaderCalls(t, l, 1, 2, 3, 4, 5, 6, 7, 6)
		loaderAsked(t, b, "[[1] [2 3]]")
		time.Sleep(time.Second)
		synctest.Wait()
		loaderAsked(t, b, "[[1] [2 3] [4 5] [6 7]]")
		wait()
	})
}

func TestLoaderWithoutWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{takes: time.Second}
		l := batch.NewLoader(b.load, batch.Window(0), batch.InFlight(3))
		wait := loaderCalls(t, l, 1, 2, 3, 4, 5)
		loaderAsked(t, b, "[[1] [2] [3]]")
		wait()
		loaderAsked(t, b, "[[1] [2] [3] [4 5]]")
	})
}

func TestLoaderManyKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{takes: time.Second}
		l := batch.NewLoader(b.load, batch.MaxKeys(4), batch.Window(time.Hour))
		keys := []int{1, 2, -3, 4, 5, 1, 6, 7, 8, 9, 10, 11, 12, 1}
		for _, ctx := range []context.Context{context.Background(), t.Context()} {
			began := time.Now()
			r := l.LoadMany(ctx, keys)
			if time.Since(began) != time.Second {
				t.Errorf("it took %v", time.Since(began))
			}
			if r.Succeeded != 13 || r.Failed != 1 || r.Elapsed != time.Second || len(r.Outcomes) != len(keys) {
				t.Errorf("LoadMany = %+v", r)
			}
			for i, o := range r.Outcomes {
				switch {
				case o.Index != i || o.Item != keys[i] || o.Attempts != 1 || o.Elapsed != time.Second:
					t.Errorf("%+v", o)
				case o.Item < 0 && o.Err != batch.ErrNotFound, o.Item > 0 && o.Value != fmt.Sprint("value ", o.Item):
					t.Errorf("%+v", o)
				}
			}
		}
		if s := l.Stats(); s.Batches != 6 || s.Keys != 24 || s.Deduplicated != 4 {
			t.Errorf("Stats = %+v", s)
		}
		if r := l.LoadMany(t.Context(), nil); len(r.Outcomes) != 0 || r.Err() != nil {
			t.Errorf("LoadMany = %+v", r)
		}
	})
}

func TestLoaderManyKeysGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{takes: time.Second}
		l := batch.NewLoader(b.load, batch.MaxKeys(2), batch.InFlight(2))
		cause := errors.New("cause")
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			time.Sleep(1500 * time.Millisecond)
			cancel(cause)
		}()
		r := l.LoadMany(ctx, []int{1, 2, 3, 4, 5, 6, 7, 8, 9})
		if r.Succeeded != 4 || r.Failed != 4 || r.NotStarted != 1 || r.Elapsed != 1500*time.Millisecond {
			t.Errorf("LoadMany = %+v", r)
		}
		for _, o := range r.Outcomes[4:] {
			if !errors.Is(o.Err, cause) || !errors.Is(o.Err, context.Canceled) {
				t.Errorf("%+v", o)
			}
		}
		if o := r.Outcomes[5]; o.Attempts != 1 || o.Elapsed != 500*time.Millisecond {
			t.Errorf("%+v", o)
		}
		if o := r.Outcomes[8]; o.Attempts != 0 || !errors.Is(o.Err, batch.ErrNotStarted) {
			t.Errorf("%+v", o)
		}
		if r := l.LoadMany(ctx, []int{1, 2}); r.NotStarted != 2 || !errors.Is(r.Err(), batch.ErrNotStarted) {
			t.Errorf("LoadMany = %+v", r)
		}
		time.Sleep(time.Hour)
		loaderAsked(t, b, "[[1 2] [3 4] [5 6] [7 8]]")
	})
}
