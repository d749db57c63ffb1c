package batch_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

func TestResultOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		began := batch.Begin(ctx)
		time.Sleep(time.Second)
		cancel(errShutdown)
		why := fmt.Errorf("%w: %w", ctx.Err(), errShutdown)
		skipped := fmt.Errorf("%w: %w", batch.ErrNotStarted, why)
		items, values, errs := []string{"a", "b", "c", "d"}, []int{1, 2, 3, 0}, []error{nil, errOnce, why, skipped}
		r := batch.ResultOf(began, items, values, errs)
		want := []batch.Outcome[string, int]{
			{Index: 0, Item: "a", Value: 1, Attempts: 1, Elapsed: time.Second},
			{Index: 1, Item: "b", Err: errOnce, Attempts: 1, Elapsed: time.Second},
			{Index: 2, Item: "c", Err: why, Attempts: 1, Elapsed: time.Second}, // it may have been loaded
			{Index: 3, Item: "d", Err: skipped},
		}
		if fmt.Sprint(r.Outcomes) != fmt.Sprint(want) || r.Succeeded != 1 || r.Failed != 2 || r.NotStarted != 1 || r.Throughput() != 3 {
			t.Errorf("%+v", r)
		}
		r = batch.ResultOf(batch.Begin(ctx), items[:3], values, errs)
		if o := r.Outcomes[2]; r.Failed != 1 || r.NotStarted != 1 || o.Attempts != 0 || !errors.Is(o.Err, batch.ErrNotStarted) || !errors.Is(o.Err, errShutdown) {
			t.Errorf("%+v", r)
		}
		if r := batch.ResultOf(began, items, values, nil); r.Succeeded != 4 || r.Err() != nil {
			t.Errorf("%+v", r)
		}
	})
}

// What is not a result of a function says so, and what it returns does not.
func TestNotAResult(t *testing.T) {
	type notAResult interface {
		error
		NotAResult() bool
	}
	for err, want := range map[error]bool{
		batch.ErrNotStarted: true, batch.ErrContract: true, &batch.PanicError{Value: batch.ErrNotFound}: true, &batch.VaryError{}: true,
		batch.ErrNotFound: false, batch.ErrFailed: false, batch.ErrTooLarge: false,
	} {
		own, is := errors.AsType[notAResult](fmt.Errorf("of a call: %w", err))
		if is != want || is && !own.NotAResult() {
			t.Errorf("%v: %v", err, is)
		}
	}
}
