package rows

import (
	"context"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
)

const (
	// poolCrowd is how many goroutines want one of so few handles.
	poolCrowd  = 64
	fewHandles = 4
)

// A hold is what is done with a handle.
type hold struct {
	name string
	do   func()
	// blocks says that it waits for other things than a processor, and waits that most who
	// come have to wait although they keep the processors busy.
	blocks, waits bool
}

func holds() []hold {
	return []hold{
		{name: "held 1 µs, busy", do: func() { turns(500) }},
		{name: "held 20 µs, busy", do: func() { turns(10_000) }, waits: true},
		{name: "held 1 ms, asleep", do: func() { time.Sleep(time.Millisecond) }, blocks: true},
	}
}

// turns keeps a processor busy, for some 2 ns each: always with the same work, as by a
// clock the time in which another process has the processor would count as work.
func turns(n int) {
	x := uint64(n) | 1
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	if x == 0 {
		sink.Add(1)
	}
}

// crowdedPools measures throughput, waits and fairness where most have to wait.
func crowdedPools(ctx context.Context, b *harness.Bench) error {
	for _, h := range holds() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var all []rivals.ResourcePool
		for _, p := range rivals.ResourcePools(fewHandles, rivals.NewHandle) {
			if p.Use != nil {
				all = append(all, p)
			}
		}
		crowdThroughput(ctx, b, h, all)
		crowdWaits(ctx, b, h, all)
		closePools(all)
	}
	return nil
}

func crowdRow(h hold) string {
	return fmt.Sprintf("pool, %d goroutines on %d, %s: ", poolCrowd, fewHandles, h.name)
}

func crowdThroughput(ctx context.Context, b *harness.Bench, h hold, all []rivals.ResourcePool) {
	contenders := make([]harness.Contender, len(all))
	for i, p := range all {
		contenders[i] = harness.Contender{Name: p.Name, Run: func(_, n int) {
			for range n {
				p.Use(ctx, h.do)
			}
		}}
	}
	work := harness.Case{Workers: poolCrowd, Contenders: contenders}
	if h.blocks { // some would not fill a sample, and many take long
		work.Count, work.Warm = 8*poolCrowd, poolCrowd
	}
	t := b.Measure(work)
	row := crowdRow(h)
	// Throughput is the inverse of time.
	b.Ratio(row+"throughput of ours × puddle", t.Ratio(rivals.Puddle, rivals.OurPool), nil)
	b.Ratio(row+"throughput of ours × buffered channel", t.Ratio(rivals.Channel, rivals.OurPool), nil)
	b.Ratio(row+"CPU of ours × puddle", t.CPURatio(rivals.OurPool, rivals.Puddle), nil)
	if h.waits {
		waitingAllocs(ctx, b, h, all)
	}
	table := harness.TimingTable(fmt.Sprintf("Pool, %d goroutines on %d handles, %s", poolCrowd, fewHandles, h.name), t, rivals.Puddle)
	table.Note = "Wall is the time divided by the calls of all goroutines. Allocations contain those of starting the goroutines."
	b.Table(table)
}

// crowdWaits is how long a caller waits for a handle, and how many each gets.
func crowdWaits(ctx context.Context, b *harness.Bench, h hold, all []rivals.ResourcePool) {
	rounds, lasts := max(1, min(b.Rounds, 9)), 10*b.Sample
	found := make(map[string]*crowdWait)
	for round := range rounds {
		for i := range all {
			p := all[(i+round)%len(all)]
			if found[p.Name] == nil {
				found[p.Name] = &crowdWait{}
			}
			found[p.Name].add(waitsOf(ctx, p, h, lasts))
		}
	}
	table := harness.Table{
		Title:  fmt.Sprintf("Pool, %d goroutines on %d handles, %s: what a caller waits for a handle", poolCrowd, fewHandles, h.name),
		Header: []string{"", "p50, µs", "p99, µs", "longest, µs", "calls of a goroutine, least", "most"},
		Note:   fmt.Sprintf("Minimum and median of the figures of %d rounds of %v.", rounds, lasts),
	}
	for _, p := range all {
		w := found[p.Name]
		table.Rows = append(table.Rows, []string{p.Name, micros(w.p50), micros(w.p99), micros(w.longest), harness.Nanos(w.least), harness.Nanos(w.most)})
	}
	b.Table(table)
	compareWaits(b, h, found[rivals.OurPool], found[rivals.Puddle])
}

func compareWaits(b *harness.Bench, h hold, ours, puddle *crowdWait) {
	row := crowdRow(h)
	b.Ratio(row+"p50, ours × puddle", harness.RatioOf(ours.p50, puddle.p50), nil)
	b.Ratio(row+"p99, ours × puddle", harness.RatioOf(ours.p99, puddle.p99), harness.AtMost(1))
	b.Ratio(row+"longest wait, ours × puddle", harness.RatioOf(ours.longest, puddle.longest), nil)
	var fair *harness.Target
	if h.blocks {
		fair = harness.AtMost(1.1)
	}
	b.Ratio(row+"calls of a goroutine, most × least, ours", harness.RatioOf(ours.most, ours.least), fair)
	b.Ratio(row+"calls of a goroutine, most × least, puddle", harness.RatioOf(puddle.most, puddle.least), nil)
}
