package batch_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// A caller whose context ends returns at once, and the function's context ends when the
// last one has.
func TestLoaderGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type tracing struct{}
		cause := errors.New("cause")
		ended := make(chan error, 1)
		l := batch.NewSliceLoader(func(ctx context.Context, _ []int) ([]int, error) {
			if ctx.Value(tracing{}) != "first" {
				t.Errorf("it has the values of %v", ctx.Value(tracing{}))
			}
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return nil, ctx.Err()
		})
		ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), tracing{}, "first"))
		time.AfterFunc(time.Second, func() { cancel(cause) })
		began := time.Now()
		_, err := l.Load(ctx, 1)
		if !errors.Is(err, cause) || !errors.Is(err, context.Canceled) || time.Since(began) != time.Second {
			t.Errorf("Load = %v after %v", err, time.Since(began))
		}
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "every caller") {
			t.Errorf("it ended because of %v", err)
		}
		synctest.Wait()
		if _, err := l.Load(ctx, 1); !errors.Is(err, cause) {
			t.Errorf("Load = %v", err)
		}
		want := batch.LoaderStats{Name: l.Name(), Calls: 1, Left: 1, Batches: 1, Keys: 1, Largest: 1}
		if got := l.Stats(); got != want {
			t.Errorf("Stats = %+v", got)
		}
	})
}

// A key that nobody waits for any more is not asked for, and makes room for another.
func TestLoaderWithdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &loaderBackend{takes: time.Second}
		l := batch.NewLoader(b.load, batch.InFlight(1), batch.MaxKeys(3))
		wait := loaderCalls(t, l, 1, 2)
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		for _, key := range []int{3, 2, 4, 5} {
			all.Go(func() {
				if _, err := l.Load(short, key); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Load(%d) = %v", key, err)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		if s := l.Stats(); s.Left != 4 || s.Waiting != 1 {
			t.Errorf("Stats = %+v", s)
		}
		waitMore := loaderCalls(t, l, 6, 7, 8)
		wait()
		waitMore()
		loaderAsked(t, b, "[[1] [2 6 7] [8]]")
	})
}

func TestLoaderTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := batch.NewSliceLoader(func(ctx context.Context, _ []int) ([]int, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}, batch.BatchTimeout(time.Second))
		for _, ctx := range []context.Context{context.Background(), t.Context()} {
			began := time.Now()
			if _, err := l.Load(ctx, 1); err != context.DeadlineExceeded || time.Since(began) != time.Second {
				t.Errorf("Load = %v after %v", err, time.Since(began))
			}
		}
		if s := l.Stats(); s.Errors != 2 {
			t.Errorf("Stats = %+v", s)
		}
	})
}

func TestLoaderPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := batch.NewSliceLoader(func(_ context.Context, keys []int) ([]int, error) {
			time.Sleep(time.Second)
			switch keys[0] {
			case 2:
				panic("oh")
			case 4:
				runtime.Goexit()
			}
			return keys, nil
		}, batch.InFlight(1), batch.MaxKeys(2))
		var all sync.WaitGroup
		for key := 1; key <= 7; key++ {
			all.Go(func() {
				v, err := l.Load(t.Context(), key)
				var p *batch.PanicError
				panicked := errors.As(err, &p) && len(p.Stack) > 0
				switch {
				case key <= 1 || key >= 6:
					if v != key || err != nil {
						t.Errorf("Load(%d) = %d, %v", key, v, err)
					}
				case !panicked, key < 4 && p.Value != "oh", key >= 4 && !errors.Is(err, batch.ErrGoexit):
					t.Errorf("Load(%d) = %d, %v", key, v, err)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		if s := l.Stats(); s.Panics != 2 || s.Errors != 0 || s.InFlight != 0 || s.Waiting != 0 {
			t.Errorf("Stats = %+v", s)
		}
	})
}

// What ends the goroutine of a caller that fetches ends no other call.
func TestLoaderGoexitOfACaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := batch.NewSliceLoader(func(_ context.Context, keys []int) ([]int, error) {
			time.Sleep(time.Second)
			if keys[0] == 1 {
				runtime.Goexit()
			}
			return keys, nil
		}, batch.InFlight(1))
		returned := false
		go func() {
			_, _ = l.Load(context.Background(), 1)
			returned = true
		}()
		synctest.Wait()
		if v, err := l.Load(context.Background(), 2); v != 2 || err != nil || returned {
			t.Errorf("Load = %d, %v, returned %v", v, err, returned)
		}
	})
}

func TestLoaderContracts(t *testing.T) {
	failed, two := errors.New("failed"), []int{1, 2}
	type found = batch.Found[int, int]
	for name, c := range map[string]struct {
		found  found
		value  int
		err    error
		breach string
	}{
		"map":            {found: batch.FromMap(map[int]int{1: 10, 9: 90}, nil), value: 10},
		"missing":        {found: batch.FromMap(map[int]int{9: 90}, nil), err: batch.ErrNotFound},
		"no map":         {found: batch.FromMap[int, int](nil, nil), err: batch.ErrNotFound},
		"map failed":     {found: batch.FromMap(map[int]int{1: 10}, failed), err: failed},
		"slice":          {found: batch.FromSlice[int]([]int{10}, nil), value: 10},
		"slice failed":   {found: batch.FromSlice[int]([]int{10}, failed), err: failed},
		"long slice":     {found: batch.FromSlice[int](two, nil), breach: "2 values for 1 keys"},
		"no slice":       {found: batch.FromSlice[int, int](nil, nil), breach: "0 values for 1 keys"},
		"no errors":      {found: batch.FromErrors[int]([]int{10}, nil), value: 10},
		"a nil error":    {found: batch.FromErrors[int]([]int{10}, []error{nil}), value: 10},
		"an error":       {found: batch.FromErrors[int]([]int{10}, []error{failed}), err: failed},
		"only errors":    {found: batch.FromErrors[int, int](nil, []error{failed}), err: failed},
		"neither":        {found: batch.FromErrors[int, int](nil, []error{nil}), breach: "0 values for 1 keys"},
		"too many":       {found: batch.FromErrors[int](two, nil), breach: "2 values for 1 keys"},
		"too many error": {found: batch.FromErrors[int]([]int{10}, []error{nil, nil}), breach: "2 errors for 1 keys"},
		"nothing":        {breach: "the zero Found"},
	} {
		l := batch.NewGroupLoader[string, int, int]("the loader")
		v, err := l.Load(t.Context(), "group", 1, func(context.Context, string, []int) found { return c.found })
		if c.breach != "" {
			if !errors.Is(err, batch.ErrContract) || !strings.Contains(err.Error(), c.breach) || !strings.Contains(err.Error(), "the loader") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if v != c.value || err != c.err {
			t.Errorf("%s: %d, %v", name, v, err)
		}
	}
}

func TestLoaderMissingZero(t *testing.T) {
	l := batch.NewLoader(func(context.Context, []int) (map[int]*int, error) { return nil, nil }, batch.MissingZero())
	if v, err := l.Load(t.Context(), 1); v != nil || err != nil {
		t.Errorf("Load = %v, %v", v, err)
	}
}
