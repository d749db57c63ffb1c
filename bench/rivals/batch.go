package rivals

import (
	"context"
	"sync"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/batch"
)

// Concurrency is how many calls run at once in all batches of the benchmarks, unless
// a name says otherwise.
const Concurrency = 8

// An Item is a function that batches call for each of their items.
type Item func(ctx context.Context, item int) (int, error)

// A Result is what those who do not say so themselves note of an item.
type Result struct {
	Value int
	Err   error
}

// Outcome is what ours notes of an item.
type Outcome = batch.Outcome[int, int]

// A Space is where results are written by those that let their caller say where. It is
// used again and again.
type Space struct {
	Results  []Result
	Outcomes []Outcome
}

// NewSpace makes room for n results of each kind, with memory behind it.
func NewSpace(n int) *Space {
	s := &Space{Results: make([]Result, n), Outcomes: make([]Outcome, n)}
	for i := range n {
		s.Results[i].Value, s.Outcomes[i].Index = i, i
	}
	return s
}

// Results tells what has become of the item at a place.
type Results func(at int) (int, error)

func fromResults(results []Result) Results {
	return func(at int) (int, error) { return results[at].Value, results[at].Err }
}

func fromOutcomes(outcomes []Outcome) Results {
	return func(at int) (int, error) { return outcomes[at].Value, outcomes[at].Err }
}

// A Batch is a way to call a function for many items.
type Batch struct {
	Name string

	// Process calls f for all items, and returns when that is done. space has room for
	// as many results.
	Process func(ctx context.Context, items []int, space *Space, f Item) Results
}

// The names that rows refer to.
const (
	Loop        = "loop, reused outcomes"
	LoopFresh   = "loop, fresh outcomes"
	LoopResults = "loop, reused values and errors"
	Split       = "one loop for each processor"
	Into        = "ProcessInto"
	Process     = "Process"
	Errgroup    = "errgroup"
	ConcIter    = "conc/iter, reused"
	ConcMapper  = "conc/iter Mapper"
	Workers     = "channel workers"
)

// Loops are what one writes without anything else. Only the first two note as much as
// ours does; their outcomes have no times.
func Loops() []Batch {
	return []Batch{
		{Loop, func(ctx context.Context, items []int, space *Space, f Item) Results {
			return fromOutcomes(loopInto(ctx, space.Outcomes[:len(items)], items, f))
		}},
		{LoopFresh, func(ctx context.Context, items []int, _ *Space, f Item) Results {
			return fromOutcomes(loopInto(ctx, make([]Outcome, len(items)), items, f))
		}},
		{LoopResults, func(ctx context.Context, items []int, space *Space, f Item) Results {
			results := space.Results[:len(items)]
			for i, item := range items {
				v, err := f(ctx, item)
				results[i] = Result{v, err}
			}
			return fromResults(results)
		}},
	}
}

// SplitLoop is a loop for each of a number of processors, which all get as many items:
// as little as can be done to use them.
func SplitLoop(procs int) Batch {
	return Batch{Split, func(ctx context.Context, items []int, space *Space, f Item) Results {
		var all sync.WaitGroup
		for p := range procs {
			from, to := len(items)*p/procs, len(items)*(p+1)/procs
			all.Go(func() { loopInto(ctx, space.Outcomes[from:to], items[from:to], f) })
		}
		all.Wait()
		return fromOutcomes(space.Outcomes[:len(items)])
	}}
}

func loopInto(ctx context.Context, into []Outcome, items []int, f Item) []Outcome {
	for i, item := range items {
		v, err := f(ctx, item)
		into[i] = Outcome{Index: i, Item: item, Value: v, Err: err, Attempts: 1}
	}
	return into
}

// OurBatches are this project's, by hand.
func OurBatches() []Batch {
	return []Batch{
		OurBatch(Into, batch.Concurrency(Concurrency)),
		{Process, func(ctx context.Context, items []int, _ *Space, f Item) Results {
			return fromOutcomes(batch.Process(ctx, items, f, batch.Concurrency(Concurrency)).Outcomes)
		}},
	}
}

// OurBatch is ProcessInto with options.
func OurBatch(name string, opts ...batch.Option) Batch {
	return Batch{name, func(ctx context.Context, items []int, space *Space, f Item) Results {
		return fromOutcomes(batch.ProcessInto(ctx, space.Outcomes, items, f, opts...).Outcomes)
	}}
}

// GeneratedSteps and GeneratedSpins are what bunsuigen made. They call what they were
// made of, whatever they are given.
func GeneratedSteps(name string) Batch {
	return Batch{name, func(ctx context.Context, items []int, _ *Space, _ Item) Results {
		return fromOutcomes(sample.Steps(ctx, items).Outcomes)
	}}
}

// GeneratedSpins is described at [GeneratedSteps].
func GeneratedSpins(name string) Batch {
	return Batch{name, func(ctx context.Context, items []int, _ *Space, _ Item) Results {
		return fromOutcomes(sample.Spins(ctx, items).Outcomes)
	}}
}
