package rows

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

const twoReads = "two clock reads"

// profiles measures what it costs to measure a function that does nothing.
func profiles(ctx context.Context, b *harness.Bench) error {
	for _, c := range crowds()[:2] {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t := b.Measure(harness.Case{Workers: c.workers, Contenders: profilers()})
		row := "profile, " + c.name
		if c.workers == 1 {
			b.Ratio(row+": wrapper × two clock reads", t.Ratio(wrapper, twoReads), harness.AtMost(1.35))
			b.Figure(row+": allocations", float64(int(t.Of(wrapper).Allocs*1000+0.5))/1000, "", harness.AtMost(0))
			b.Ratio(row+": Prometheus histogram × wrapper", t.Ratio("Prometheus histogram", wrapper), nil)
		} else {
			b.Ratio(row+": wrapper × two clock reads", t.Ratio(wrapper, twoReads), nil)
			b.Ratio(row+": Prometheus histogram × wrapper", t.Ratio("Prometheus histogram", wrapper), harness.AtLeast(3))
		}
		b.Ratio(row+": wrapper with context × two clock reads", t.Ratio("wrapper with context", twoReads), nil)
		table := harness.TimingTable("Profile of a trivial call, "+c.name, t, twoReads)
		table.Note = "All call the same function, which adds two numbers and is not inlined."
		b.Table(table)
	}
	return nil
}

func profilers() []harness.Contender {
	base := time.Now()
	probe := profile.New("bench/by hand")
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "bench", Buckets: prometheus.DefBuckets})
	ctx := context.Background()
	return []harness.Contender{
		adder("bare call", sample.Add),
		adder(twoReads, func(a, b int) int {
			start := time.Since(base)
			sum := sample.Add(a, b)
			// A difference that is used, but never changes the sum.
			return sum + int((time.Since(base)-start)>>62)
		}),
		adder(wrapper, sample.MeasuredAdd),
		adder("wrapper with context", func(a, b int) int { return sample.MeasuredAddContext(ctx, a, b) }),
		adder(byHand, func(a, b int) int {
			call := probe.Begin()
			defer call.End()
			sum := sample.Add(a, b)
			call.Return(nil)
			return sum
		}),
		adder("Prometheus histogram", func(a, b int) int {
			start := time.Now()
			sum := sample.Add(a, b)
			histogram.Observe(time.Since(start).Seconds())
			return sum
		}),
	}
}

// adder is a contender that adds.
func adder(name string, add func(a, b int) int) harness.Contender {
	return harness.Contender{Name: name, Run: func(_, n int) {
		sum := 0
		for i := range n {
			sum = add(sum, i)
		}
		sink.Store(uint64(sum))
	}}
}
