package rows

import (
	"context"
	"fmt"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
)

// poolSize is how many handles there are where nobody has to wait. That of the generated
// pool is the same.
const poolSize = 20

// pools lends handles of which nothing is asked.
func pools(ctx context.Context, b *harness.Bench) error {
	// As in a server, where requests can be cancelled.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, part := range []func(context.Context, *harness.Bench) error{uncontended, crowdedPools, coldStart} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := part(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// uncontended measures what it costs to acquire and release where there are enough.
func uncontended(ctx context.Context, b *harness.Bench) error {
	for _, c := range crowds()[:2] {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		all := append([]rivals.ResourcePool{rivals.Floor(), rivals.PooledFunction()}, rivals.ResourcePools(poolSize, rivals.NewHandle)...)
		t := b.Measure(harness.Case{Workers: c.workers, Contenders: loopsOf(ctx, all)})
		closePools(all)
		compareLoops(b, c, t)
		table := harness.TimingTable(fmt.Sprintf("Pool, acquire and release one of %d, %s", poolSize, c.name), t, rivals.MutexPairs)
		table.Note = "Two mutex pairs are the floor of a pool with one lock, and hand the same handle to all. A channel replaces nothing. Ours looks at ages, and " +
			"whether it is time to ping; database/sql looks at ages; puddle reads the clock for its figures."
		b.Table(table)
	}
	return nil
}

func compareLoops(b *harness.Bench, c crowd, t harness.Timings) {
	row := "pool, acquire and release, " + c.name + ": "
	least := 8.0
	if c.workers == 1 {
		least = 4
		b.Ratio(row+"by hand × two mutex pairs", t.Ratio(rivals.OurPool, rivals.MutexPairs), harness.AtMost(1.5))
		b.Ratio(row+"generated × two mutex pairs", t.Ratio(rivals.PooledCall, rivals.MutexPairs), nil)
	}
	if target := harness.AtLeast(least); sideBySide(t, c.workers) {
		b.Ratio(row+"puddle × by hand", t.Ratio(rivals.Puddle, rivals.OurPool), target)
	} else {
		b.Ratio(row+"puddle × by hand (only one was to be had)", t.Ratio(rivals.Puddle, rivals.OurPool), nil)
	}
	b.Ratio(row+"puddle CPU × by hand", t.CPURatio(rivals.Puddle, rivals.OurPool), nil)
	b.Ratio(row+"puddle × generated", t.Ratio(rivals.Puddle, rivals.PooledCall), nil)
	b.Ratio(row+"buffered channel × by hand", t.Ratio(rivals.Channel, rivals.OurPool), nil)
	b.Ratio(row+"database/sql × by hand", t.Ratio(rivals.SQLPool, rivals.OurPool), nil)
	b.Figure(row+"allocations, by hand", thousandths(t.Of(rivals.OurPool).Allocs), "", harness.AtMost(0))
	b.Figure(row+"allocations, generated", thousandths(t.Of(rivals.PooledCall).Allocs), "", harness.AtMost(0))
}

// sideBySide reports whether the workers had a processor each, most of the time.
func sideBySide(t harness.Timings, workers int) bool {
	ours := t.Of(rivals.OurPool)
	var busy []float64
	for i, wall := range ours.Wall {
		busy = append(busy, ours.CPU[i]/wall)
	}
	have := harness.Median(busy) // 0 where the system does not tell
	return workers == 1 || have == 0 || have > 0.8*float64(workers)
}

func loopsOf(ctx context.Context, all []rivals.ResourcePool) []harness.Contender {
	contenders := make([]harness.Contender, len(all))
	for i, p := range all {
		contenders[i] = harness.Contender{Name: p.Name, Run: func(_, n int) { p.Loop(ctx, n) }}
	}
	return contenders
}

func closePools(all []rivals.ResourcePool) {
	for _, p := range all {
		p.Close()
	}
}
