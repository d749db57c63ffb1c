package profile_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// The floor under every measurement of wall time: two readings of the clock.
var benchBase = time.Now()

//go:noinline
func benchWork(n int) (int, error) {
	return n + 1, nil
}

//go:noinline
func benchClock(n int) (int, error) {
	start := time.Since(benchBase)
	v, err := benchWork(n)
	benchElapsed(time.Since(benchBase) - start)
	return v, err
}

var errBackwards = errors.New("the clock went backwards")

func benchElapsed(d time.Duration) {
	if d < 0 {
		panic(errBackwards)
	}
}

var benchProbe = profile.New("profile_test.benchWork")

// benchProfiled is what the generator makes for benchWork.
//
//go:noinline
func benchProfiled(ctx context.Context, n int) (int, error) {
	call := benchProbe.Start(ctx)
	defer call.End()
	v, err := benchWork(n)
	call.Return(err)
	return v, err
}

//go:noinline
func benchNoContext(n int) (int, error) {
	call := benchProbe.Begin()
	defer call.End()
	v, err := benchWork(n)
	call.Return(err)
	return v, err
}

// benchTree is what the generator makes for a function with a context: child makes a
// context for calls within.
//
//go:noinline
func benchTree(ctx context.Context, n int) (int, error) {
	call := benchProbe.Start(ctx)
	defer call.End()
	benchContext(call.Context(ctx))
	v, err := benchWork(n)
	call.Return(err)
	return v, err
}

//go:noinline
func benchContext(context.Context) {}

var benchSampled = profile.New("profile_test.benchSampled", profile.Sample(0.01))

//go:noinline
func benchInSample(ctx context.Context, n int) (int, error) {
	call := benchSampled.Start(ctx)
	defer call.End()
	v, err := benchWork(n)
	call.Return(err)
	return v, err
}

// BenchmarkOverhead runs the floor and profiled calls in turn, so that all see the same
// noise, and reports the price of each as a multiple of the first.
func BenchmarkOverhead(b *testing.B) {
	ctx := b.Context()
	within, end := profile.Region(ctx, "bench parent")
	defer end()
	const batch = 1000
	contenders := []struct {
		name string
		run  func(int)
	}{
		{"clock", func(i int) { benchClock(i) }},
		{"profiled", func(i int) { benchNoContext(i) }},
		{"root", func(i int) { benchProfiled(ctx, i) }},
		{"leaf", func(i int) { benchProfiled(within, i) }},
		{"child", func(i int) { benchTree(within, i) }},
		{"sampled", func(i int) { benchInSample(ctx, i) }},
	}
	times := make([][]time.Duration, len(contenders))
	b.ReportAllocs()
	for b.Loop() {
		for c := range contenders {
			start := time.Now()
			for i := range batch {
				contenders[c].run(i)
			}
			times[c] = append(times[c], time.Since(start))
		}
	}
	floor := quartile(times[0])
	b.ReportMetric(float64(floor)/batch, "clock-ns")
	for c := range contenders[1:] {
		c++
		b.ReportMetric(float64(quartile(times[c]))/float64(floor), contenders[c].name+"-x-clock")
	}
}

// quartile returns the first quartile of list, which it sorts.
func quartile(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/4]
}

func BenchmarkClock(b *testing.B) {
	for b.Loop() {
		benchClock(1)
	}
}

func BenchmarkProfiled(b *testing.B) {
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		benchProfiled(ctx, 1)
	}
}

func BenchmarkDisabled(b *testing.B) {
	ctx := b.Context()
	profile.Disable()
	b.Cleanup(profile.Enable)
	b.ReportAllocs()
	for b.Loop() {
		benchProfiled(ctx, 1)
	}
}

func BenchmarkBare(b *testing.B) {
	for b.Loop() {
		benchWork(1)
	}
}

func BenchmarkRegion(b *testing.B) {
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		_, end := profile.Region(ctx, "bench region")
		end()
	}
}

func BenchmarkClockParallel(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			benchClock(1)
		}
	})
}

func BenchmarkProfiledParallel(b *testing.B) {
	ctx := b.Context()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			benchProfiled(ctx, 1)
		}
	})
}

func BenchmarkSnapshot(b *testing.B) {
	benchProfiled(b.Context(), 1)
	b.ReportAllocs()
	for b.Loop() {
		profile.Snapshot()
	}
}
