package batch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// The loader's first batch has all keys, although its function returns at once, and some are
// kept, and nobody waits for a window.
func TestLoadEach(t *testing.T) {
	for _, test := range []struct {
		max  int
		keys []int
		want []int // sizes of batches
	}{
		{max: 100, keys: append(numbers(50), numbers(50)...), want: []int{40}},
		{max: 15, keys: numbers(50), want: []int{15, 15, 10}},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := &loaderBackend{}
			l := batch.NewLoader(b.load, batch.MaxKeys(test.max), batch.Window(time.Hour))
			began := time.Now()
			r := batch.LoadEach(t.Context(), test.keys, func(ctx context.Context, key int) (string, error) {
				if key%5 == 0 { // is kept
					time.Sleep(time.Duration(key) * time.Second)
					return fmt.Sprint("value ", key), nil
				}
				return l.Load(ctx, key)
			})
			for i, v := range r.Values() {
				if v != fmt.Sprint("value ", test.keys[i]) {
					t.Errorf("value %d is %s", i, v)
				}
			}
			sizes := []int(nil)
			for _, asked := range b.asked {
				sizes = append(sizes, len(asked))
			}
			if !slices.Equal(sizes, test.want) || r.Succeeded != len(test.keys) || time.Since(began) != 45*time.Second {
				t.Errorf("batches of %v after %v: %d", sizes, time.Since(began), r.Succeeded)
			}
			if s := l.Stats(); s.Waiting != 0 || s.InFlight != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// A call that waits for something else holds the others up until the window is over.
func TestLoadEachWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{}
		l := batch.NewLoader(b.load, batch.Window(time.Second))
		began := time.Now()
		r := batch.LoadEach(t.Context(), numbers(10), func(ctx context.Context, key int) (string, error) {
			if key == 3 {
				time.Sleep(time.Minute)
				return "", errOnce
			}
			defer func() {
				if took := time.Since(began); took != time.Second {
					t.Errorf("%d took %v", key, took)
				}
			}()
			return l.Load(ctx, key)
		})
		if r.Succeeded != 9 || r.Failed != 1 || len(b.asked) != 1 {
			t.Errorf("%+v in %v", r, b.asked)
		}
		if r := batch.LoadEach(t.Context(), nil, l.Load); len(r.Outcomes) != 0 || r.Err() != nil {
			t.Errorf("%+v", r)
		}
	})
}

// All who leave what was held leave nothing behind.
func TestLoadEachGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{}
		l := batch.NewGroupLoader[string, int, string]("name", batch.Window(time.Hour))
		fetch := func(ctx context.Context, _ string, keys []int) batch.Found[int, string] {
			return batch.FromMap(b.load(ctx, keys))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := batch.LoadEach(ctx, numbers(10), func(ctx context.Context, key int) (string, error) {
			if key == 3 {
				time.Sleep(time.Minute)
			}
			return l.Load(ctx, "group", key, fetch)
		})
		if r.Failed != 10 || !errors.Is(r.Err(), context.DeadlineExceeded) || len(b.asked) != 0 {
			t.Errorf("%+v in %v", r, b.asked)
		}
		if s := l.Stats(); s.Waiting != 0 || s.Left != 9 || batch.LoaderPending(l) != 0 {
			t.Errorf("%+v, %d groups", s, batch.LoaderPending(l))
		}
		began := time.Now()
		if v, err := l.Load(t.Context(), "group", 1, fetch); v != "value 1" || err != nil || time.Since(began) != 0 {
			t.Errorf("Load = %q, %v after %v", v, err, time.Since(began))
		}
	})
}

// Whatever callers do, each gets its result, and nothing stays.
func TestLoadEachRandomly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(stepsOf(t, 300)) {
			b := &loaderBackend{takes: time.Duration(seed%3) * time.Millisecond}
			l := batch.NewLoader(b.load, batch.Window(2*time.Millisecond), batch.InFlight(1+int(seed%4)), batch.MaxKeys(3+int(seed%20)))
			var all sync.WaitGroup
			var left leavers
			for i := range uint64(4) {
				r := rand.New(rand.NewPCG(seed, i))
				all.Go(func() { loadEachRandomly(t, l, r, &left) })
			}
			all.Wait()
			time.Sleep(time.Minute) // for what all had left
			if s := l.Stats(); s.Waiting != 0 || s.InFlight != 0 || s.Left < left.surely.Load() || s.Left > left.perhaps.Load() {
				t.Fatalf("seed %d: %+v, %d to %d left", seed, s, left.surely.Load(), left.perhaps.Load())
			}
		}
	})
}

// leavers counts callers that gave up: those that had waited, and all whose context was not
// over when they came. It may have ended in the moment between, and then they never waited.
type leavers struct{ surely, perhaps atomic.Uint64 }

func loadEachRandomly(t *testing.T, l *batch.Loader[int, string], r *rand.Rand, left *leavers) {
	for range 3 {
		keys := make([]int, r.IntN(20))
		for i := range keys {
			keys[i] = r.IntN(30)
		}
		lazy, waits := r.IntN(30), r.IntN(4)
		ctx, cancel := context.WithCancel(context.Background())
		if r.IntN(3) == 0 {
			time.AfterFunc(time.Duration(r.IntN(4))*time.Millisecond, cancel)
		}
		result := batch.LoadEach(ctx, keys, func(ctx context.Context, key int) (string, error) {
			switch {
			case key%7 == 0:
				return fmt.Sprint("value ", key), nil
			case key%11 == 0:
				panic(errOnce)
			case key == lazy:
				time.Sleep(time.Duration(waits) * time.Millisecond)
			}
			early, came := ctx.Err() != nil, time.Now()
			v, err := l.Load(ctx, key)
			if err != nil && !early {
				left.perhaps.Add(1)
				if time.Since(came) > 0 {
					left.surely.Add(1)
				}
			}
			return v, err
		})
		for _, o := range result.Outcomes {
			if o.Value != fmt.Sprint("value ", o.Item) && (ctx.Err() == nil || !errors.Is(o.Err, context.Canceled)) && o.Item%11 != 0 {
				t.Errorf("%+v", o)
			}
		}
		cancel()
	}
}
