package rivals

import (
	"context"

	"github.com/avast/retry-go/v5"
	"github.com/cenkalti/backoff/v5"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// The names that rows refer to.
const (
	BareCalls   = "loop of bare calls"
	OneAttempt  = "ProcessInto, concurrency 1"
	OurAttempts = "ProcessInto, concurrency 1, attempts 3"
	Backoff     = "loop with backoff"
	RetryGo     = "loop with retry-go"
)

// Retries are ways to call a function up to three times for each item, one item after
// the other, beside the first two, which call it once. All write outcomes.
func Retries() []Batch {
	return []Batch{
		{BareCalls, Loops()[0].Process},
		OurBatch(OneAttempt, batch.Concurrency(1)),
		OurBatch(OurAttempts, batch.Concurrency(1), batch.Attempts(3)),
		{Backoff, wrapped(func(ctx context.Context, item int, f Item) (int, error) {
			return backoff.Retry(ctx, func() (int, error) { return f(ctx, item) }, backoff.WithMaxTries(3))
		})},
		{RetryGo, wrapped(func(ctx context.Context, item int, f Item) (int, error) {
			return retry.NewWithData[int](retry.Attempts(3), retry.Context(ctx)).Do(func() (int, error) { return f(ctx, item) })
		})},
		{"loop with retry-go, one context for all", func(ctx context.Context, items []int, space *Space, f Item) Results {
			retrier := retry.NewWithData[int](retry.Attempts(3), retry.Context(ctx))
			return wrapped(func(ctx context.Context, item int, f Item) (int, error) {
				return retrier.Do(func() (int, error) { return f(ctx, item) })
			})(ctx, items, space, f)
		}},
	}
}

// wrapped is a loop of calls through do.
func wrapped(do func(ctx context.Context, item int, f Item) (int, error)) func(context.Context, []int, *Space, Item) Results {
	return func(ctx context.Context, items []int, space *Space, f Item) Results {
		through := func(ctx context.Context, item int) (int, error) { return do(ctx, item, f) }
		return fromOutcomes(loopInto(ctx, space.Outcomes[:len(items)], items, through))
	}
}
