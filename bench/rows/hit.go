package rows

import (
	"context"
	"fmt"
	"runtime"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
)

// hits reads entries that are there.
func hits(ctx context.Context, b *harness.Bench) error {
	ints := hitGroup[int64]{
		bench: b, keyType: "int64", load: newWorkload(intKey),
		// The target is for Zipf keys; a hot one is reported.
		wall: harness.AtMost(1.8), cpu: harness.AtMost(0.5), zipfOnly: true,
	}
	if err := ints.run(ctx, intStores(b.Quick)); err != nil {
		return err
	}
	texts := hitGroup[string]{
		bench: b, keyType: "string", load: newWorkload(stringKey),
		wall: harness.AtMost(1.3), cpu: harness.AtMost(0.5),
	}
	if err := texts.run(ctx, stringStores(b.Quick)); err != nil {
		return err
	}
	return hitStructs(ctx, b)
}

// hitGroup is the hits of one type of key.
type hitGroup[K comparable] struct {
	bench   *harness.Bench
	keyType string
	load    workload[K]
	// wall is the target against a bare map, cpu that against otter.
	wall, cpu *harness.Target
	zipfOnly  bool
}

// crowd is a number of goroutines.
type crowd struct {
	name    string
	workers int
}

func crowds() []crowd {
	procs := runtime.GOMAXPROCS(0)
	return []crowd{
		{"alone", 1},
		{fmt.Sprintf("%d processors", procs), procs},
		{fmt.Sprintf("8 × %d goroutines", procs), 8 * procs},
	}
}

func (g hitGroup[K]) run(ctx context.Context, stores []rivals.Named[K]) error {
	defer closeStores(stores)
	g.load.fill(stores)
	for _, order := range []struct {
		name string
		ring []K
	}{{"Zipf", g.load.zipf}, {"hot", g.load.hot}} {
		for _, c := range crowds() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			timings := g.bench.Measure(harness.Case{Workers: c.workers, Warm: ringLength, Contenders: readers(stores, order.ring)})
			g.report(order.name, c.name, timings, stores)
		}
	}
	return nil
}

// readers are the stores as contenders.
func readers[K comparable](stores []rivals.Named[K], ring []K) []harness.Contender {
	contenders := make([]harness.Contender, len(stores))
	for i, s := range stores {
		contenders[i] = harness.Contender{Name: s.Name, Run: func(worker, n int) {
			s.Store.Read(ring, startOf(worker, len(ring)), n)
		}}
	}
	return contenders
}

func (g hitGroup[K]) report(order, crowd string, t harness.Timings, stores []rivals.Named[K]) {
	row := fmt.Sprintf("hit, %s, %s, %s", g.keyType, order, crowd)
	wall := g.wall
	if g.zipfOnly && order != "Zipf" {
		wall = nil
	}
	b := g.bench
	b.Ratio(row+": wrapper × bare xsync", t.Ratio(wrapper, bare), wall)
	b.Ratio(row+": wrapper CPU × otter", t.CPURatio(wrapper, otterPlain), g.cpu)
	b.Ratio(row+": wrapper CPU × otter, coarse clock", t.CPURatio(wrapper, otterCoarse), nil)
	b.Ratio(row+": wrapper × by hand", t.Ratio(wrapper, byHand), nil)
	if order == "Zipf" && crowd == "alone" {
		b.Figure(row+": allocations", float64(int(t.Of(wrapper).Allocs*1000+0.5))/1000, "", harness.AtMost(0))
	}
	table := harness.TimingTable("Hit, "+g.keyType+", "+order+", "+crowd, t, bare)
	for _, s := range stores {
		if part := g.load.found(s.Store); part < 0.999 {
			table.Note += fmt.Sprintf("%s finds %.1f %% of the keys only. ", s.Name, 100*part)
		}
	}
	b.Table(table)
}
