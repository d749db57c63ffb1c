package rows

import (
	"context"
	"fmt"
	"math"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// batches calls functions for many items.
func batches(ctx context.Context, b *harness.Bench) error {
	for _, part := range []func(context.Context, *harness.Bench) error{trivialItems, firstTries, busyItems, streams} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := part(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// itemCount is how many trivial items a call has.
func itemCount(b *harness.Bench) int {
	if b.Quick {
		return million / 10
	}
	return million
}

func itemsUpTo(n int) []int {
	items := make([]int, n)
	for i := range items {
		items[i] = i
	}
	return items
}

// processors are ways to process items as contenders. Operations are items, all of
// which are handed over in one call.
func processors(ctx context.Context, batches []rivals.Batch, items []int, f rivals.Item) []harness.Contender {
	space := rivals.NewSpace(len(items))
	contenders := make([]harness.Contender, len(batches))
	for i, way := range batches {
		contenders[i] = harness.Contender{Name: way.Name, Run: func(_, n int) {
			way.Process(ctx, items[:n], space, f)
		}}
	}
	return contenders
}

// fewer is b's effort with fewer rounds, for contenders that take long.
func fewer(b *harness.Bench, rounds int) harness.Effort {
	effort := b.Effort
	effort.Rounds = min(b.Rounds, rounds)
	return effort
}

// trivialItems have next to no work, so that what is measured is what an item costs.
func trivialItems(ctx context.Context, b *harness.Bench) error {
	items := itemsUpTo(itemCount(b))
	ours := append(rivals.OurBatches(), rivals.GeneratedSteps(wrapper))
	floors := append(rivals.Loops(), ours...)
	t := b.Measure(harness.Case{Count: len(items), Contenders: processors(ctx, floors, items, sample.Step)})
	row := "batch, trivial items, concurrency 8: "
	b.Ratio(row+"ProcessInto × loop, both reuse outcomes", t.Ratio(rivals.Into, rivals.Loop), harness.AtMost(4))
	b.Ratio(row+"ProcessInto CPU × loop, both reuse outcomes", t.CPURatio(rivals.Into, rivals.Loop), nil)
	b.Ratio(row+"ProcessInto × loop that writes values and errors", t.Ratio(rivals.Into, rivals.LoopResults), nil)
	b.Ratio(row+"Process × loop, both with fresh outcomes", t.Ratio(rivals.Process, rivals.LoopFresh), nil)
	b.Ratio(row+"generated × Process", t.Ratio(wrapper, rivals.Process), nil)
	b.Figure(row+"allocations of an item, ProcessInto", thousandths(t.Of(rivals.Into).Allocs), "", harness.AtMost(0))
	b.Figure(row+"allocations of an item, generated", thousandths(t.Of(wrapper).Allocs), "", harness.AtMost(0))
	table := harness.TimingTable(fmt.Sprintf("Batch, %d trivial items, concurrency 8, an item", len(items)), t, rivals.Loop)
	table.Note = "An outcome has 56 bytes: those of fresh ones are pages that the system has to clear. Loops use one processor and note no times."
	b.Table(table)
	trivialRivals(ctx, b, items, ours)
	return nil
}

func trivialRivals(ctx context.Context, b *harness.Bench, items []int, ours []rivals.Batch) {
	all := append(ours, rivals.OtherBatches(b.Quick)...)
	t := fewer(b, 5).Measure(harness.Case{Count: len(items), Contenders: processors(ctx, all, items, sample.Step)})
	row := "batch, trivial items, concurrency 8: "
	b.Ratio(row+"ProcessInto × errgroup", t.Ratio(rivals.Into, rivals.Errgroup), harness.AtMost(0.05))
	b.Ratio(row+"ProcessInto CPU × errgroup", t.CPURatio(rivals.Into, rivals.Errgroup), nil)
	b.Ratio(row+"generated, fresh outcomes × errgroup, reused slice", t.Ratio(wrapper, rivals.Errgroup), nil)
	b.Ratio(row+"ProcessInto × conc/iter, both reuse", t.Ratio(rivals.Into, rivals.ConcIter), nil)
	b.Ratio(row+"generated × conc/iter Mapper, both fresh", t.Ratio(wrapper, rivals.ConcMapper), nil)
	b.Ratio(row+"ProcessInto × channel workers", t.Ratio(rivals.Into, rivals.Workers), nil)
	table := harness.TimingTable(fmt.Sprintf("Batch, %d trivial items, concurrency 8, beside others, an item", len(items)), t, rivals.Errgroup)
	table.Note = "Others write values and errors, 24 bytes, into a slice that is there; conc/iter Mapper, lo/parallel, Process and generated make theirs. " +
		"lo/parallel starts a goroutine for each item. Minimum and median of fewer rounds than elsewhere."
	b.Table(table)
}

// thousandths rounds, so that what a call costs once does not count for its items.
func thousandths(value float64) float64 { return math.Round(value*1000) / 1000 }

// firstTries are items that could be repeated, and need not.
func firstTries(ctx context.Context, b *harness.Bench) error {
	items := itemsUpTo(itemCount(b))
	t := fewer(b, 9).Measure(harness.Case{Count: len(items), Contenders: processors(ctx, rivals.Retries(), items, sample.Step)})
	row := "batch, first try succeeds, one goroutine: "
	b.Ratio(row+"ProcessInto with attempts × without", t.Ratio(rivals.OurAttempts, rivals.OneAttempt), harness.AtMost(1.5))
	b.Ratio(row+"ProcessInto with attempts, CPU × without", t.CPURatio(rivals.OurAttempts, rivals.OneAttempt), nil)
	b.Ratio(row+"ProcessInto with attempts × loop of bare calls", t.Ratio(rivals.OurAttempts, rivals.BareCalls), harness.AtMost(1.5))
	b.Ratio(row+"ProcessInto with attempts × loop with backoff", t.Ratio(rivals.OurAttempts, rivals.Backoff), nil)
	b.Ratio(row+"ProcessInto with attempts × loop with retry-go", t.Ratio(rivals.OurAttempts, rivals.RetryGo), nil)
	table := harness.TimingTable("Batch, first try succeeds, one goroutine, an item", t, rivals.BareCalls)
	table.Note = "All write outcomes into those that are there. retry-go has its context from when it is made: once for each call, or once for all."
	b.Table(table)
	return nil
}
