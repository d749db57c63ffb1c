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

// BenchmarkOverhead runs the floor and a profiled call in turn, so that both see
// the same noise, and reports the price of the second as a multiple of the first.
func BenchmarkOverhead(b *testing.B) {
	ctx := b.Context()
	const batch = 1000
	var clock, profiled []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		for i := range batch {
			benchClock(i)
		}
		middle := time.Now()
		for i := range batch {
			benchProfiled(ctx, i)
		}
		clock = append(clock, middle.Sub(start))
		profiled = append(profiled, time.Since(middle))
	}
	floor, cost := quartile(clock), quartile(profiled)
	b.ReportMetric(float64(floor)/batch, "clock-ns")
	b.ReportMetric(float64(cost)/batch, "profiled-ns")
	b.ReportMetric(float64(cost)/float64(floor), "x-clock")
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
