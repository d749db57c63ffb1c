package rivals

import (
	"context"
	"iter"

	"github.com/destel/rill"
	"github.com/sourcegraph/conc/stream"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/batch"
)

// OurStream is the name of what bunsuigen made.
const OurStream = "generated"

// A Stream is a way to call a function for items that come one after the other.
type Stream struct {
	Name string

	// Run calls [sample.Step] for all items, and take for the results, in the order of
	// the items unless the name says otherwise, one at a time.
	Run func(ctx context.Context, items iter.Seq[int], take func(int, error))
}

// Streams returns this project's stream and those of others.
func Streams() []Stream {
	return []Stream{
		{OurStream, func(ctx context.Context, items iter.Seq[int], take func(int, error)) {
			for v, err := range sample.StepsStream(ctx, items) {
				take(v, err)
			}
		}},
		{"Stream", ourStream(batch.Concurrency(Concurrency))},
		{"Stream, by completion", ourStream(batch.Concurrency(Concurrency), batch.ByCompletion())},
		{"rill", func(ctx context.Context, items iter.Seq[int], take func(int, error)) {
			step := func(item int) (int, error) { return sample.Step(ctx, item) }
			for v, err := range rill.ToSeq2(rill.OrderedMap(rill.FromSeq(items, nil), Concurrency, step)) {
				take(v, err)
			}
		}},
		{"conc/stream", func(ctx context.Context, items iter.Seq[int], take func(int, error)) {
			s := stream.New().WithMaxGoroutines(Concurrency)
			for item := range items {
				s.Go(func() stream.Callback {
					v, err := sample.Step(ctx, item)
					return func() { take(v, err) }
				})
			}
			s.Wait()
		}},
	}
}

func ourStream(opts ...batch.Option) func(context.Context, iter.Seq[int], func(int, error)) {
	return func(ctx context.Context, items iter.Seq[int], take func(int, error)) {
		for v, err := range batch.Stream(ctx, items, sample.Step, opts...) {
			take(v, err)
		}
	}
}
