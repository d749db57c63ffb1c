package rows

import (
	"context"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

const (
	ignoring    = "with a context it does not use"
	child       = "with a context it uses"
	sampled     = "sample=1%"
	off         = "switched off"
	offContext  = "switched off, with a context"
	withoutTree = "with a context, no call tree"
)

// profiles measures what it costs to measure a function that does nothing.
func profiles(ctx context.Context, b *harness.Bench) error {
	others, err := rivals.OtherProfilers()
	if err != nil {
		return err
	}
	for _, name := range []string{"sample.measuredAddOff", "sample.measuredAddOffContext"} {
		if err := profile.Switch(name, profile.Off); err != nil {
			return err
		}
	}
	all := append(append(rivals.Floors(), ourProfilers()...), others...)
	for _, c := range crowds()[:2] {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t := b.Measure(harness.Case{Workers: c.workers, Contenders: adders(all)})
		compareProfilers(b, c, t)
		table := harness.TimingTable("Profile of a trivial call, "+c.name, t, rivals.TwoReads)
		table.Note = "All call the same function, which adds two numbers and is not inlined. A span that is not sampled reads no clock, nor does a call that is switched off or " +
			"not in the sample. Nobody exports the spans."
		b.Table(table)
		treeless(b, c)
	}
	return nil
}

func compareProfilers(b *harness.Bench, c crowd, t harness.Timings) {
	row := "profile, " + c.name + ": "
	alone := c.workers == 1
	target := func(when bool, bound *harness.Target) *harness.Target {
		if when {
			return bound
		}
		return nil
	}
	b.Ratio(row+"wrapper × two clock reads", t.Ratio(wrapper, rivals.TwoReads), target(alone, harness.AtMost(1.35)))
	b.Ratio(row+ignoring+" × two clock reads", t.Ratio(ignoring, rivals.TwoReads), target(alone, harness.AtMost(1.5)))
	b.Ratio(row+child+" × two clock reads", t.Ratio(child, rivals.TwoReads), target(alone, harness.AtMost(2)))
	b.Ratio(row+sampled+" × two clock reads", t.Ratio(sampled, rivals.TwoReads), nil)
	b.Ratio(row+"Prometheus histogram × wrapper", t.Ratio(rivals.PrometheusPlain, wrapper), target(!alone, harness.AtLeast(3)))
	for _, name := range []string{rivals.PrometheusNative, rivals.HdrMutex, rivals.OTelHistogram} {
		b.Ratio(row+name+" × wrapper", t.Ratio(name, wrapper), nil)
	}
	b.Ratio(row+rivals.OTelSpan+" × "+child, t.Ratio(rivals.OTelSpan, child), nil)
	if alone {
		b.Figure(row+"allocations", thousandths(t.Of(wrapper).Allocs), "", harness.AtMost(0))
		b.Figure(row+child+": allocations", thousandths(t.Of(child).Allocs), "", nil)
		b.Figure(row+off+", beyond the bare call", beyond(t, off, rivals.BareCall), "ns", harness.AtMost(3))
		b.Figure(row+offContext+", beyond the bare call", beyond(t, offContext, rivals.BareContext), "ns", harness.AtMost(3))
	}
}

// beyond returns how many nanoseconds one takes longer than another, in the median of the
// rounds.
func beyond(t harness.Timings, name, than string) float64 {
	more := make([]float64, len(t.Of(name).Wall))
	for i, wall := range t.Of(name).Wall {
		more[i] = wall - t.Of(than).Wall[i]
	}
	return harness.Median(more)
}

// treeless measures without a call tree, which is off or on for the whole process.
func treeless(b *harness.Bench, c crowd) {
	profile.DisableTree()
	defer profile.EnableTree()
	ctx := context.Background()
	all := append(rivals.Floors(), rivals.Profiler{Name: withoutTree, Add: func(x, y int) int { return sample.MeasuredAddChild(ctx, x, y) }})
	t := b.Measure(harness.Case{Workers: c.workers, Contenders: adders(all)})
	b.Ratio("profile, "+c.name+": "+withoutTree+" × two clock reads", t.Ratio(withoutTree, rivals.TwoReads), nil)
	b.Table(harness.TimingTable("Profile without a call tree, "+c.name, t, rivals.TwoReads))
}

func ourProfilers() []rivals.Profiler {
	ctx := context.Background()
	probe := profile.New("bench/by hand")
	return []rivals.Profiler{
		{Name: wrapper, Add: sample.MeasuredAdd},
		{Name: ignoring, Add: func(a, b int) int { return sample.MeasuredAddContext(ctx, a, b) }},
		{Name: child, Add: func(a, b int) int { return sample.MeasuredAddChild(ctx, a, b) }},
		{Name: sampled, Add: sample.MeasuredAddSampled},
		{Name: off, Add: sample.MeasuredAddOff},
		{Name: offContext, Add: func(a, b int) int { return sample.MeasuredAddOffContext(ctx, a, b) }},
		{Name: byHand, Add: func(a, b int) int {
			call := probe.Begin()
			defer call.End()
			sum := sample.Add(a, b)
			call.Return(nil)
			return sum
		}},
	}
}

// adders are contenders that add.
func adders(all []rivals.Profiler) []harness.Contender {
	contenders := make([]harness.Contender, len(all))
	for i, p := range all {
		contenders[i] = harness.Contender{Name: p.Name, Run: func(_, n int) {
			sum := 0
			for i := range n {
				sum = p.Add(sum, i)
			}
			sink.Store(uint64(sum))
		}}
	}
	return contenders
}
