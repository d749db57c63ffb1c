package batch_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// BenchmarkLoader is a closed loop of goroutines, each of which asks for a key and waits
// for it.
func BenchmarkLoader(b *testing.B) {
	for _, takes := range []time.Duration{0, time.Millisecond} {
		for _, n := range []int{1, 2, 64, 256, 1000} {
			b.Run(fmt.Sprintf("backend=%v/goroutines=%d", takes, n), func(b *testing.B) {
				l := batch.NewLoader(func(_ context.Context, keys []int) (map[int]int, error) {
					if takes > 0 {
						time.Sleep(takes)
					}
					values := make(map[int]int, len(keys))
					for _, key := range keys {
						values[key] = key
					}
					return values, nil
				})
				ctx, cancel := context.WithCancel(b.Context())
				defer cancel()
				loaderLoop(b, n, func(key int) error {
					_, err := l.Load(ctx, key)
					return err
				})
				s := l.Stats()
				b.ReportMetric(float64(s.Keys)/float64(s.Batches), "keys/batch")
			})
		}
	}
}

// BenchmarkLoaderAlone is a call that does not wait, whose context cannot be cancelled.
func BenchmarkLoaderAlone(b *testing.B) {
	l := batch.NewSliceLoader(func(_ context.Context, keys []int) ([]int, error) { return keys, nil })
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Load(context.Background(), 1); err != nil {
			b.Fatal(err)
		}
	}
}

// loaderLoop makes b.N calls in n goroutines, and reports what they wait.
func loaderLoop(b *testing.B, n int, call func(key int) error) {
	var all sync.WaitGroup
	waits := make([][]time.Duration, n)
	b.ReportAllocs()
	b.ResetTimer()
	for g := range n {
		all.Go(func() {
			for i := g; i < b.N; i += n {
				began := time.Now()
				if err := call(i); err != nil {
					b.Error(err)
				}
				waits[g] = append(waits[g], time.Since(began))
			}
		})
	}
	all.Wait()
	b.StopTimer()
	every := slices.Concat(waits...)
	slices.Sort(every)
	if len(every) > 0 {
		b.ReportMetric(float64(every[len(every)/2].Nanoseconds())/1e3, "p50-µs")
		b.ReportMetric(float64(every[len(every)*99/100].Nanoseconds())/1e3, "p99-µs")
	}
}
