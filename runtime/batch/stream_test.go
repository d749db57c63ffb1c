package batch_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// collect returns the values of a stream and its last error.
func collect[R any](results iter.Seq2[R, error]) (values []R, last error) {
	for v, err := range results {
		if err != nil {
			last = err
			continue
		}
		values = append(values, v)
	}
	return values, last
}

func TestStreamTwice(t *testing.T) {
	results := batch.Stream(t.Context(), slices.Values(numbers(1000)), trivial)
	for range 2 {
		values, err := collect(results)
		if err != nil || len(values) != 1000 || values[0] != 1 || values[999] != 1000 {
			t.Errorf("%d values, %v", len(values), err)
		}
	}
	if values, err := collect(batch.Stream(t.Context(), slices.Values([]int{}), trivial)); values != nil || err != nil {
		t.Errorf("%v, %v of nothing", values, err)
	}
}

// Results do not wait for the input, nor a chunk for being full.
func TestStreamOfSlowInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		input := func(yield func(int) bool) {
			for i := range 5 {
				if !yield(i) {
					return
				}
				time.Sleep(time.Hour)
			}
		}
		start, at := time.Now(), 0
		for _, err := range batch.Stream(t.Context(), input, trivial, batch.Size(100)) {
			if took := time.Since(start); err != nil || took != time.Duration(at)*time.Hour {
				t.Errorf("result %d after %v: %v", at, took, err)
			}
			at++
		}
	})
}

// All workers are busy while the consumer is.
func TestStreamKeepsConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		sleep := func(context.Context, int) (int, error) { time.Sleep(time.Second); return 0, nil }
		for range batch.Stream(t.Context(), slices.Values(numbers(100)), sleep) {
			time.Sleep(200 * time.Millisecond)
		}
		if took := time.Since(start); took > 21*time.Second {
			t.Errorf("100 items of a second, 5 at once, and 0.2 seconds each in the consumer, took %v", took)
		}
	})
}

// Workers that have become idle are all woken by a burst of items, which then fills all
// the room that there is for a second.
func TestStreamWakesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		input := func(yield func(int) bool) {
			for i := 0; i < 50 && yield(i); i++ {
				if i%5 == 4 {
					time.Sleep(time.Hour)
				}
			}
		}
		start := time.Now()
		sleep := func(_ context.Context, i int) (int, error) { time.Sleep(time.Second); return i, nil }
		for i, err := range batch.Stream(t.Context(), input, sleep) {
			if took := time.Since(start); err != nil || took != time.Duration(i/5)*(time.Hour+time.Second)+time.Second {
				t.Errorf("item %d was done after %v: %v", i, took, err)
			}
		}
	})
}

// Who leaves the loop does not wait for the end of calls that heed their context.
func TestStreamBreakEndsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var ended error
		for range batch.Stream(t.Context(), slices.Values(numbers(2)), func(ctx context.Context, i int) (int, error) {
			if i == 1 {
				<-ctx.Done()
				ended = ctx.Err()
			}
			return i, nil
		}) {
			break
		}
		if time.Since(start) != 0 || !errors.Is(ended, context.Canceled) {
			t.Errorf("the call's context ended with %v", ended)
		}
		alone(t)
	})
}

func TestStreamConsumerGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		go func() {
			for range batch.Stream(context.Background(), slices.Values(numbers(1000)), trivial) {
				runtime.Goexit()
			}
		}()
		alone(t)
	})
}

func TestStreamInputGoexit(t *testing.T) {
	value := recovered(func() {
		values, _ := collect(batch.Stream(t.Context(), func(yield func(int) bool) {
			yield(1)
			runtime.Goexit()
		}, trivial))
		t.Errorf("%v", values)
	})
	if p, ok := value.(*batch.PanicError); !ok || !errors.Is(p, batch.ErrGoexit) {
		t.Errorf("%v", value)
	}
}

func TestStreamEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	last := error(nil)
	got := 0
	for _, err := range batch.Stream(ctx, endless, trivial) {
		if last = err; err == nil {
			got++
		}
		if got == 100 {
			cancel(errShutdown)
		}
	}
	if !errors.Is(last, batch.ErrNotStarted) || !errors.Is(last, errShutdown) {
		t.Errorf("the last error is %v", last)
	}
}

// endless is an input that only stops when it is told to.
func endless(yield func(int) bool) {
	for i := 0; yield(i); i++ {
	}
}

func TestStreamStopAbove(t *testing.T) {
	count := 0
	_, err := collect(batch.Stream(t.Context(), endless, func(_ context.Context, i int) (int, error) {
		count++
		if i%4 == 3 {
			return 0, errOnce
		}
		return i, nil
	}, batch.StopAbove(0.2), batch.Concurrency(1)))
	if !errors.Is(err, batch.ErrStopped) || !errors.Is(err, batch.ErrNotStarted) || count < 100 || count > 400 {
		t.Errorf("%v after %d", err, count)
	}
	_, err = collect(batch.Stream(t.Context(), endless, func(_ context.Context, i int) (int, error) {
		return 0, errOnce
	}, batch.StopOnError()))
	if !errors.Is(err, batch.ErrStopped) {
		t.Error(err)
	}
}

func TestStreamDoneOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		values, _ := collect(batch.Stream(t.Context(), slices.Values([]int{3, 1, 2}), func(_ context.Context, i int) (int, error) {
			time.Sleep(time.Duration(i) * time.Second)
			return i, nil
		}, batch.ByCompletion()))
		if !slices.Equal(values, []int{1, 2, 3}) {
			t.Error(values)
		}
	})
}
