package rows

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// busyTime is how long an item keeps a processor busy.
const busyTime = 20 * time.Microsecond

// busyItems keep all processors busy: what is measured is what is lost when work is
// divided among them.
func busyItems(ctx context.Context, b *harness.Bench) error {
	n, procs := 4000, runtime.GOMAXPROCS(0)
	if b.Quick {
		n = 1000
	}
	calibrateSpin()
	all := append([]rivals.Batch{rivals.Loops()[0], rivals.SplitLoop(procs)}, rivals.OurBatches()...)
	all = append(append(all, rivals.GeneratedSpins(wrapper)), rivals.OtherBatches(b.Quick)...)
	t := b.Measure(harness.Case{Count: n, Contenders: processors(ctx, all, itemsUpTo(n), sample.Spin)})
	ideal := make([]float64, len(t.Of(rivals.Loop).Wall))
	for i, sum := range t.Of(rivals.Loop).Wall {
		ideal[i] = sum / float64(procs)
	}
	row := fmt.Sprintf("batch, %d items of 20 µs, %d processors: ", n, procs)
	b.Ratio(row+"generated × ideal", harness.RatioOf(t.Of(wrapper).Wall, ideal), harness.AtMost(1.03))
	b.Ratio(row+"one loop for each processor × ideal", harness.RatioOf(t.Of(rivals.Split).Wall, ideal), nil)
	b.Ratio(row+"generated × one loop for each processor", t.Ratio(wrapper, rivals.Split), nil)
	b.Ratio(row+"generated CPU × loop", t.CPURatio(wrapper, rivals.Loop), nil)
	b.Table(busyTable(row, t, ideal))
	return nil
}

func busyTable(row string, t harness.Timings, ideal []float64) harness.Table {
	table := harness.Table{
		Title: "Batch, items of 20 µs of work", Header: []string{"", "wall µs an item", "× ideal", "× ideal, of minima", "CPU × loop", "processors", "allocs"},
		Note: row + "ideal is the time of the loop, which uses one, divided by them. " +
			"The work of an item is a number of turns, not a time: where another process is in the way, all take longer.",
	}
	for _, timing := range t {
		times := harness.RatioOf(timing.Wall, ideal)
		table.Rows = append(table.Rows, []string{
			timing.Name, harness.Short(harness.Median(timing.Wall) / 1000), harness.Short(times.Median), harness.Short(times.Best),
			harness.Short(t.CPURatio(timing.Name, rivals.Loop).Median), harness.Short(harness.RatioOf(timing.CPU, timing.Wall).Median),
			harness.Short(timing.Allocs),
		})
	}
	return table
}

// calibrateSpin sets how often an item turns. The quickest of many calls says it, as
// nothing was in the way of that.
func calibrateSpin() {
	quickest := time.Hour
	for i := range 200 {
		start := time.Now()
		v, _ := sample.Spin(context.Background(), i)
		quickest = min(quickest, time.Since(start))
		sink.Store(uint64(v))
	}
	sample.SpinTurns = int(float64(sample.SpinTurns) * float64(busyTime) / float64(quickest))
}
