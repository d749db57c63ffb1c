package rows

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// loaderGroup is the loaders, in front of one backend.
type loaderGroup struct {
	bench   *harness.Bench
	backend string
	slow    bool
	loaders []rivals.KeyLoader
	failed  atomic.Int64
}

// loaders measures functions of one key that are loaded together.
func loaders(ctx context.Context, b *harness.Bench) error {
	// As in a server, where requests can be cancelled.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, backend := range []struct {
		name string
		slow bool
	}{{"0", false}, {"1 ms", true}} {
		g := &loaderGroup{bench: b, backend: "backend of " + backend.name, slow: backend.slow, loaders: rivals.KeyLoaders(backend.slow)}
		g.alone(ctx)
		for _, goroutines := range loaderCrowds(b.Quick) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			g.throughput(ctx, goroutines)
			g.waits(ctx, goroutines)
		}
		if n := g.failed.Load(); n > 0 {
			return fmt.Errorf("%s: %d calls failed", g.backend, n)
		}
	}
	if err := manyKeys(ctx, b); err != nil {
		return err
	}
	return givingUp(b)
}

func loaderCrowds(quick bool) []int {
	if quick {
		return []int{2, 64, 1000}
	}
	return []int{2, 64, 256, 1000}
}

// callers are the loaders as functions of the next key, which nobody else asks for.
func (g *loaderGroup) callers(ctx context.Context) []harness.Caller {
	callers := make([]harness.Caller, len(g.loaders))
	for i, l := range g.loaders {
		var next atomic.Int64
		callers[i] = harness.Caller{Name: l.Name, Call: func(int) { g.call(ctx, l, next.Add(1)) }}
	}
	return callers
}

func (g *loaderGroup) call(ctx context.Context, l rivals.KeyLoader, key int64) {
	if user, err := l.Load(ctx, key); err != nil || user != sample.Nobody {
		g.failed.Add(1)
	}
}

// contenders are the same, and some of their calls with a context that cannot be
// cancelled.
func (g *loaderGroup) contenders(ctx context.Context) []harness.Contender {
	var contenders []harness.Contender
	for _, l := range g.loaders {
		contenders = append(contenders, fresh(l.Name, func(key int64) { g.call(ctx, l, key) }))
		if l.Name == rivals.OurLoader {
			contenders = append(contenders, fresh(staying, func(key int64) { g.call(context.Background(), l, key) }))
		}
	}
	return contenders
}

// staying is the generated function, called so that it runs the backend itself if it can.
const staying = "generated, cannot be cancelled"

// alone is one call after the other: there is nothing to be gathered.
func (g *loaderGroup) alone(ctx context.Context) {
	users := sample.QuickUsers
	if g.slow {
		users = sample.SlowUsers
	}
	bare := fresh("bare call of the backend", func(key int64) {
		found, _ := users(ctx, []int64{key})
		sink.Store(uint64(len(found)))
	})
	t := g.bench.Measure(harness.Case{Contenders: append(g.contenders(ctx), bare)})
	row := "loader, " + g.backend + ", a lone call: "
	g.bench.Figure(row+"generated", harness.Median(t.Of(rivals.OurLoader).Wall)/1000, "µs", nil)
	g.bench.Ratio(row+"generated × bare call", t.Ratio(rivals.OurLoader, bare.Name), nil)
	g.bench.Ratio(row+"dataloadgen × generated", t.Ratio(rivals.Dataloadgen, rivals.OurLoader), nil)
	g.bench.Table(harness.TimingTable("Loader, "+g.backend+", a lone call", t, rivals.OurLoader))
}

// throughput is that of goroutines which each wait for one call before the next.
func (g *loaderGroup) throughput(ctx context.Context, goroutines int) {
	t := g.bench.Measure(harness.Case{Workers: goroutines, Contenders: g.contenders(ctx)})
	row := fmt.Sprintf("loader, %s, %d goroutines: ", g.backend, goroutines)
	var target *harness.Target
	switch {
	case goroutines == 1000:
		target = harness.AtLeast(0.85)
	case goroutines == 64 && !g.slow:
		target = harness.AtLeast(11)
	}
	// Throughput is the inverse of time.
	g.bench.Ratio(row+"throughput of generated × dataloadgen", t.Ratio(rivals.Dataloadgen, rivals.OurLoader), target)
	g.bench.Ratio(row+"throughput of ours with 16 in flight × dataloadgen", t.Ratio(rivals.Dataloadgen, rivals.ManyFlights), target)
	g.bench.Ratio(row+"CPU of generated × dataloadgen", t.CPURatio(rivals.OurLoader, rivals.Dataloadgen), nil)
	g.bench.Figure(row+"allocations of a call, generated", t.Of(rivals.OurLoader).Allocs, "", nil)
	table := harness.TimingTable(fmt.Sprintf("Loader, %s, %d goroutines, a call", g.backend, goroutines), t, rivals.Dataloadgen)
	table.Note = "Wall is the time divided by the calls of all goroutines."
	g.bench.Table(table)
}

// micros spells nanoseconds, minimum and median, as microseconds.
func micros(nanos []float64) string {
	return harness.Short(harness.Min(nanos)/1000) + " / " + harness.Short(harness.Median(nanos)/1000)
}

// waits is how long a call takes for its caller.
func (g *loaderGroup) waits(ctx context.Context, goroutines int) {
	rounds, calls := 5, 2000
	if g.bench.Quick {
		rounds, calls = 1, 200
	}
	table := harness.Table{
		Title:  fmt.Sprintf("Loader, %s, %d goroutines, what a caller waits", g.backend, goroutines),
		Header: []string{"", "p50, µs", "p99, µs", "processors", "keys of a batch"},
		Note: "Minimum and median of the rounds' percentiles. p99 is given where all wait for a backend, there were 1,000 calls, and processors were idle: " +
			"elsewhere it would be about who gets a processor.",
	}
	callers := g.callers(ctx)
	for i, w := range fewer(g.bench, rounds).Waits(goroutines, calls, callers) {
		keys := keysOfBatch(goroutines, callers[i])
		tail := "-"
		if g.slow && w.TailMeans() {
			tail = micros(w.P99)
		}
		table.Rows = append(table.Rows, []string{w.Name, micros(w.P50), tail, harness.Short(harness.Median(w.Busy)), harness.Short(keys)})
		if w.Name == rivals.OurLoader || w.Name == rivals.Dataloadgen {
			g.bench.Figure(fmt.Sprintf("loader, %s, %d goroutines: p50, %s", g.backend, goroutines, w.Name), harness.Median(w.P50)/1000, "µs", nil)
			g.bench.Figure(fmt.Sprintf("loader, %s, %d goroutines: keys of a batch, %s", g.backend, goroutines, w.Name), keys, "", nil)
		}
	}
	g.bench.Table(table)
}

// keysOfBatch is how many of a loader's calls come to one of the backend.
func keysOfBatch(goroutines int, c harness.Caller) float64 {
	calls, before := 20*goroutines, sample.BackendCalls.Load()
	harness.Effort{Rounds: 1}.Waits(goroutines, calls, []harness.Caller{c})
	return float64(calls) / float64(sample.BackendCalls.Load()-before)
}
