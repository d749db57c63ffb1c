package rivals

import (
	"context"
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/destel/rill"
	"github.com/panjf2000/ants/v2"
	"github.com/samber/lo/parallel"
	"github.com/sourcegraph/conc/iter"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"
)

// OtherBatches are the ways of others, quick ones first. None has attempts, times or an
// order in which to stop; what else one lacks stands at its function.
func OtherBatches(quick bool) []Batch {
	list := []Batch{
		{ConcIter, concIter},
		{ConcMapper, concMapper},
		{Workers, channelWorkers},
		{Errgroup, withErrgroup},
	}
	if quick {
		return list
	}
	return append(list,
		Batch{"conc/pool", concPool},
		Batch{"pond", withPond},
		Batch{"ants", withAnts},
		Batch{"rill", withRill},
		Batch{"lo/parallel", loParallel},
	)
}

// concIter writes results in place. A panic is raised in the caller when all is done.
func concIter(ctx context.Context, items []int, space *Space, f Item) Results {
	results := space.Results[:len(items)]
	each := iter.Iterator[int]{MaxGoroutines: Concurrency}
	each.ForEachIdx(items, func(i int, item *int) {
		v, err := f(ctx, *item)
		results[i] = Result{v, err}
	})
	return fromResults(results)
}

// concMapper makes the slice of results itself. Its MapErr would join the errors of all
// items without saying whose they are.
func concMapper(ctx context.Context, items []int, _ *Space, f Item) Results {
	mapper := iter.Mapper[int, Result]{MaxGoroutines: Concurrency}
	return fromResults(mapper.Map(items, func(item *int) Result {
		v, err := f(ctx, *item)
		return Result{v, err}
	}))
}

// concPool is what conc has for tasks that are not the items of a slice.
func concPool(ctx context.Context, items []int, space *Space, f Item) Results {
	results := space.Results[:len(items)]
	p := pool.New().WithMaxGoroutines(Concurrency)
	for i, item := range items {
		p.Go(func() {
			v, err := f(ctx, item)
			results[i] = Result{v, err}
		})
	}
	p.Wait()
	return fromResults(results)
}

// withErrgroup has no place for an error of each item, so these are noted beside it. A
// panic ends the process.
func withErrgroup(ctx context.Context, items []int, space *Space, f Item) Results {
	results := space.Results[:len(items)]
	var group errgroup.Group
	group.SetLimit(Concurrency)
	for i, item := range items {
		group.Go(func() error {
			v, err := f(ctx, item)
			results[i] = Result{v, err}
			return nil
		})
	}
	_ = group.Wait() // nil
	return fromResults(results)
}

// channelWorkers is what one writes by hand. A panic ends the process.
func channelWorkers(ctx context.Context, items []int, space *Space, f Item) Results {
	results := space.Results[:len(items)]
	places := make(chan int, Concurrency)
	var all sync.WaitGroup
	for range Concurrency {
		all.Go(func() {
			for i := range places {
				v, err := f(ctx, items[i])
				results[i] = Result{v, err}
			}
		})
	}
	for i := range items {
		places <- i
	}
	close(places)
	all.Wait()
	return fromResults(results)
}

// withPond queues without a bound, as is its default.
func withPond(ctx context.Context, items []int, space *Space, f Item) Results {
	results := space.Results[:len(items)]
	p := pond.NewPool(Concurrency)
	for i, item := range items {
		_ = p.Go(func() { // an error if it were stopped
			v, err := f(ctx, item)
			results[i] = Result{v, err}
		})
	}
	p.StopAndWait()
	return fromResults(results)
}

// withAnts has a pool of one function, which is its quickest. A panic is logged.
func withAnts(ctx context.Context, items []int, space *Space, f Item) Results {
	results := space.Results[:len(items)]
	var all sync.WaitGroup
	all.Add(len(items))
	p, err := ants.NewPoolWithFuncGeneric(Concurrency, func(i int) {
		defer all.Done()
		v, err := f(ctx, items[i])
		results[i] = Result{v, err}
	})
	if err != nil {
		panic(err) // a size of 0 is what it refuses
	}
	defer p.Release()
	for i := range items {
		_ = p.Invoke(i) // an error if it were closed
	}
	all.Wait()
	return fromResults(results)
}

// withRill is its map that keeps the order. A panic ends the process.
func withRill(ctx context.Context, items []int, space *Space, f Item) Results {
	results := space.Results[:len(items)]
	mapped := rill.OrderedMap(rill.FromSlice(items, nil), Concurrency, func(item int) (int, error) { return f(ctx, item) })
	i := 0
	for r := range mapped {
		results[i] = Result{r.Value, r.Error}
		i++
	}
	return fromResults(results)
}

// loParallel starts a goroutine for each item: it has no bound. A panic ends the
// process.
func loParallel(ctx context.Context, items []int, _ *Space, f Item) Results {
	return fromResults(parallel.Map(items, func(item, _ int) Result {
		v, err := f(ctx, item)
		return Result{v, err}
	}))
}
