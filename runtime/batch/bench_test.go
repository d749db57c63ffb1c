package batch_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// benchItems is how many trivial items the benchmarks have.
const benchItems = 1_000_000

var errBench = errors.New("bench")

func trivial(_ context.Context, i int) (int, error) {
	if i < 0 {
		return 0, errBench
	}
	return i + 1, nil
}

// spin20 takes about 20 microseconds of a processor.
func spin20(_ context.Context, i int) (int, error) {
	for start := time.Now(); time.Since(start) < 20*time.Microsecond; {
		i++
	}
	return i, nil
}

func numbers(n int) []int {
	items := make([]int, n)
	for i := range items {
		items[i] = i
	}
	return items
}

// loop is the floor: it writes the same outcomes, without times, and nothing else.
func loop(ctx context.Context, out []batch.Outcome[int, int], items []int, f func(context.Context, int) (int, error)) {
	for i, item := range items {
		v, err := f(ctx, item)
		out[i] = batch.Outcome[int, int]{Index: i, Item: item, Value: v, Err: err, Attempts: 1}
	}
}

// perItem reports the time for an item.
func perItem(b *testing.B, items int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(items), "ns/item")
}

func BenchmarkTrivial(b *testing.B) {
	items := numbers(benchItems)
	out := make([]batch.Outcome[int, int], len(items))
	loop(b.Context(), out, items, trivial)
	process := func(opts ...batch.Option) func(context.Context) {
		return func(ctx context.Context) { batch.ProcessInto(ctx, out, items, trivial, opts...) }
	}
	ways := []struct {
		name string
		run  func(ctx context.Context)
	}{
		{"loop", func(ctx context.Context) { loop(ctx, out, items, trivial) }},
		{"concurrency=8", process(batch.Concurrency(8))},
		{"concurrency=1", process(batch.Concurrency(1))},
		{"attempts=3", process(batch.Concurrency(8), batch.Attempts(3))},
		{"done", process(batch.Concurrency(8), batch.ByCompletion())},
		{"fresh", func(ctx context.Context) { batch.Process(ctx, items, trivial, batch.Concurrency(8)) }},
		{"freshloop", func(ctx context.Context) {
			loop(ctx, make([]batch.Outcome[int, int], len(items)), items, trivial)
		}},
	}
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				way.run(b.Context())
			}
			perItem(b, len(items))
		})
	}
}

// BenchmarkWork shows how far 4,000 items of 20 µs are from ideal: all of their time by
// the number of processors.
func BenchmarkWork(b *testing.B) {
	items := numbers(4000)
	out := make([]batch.Outcome[int, int], len(items))
	b.Run("loop/processors", func(b *testing.B) {
		procs := runtime.GOMAXPROCS(0)
		for b.Loop() {
			var wg sync.WaitGroup
			for p := range procs {
				from, to := len(items)*p/procs, len(items)*(p+1)/procs
				wg.Go(func() { loop(b.Context(), out[from:to], items[from:to], spin20) })
			}
			wg.Wait()
		}
	})
	b.Run("batch", func(b *testing.B) {
		for b.Loop() {
			batch.ProcessInto(b.Context(), out, items, spin20, batch.Concurrency(8))
		}
	})
}

// BenchmarkOne is what a call costs beside its items.
func BenchmarkOne(b *testing.B) {
	items := numbers(1)
	out := make([]batch.Outcome[int, int], len(items))
	b.ReportAllocs()
	for b.Loop() {
		batch.ProcessInto(b.Context(), out, items, trivial)
	}
}

// BenchmarkStream streams 10,000,000 items and reports the memory that was in use at its
// height.
func BenchmarkStream(b *testing.B) {
	const n = 10 * benchItems
	seq := func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
	for _, order := range []struct {
		name string
		opts []batch.Option
	}{{"input", nil}, {"done", []batch.Option{batch.ByCompletion()}}} {
		b.Run(order.name, func(b *testing.B) {
			var height uint64
			for b.Loop() {
				height = max(height, streamed(b, batch.Stream(b.Context(), seq, trivial, order.opts...), n))
			}
			perItem(b, n)
			b.ReportMetric(float64(height)/1024, "kB-height")
		})
	}
}

// streamed ranges over results and returns the most memory that they held meanwhile.
func streamed(b *testing.B, results func(func(int, error) bool), n int) uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before, most, count := stats.HeapAlloc, uint64(0), 0
	for _, err := range results {
		if err != nil {
			b.Fatal(err)
		}
		if count++; count%(n/20) == 0 {
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapAlloc-min(before, stats.HeapAlloc))
		}
	}
	if count != n {
		b.Fatalf("%d results", count)
	}
	return most
}
