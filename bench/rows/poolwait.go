package rows

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// A crowdWait has the figures of rounds: waits in nanoseconds, and calls.
type crowdWait struct{ p50, p99, longest, least, most []float64 }

// waitsOf lets a crowd use a pool for a time, and returns what each goroutine has waited
// in each of its calls.
func waitsOf(ctx context.Context, p rivals.ResourcePool, h hold, lasts time.Duration) [][]time.Duration {
	waits := make([][]time.Duration, poolCrowd)
	var over atomic.Bool
	var all sync.WaitGroup
	for i := range waits {
		waits[i] = make([]time.Duration, 0, 1<<12)
		all.Go(func() {
			var began time.Time
			held := func() {
				waits[i] = append(waits[i], time.Since(began))
				h.do()
			}
			for first := true; first || !over.Load(); first = false {
				began = time.Now()
				p.Use(ctx, held)
			}
		})
	}
	time.Sleep(lasts)
	over.Store(true)
	all.Wait()
	return waits
}

func (w *crowdWait) add(waits [][]time.Duration) {
	all := slices.Concat(waits...)
	slices.Sort(all)
	least, most := len(all), 0
	for _, one := range waits {
		least, most = min(least, len(one)), max(most, len(one))
	}
	w.p50 = append(w.p50, float64(all[len(all)/2]))
	w.p99 = append(w.p99, float64(all[len(all)*99/100]))
	w.longest = append(w.longest, float64(all[len(all)-1]))
	w.least, w.most = append(w.least, float64(least)), append(w.most, float64(most))
}

// waitingAllocs counts the allocations of calls most of which wait, by goroutines that have
// waited before.
func waitingAllocs(ctx context.Context, b *harness.Bench, h hold, all []rivals.ResourcePool) {
	const calls = 300 // of each goroutine
	for _, p := range all {
		runtime.GC()
		var before, after runtime.MemStats
		phases(func() {
			for range calls {
				p.Use(ctx, h.do)
			}
		}, func() { runtime.ReadMemStats(&before) })
		runtime.ReadMemStats(&after)
		var target *harness.Target
		if p.Name == rivals.OurPool {
			target = harness.AtMost(0)
		}
		allocs := float64(after.Mallocs-before.Mallocs) / (calls * poolCrowd)
		b.Figure(crowdRow(h)+"allocations of a call, "+p.Name, math.Round(allocs*100)/100, "", target)
	}
}

// phases has a crowd do something twice, beginning at the same time, and calls between
// before the second time.
func phases(do, between func()) {
	var ready, first, second sync.WaitGroup
	begin, again := make(chan struct{}), make(chan struct{})
	ready.Add(poolCrowd)
	first.Add(poolCrowd)
	for range poolCrowd {
		second.Go(func() {
			ready.Done()
			<-begin
			do()
			first.Done()
			<-again
			do()
		})
	}
	ready.Wait()
	close(begin)
	first.Wait()
	between()
	close(again)
	second.Wait()
}

const (
	// slowly is how long the construction of a second handle takes, and soon when the
	// first one is given back.
	slowly = 200 * time.Millisecond
	soon   = 10 * time.Millisecond
)

// coldStart measures how long one waits whose own handle is constructed slowly, while
// another is given back.
func coldStart(ctx context.Context, b *harness.Bench) error {
	waited := make(map[string][]float64)
	var names []string
	for range max(1, min(b.Rounds, 5)) {
		for _, name := range []string{rivals.OurPool, rivals.Puddle, rivals.SQLPool} {
			ms, err := coldWait(ctx, name)
			if err != nil {
				return err
			}
			if waited[name] == nil {
				names = append(names, name)
			}
			waited[name] = append(waited[name], ms)
		}
	}
	table := harness.Table{
		Title:  fmt.Sprintf("Pool, cold start: a construction takes %v, another handle is given back after %v", slowly, soon),
		Header: []string{"", "until there is a handle, ms"},
		Note:   "Minimum and median.",
	}
	for _, name := range names {
		table.Rows = append(table.Rows, []string{name, harness.Nanos(waited[name])})
		var target *harness.Target
		if name == rivals.OurPool {
			target = harness.AtMost(20)
		}
		b.Figure("pool, cold start, until there is a handle, "+name, harness.Median(waited[name]), "ms", target)
	}
	b.Table(table)
	return nil
}

// coldWait returns for how many milliseconds somebody waits.
func coldWait(ctx context.Context, name string) (float64, error) {
	var made atomic.Int64
	p := rivals.LazyPool(name, 2, func() *sample.Handle {
		if made.Add(1) > 1 {
			time.Sleep(slowly)
		}
		return rivals.NewHandle()
	})
	defer p.Close()
	release, err := p.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	time.AfterFunc(soon, release)
	start := time.Now()
	again, err := p.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	took := time.Since(start)
	again()
	return took.Seconds() * 1000, nil
}
