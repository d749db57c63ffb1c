package batch_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// always fails with err, and notes when it was called.
func always(err error, at *[]time.Time) func(context.Context, int) (int, error) {
	var mu sync.Mutex
	return func(context.Context, int) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		*at = append(*at, time.Now())
		return 1, err
	}
}

// Waits are within delays that double up to the longest, and nothing bounds their sum.
func TestRetryWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		r := batch.Process(t.Context(), numbers(1), always(errOnce, &at),
			batch.Attempts(12), batch.Delay(time.Hour), batch.MaxDelay(5*time.Hour))
		if o := r.Outcomes[0]; o.Attempts != 12 || !errors.Is(o.Err, errOnce) || o.Value != 0 || o.Elapsed != at[11].Sub(at[0]) {
			t.Errorf("%+v", o)
		}
		for i, most := range []time.Duration{1, 2, 4, 5, 5} {
			if wait := at[i+1].Sub(at[i]); wait <= 0 || wait > most*time.Hour {
				t.Errorf("wait %d was %v", i, wait)
			}
		}
	})
}

func TestRetryWithoutDelay(t *testing.T) {
	var at []time.Time
	r := batch.Process(t.Context(), numbers(1), always(errOnce, &at), batch.Attempts(3), batch.Delay(0))
	if r.Outcomes[0].Attempts != 3 || len(at) != 3 {
		t.Errorf("%+v", r)
	}
}

func TestRetryOnAndPermanent(t *testing.T) {
	is := func(target error) func(error) bool {
		return func(err error) bool { return errors.Is(err, target) }
	}
	tests := []struct {
		err  error
		opts []batch.Option
		want int
	}{
		{errOnce, nil, 3},
		{errOnce, []batch.Option{batch.RetryOn(is(errOnce))}, 3},
		{errOnce, []batch.Option{batch.RetryOn(is(errPermanent))}, 1},
		{errOnce, []batch.Option{batch.Permanent(is(errOnce))}, 1},
		{errOnce, []batch.Option{batch.RetryOn(is(errOnce)), batch.Permanent(is(errOnce))}, 1},
		// What the library understands by it says nothing here.
		{backoff.Permanent(errOnce), nil, 3},
		{backoff.RetryAfter(3600), nil, 3},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Time
			opts := append([]batch.Option{batch.Attempts(3), batch.Delay(time.Second)}, test.opts...)
			r := batch.Process(t.Context(), numbers(1), always(test.err, &at), opts...)
			if o := r.Outcomes[0]; o.Attempts != test.want || !errors.Is(o.Err, test.err) || o.Elapsed > 3*time.Second {
				t.Errorf("%v: %+v, want %d attempts", test.err, o, test.want)
			}
		})
	}
}

// A context that ends in a wait leaves both the last error and the cause.
func TestContextEndsInWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Nanosecond, func() { cancel(errShutdown) })
		var at []time.Time
		r := batch.Process(ctx, numbers(1), always(errOnce, &at), batch.Attempts(3), batch.Delay(1<<50), batch.MaxDelay(1<<60))
		o := r.Outcomes[0]
		if o.Attempts != 1 || r.Failed != 1 || !errors.Is(o.Err, errOnce) || !errors.Is(o.Err, errShutdown) {
			t.Errorf("%+v", o)
		}
		if want := "may be repeated (not repeated: shutdown)"; o.Err.Error() != want {
			t.Errorf("%q, want %q", o.Err, want)
		}
	})
}

// The deadline of a call is worth another attempt, that of all calls is not.
func TestTimeoutIsRepeated(t *testing.T) {
	wait := func(ctx context.Context, _ int) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	synctest.Test(t, func(t *testing.T) {
		opts := []batch.Option{batch.Attempts(3), batch.Timeout(time.Second), batch.Delay(0)}
		r := batch.Process(t.Context(), numbers(1), wait, opts...)
		if o := r.Outcomes[0]; o.Attempts != 3 || !errors.Is(o.Err, context.DeadlineExceeded) || o.Elapsed != 3*time.Second {
			t.Errorf("%+v", o)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		r = batch.Process(ctx, numbers(1), wait, opts...)
		if o := r.Outcomes[0]; o.Attempts != 1 || o.Err != context.DeadlineExceeded {
			t.Errorf("%+v", o)
		}
	})
}

// Attempts count as calls do, and calls that share an Option keep to it together.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		f, start := always(errOnce, &at), time.Now()
		p := batch.NewProcessor("rate", batch.Rate(10, time.Second))
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { batch.Process(t.Context(), numbers(4), f, p, batch.Attempts(2), batch.Delay(0)) })
		}
		wg.Wait()
		if len(at) != 16 {
			t.Fatalf("%d calls", len(at))
		}
		slices.SortFunc(at, time.Time.Compare)
		for i, when := range at {
			if off := when.Sub(start) - time.Duration(i)*100*time.Millisecond; off.Abs() > time.Microsecond {
				t.Errorf("call %d is off by %v", i, off)
			}
		}
	})
}

// Who waits for the rate has not started, whether the context ends or others fail.
func TestRateWaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errShutdown)
		defer cancel()
		r := batch.Process(ctx, numbers(5), always(nil, &at), batch.Rate(1, time.Hour))
		if r.Succeeded != 1 || r.NotStarted != 4 || r.Elapsed != time.Second || !errors.Is(r.Err(), errShutdown) {
			t.Errorf("%+v", r)
		}
		slowly := func(context.Context, int) (int, error) { time.Sleep(time.Second); return 0, errOnce }
		r = batch.Process(t.Context(), numbers(5), slowly, batch.Rate(1, time.Hour), batch.StopOnError())
		if r.Failed != 1 || r.NotStarted != 4 || r.Elapsed != time.Second || !errors.Is(r.Err(), batch.ErrStopped) {
			t.Errorf("%+v", r)
		}
	})
}

// An item that was repeated has its own time, also among items that share a reading of
// the clock, and the others have no part in it.
func TestRepeatedItemHasItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		r := batch.Process(t.Context(), numbers(1000), func(_ context.Context, i int) (int, error) {
			if i == 500 && first {
				first = false
				return 0, errOnce
			}
			return i, nil
		}, batch.Attempts(2), batch.Concurrency(1))
		for _, o := range r.Outcomes {
			if (o.Index == 500) != (o.Elapsed > 0) || o.Elapsed > r.Elapsed {
				t.Errorf("item %d took %v", o.Index, o.Elapsed)
			}
		}
	})
}

// Failures that a context has caused stop the rest for both reasons.
func TestStoppedByFailuresOfContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errShutdown)
		defer cancel()
		r := batch.Process(ctx, numbers(3), func(ctx context.Context, _ int) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}, batch.Concurrency(1), batch.StopOnError())
		if err := r.Err(); r.NotStarted != 2 || !errors.Is(err, errShutdown) || !errors.Is(err, batch.ErrStopped) {
			t.Errorf("%+v", r)
		}
	})
}
