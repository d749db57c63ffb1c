package figure

import (
	"math"
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// The distributions, in seconds.
var (
	Duration = Figure{
		Prometheus: "bunsui_function_duration_seconds", OpenTelemetry: "bunsui.function.duration", Unit: "s",
		Help: "How long calls of profiled functions took, of those that were timed.", Labels: functions.labels,
	}
	Wait = Figure{
		Prometheus: "bunsui_pool_wait_seconds", OpenTelemetry: "bunsui.pool.wait", Unit: "s",
		Help: "How long acquires waited, of those that had to.", Labels: pools.labels,
	}
)

// A Histogram is a distribution by given bounds.
type Histogram struct {
	Labels []string
	// Counts are those up to each bound, not cumulative, and the last one is for the
	// rest.
	Counts []uint64
	Count  uint64
	Sum    time.Duration
}

// DefaultBounds are the bounds for durations of functions, before Edges.
func DefaultBounds() []time.Duration {
	return []time.Duration{
		10 * time.Microsecond, 100 * time.Microsecond, time.Millisecond,
		5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
		100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
		time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
	}
}

// Edges moves bounds up to where the profiles know exactly how many calls were below,
// sorts them, and leaves one of those that meet. Without bounds they are DefaultBounds.
func Edges(bounds []time.Duration) []time.Duration {
	if len(bounds) == 0 {
		bounds = DefaultBounds()
	}
	edges := make([]time.Duration, len(bounds))
	for i, b := range bounds {
		edges[i] = profile.Edge(b)
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

// Durations returns the distribution of a function by bounds from Edges.
func Durations(f profile.FuncStats, edges []time.Duration) Histogram {
	h := Histogram{Labels: functions.values(f), Counts: make([]uint64, len(edges)+1), Sum: f.Total}
	for _, in := range f.Intervals() {
		i, _ := slices.BinarySearch(edges, in.Greatest)
		h.Counts[i] += in.Calls
		h.Count += in.Calls
	}
	return h
}

// Waits returns the distribution of a pool by pool.WaitBounds.
func Waits(p monitor.Pool) Histogram {
	h := Histogram{Labels: pools.values(p), Counts: p.WaitTimes[:], Sum: p.WaitTime}
	for _, n := range h.Counts {
		h.Count += n
	}
	return h
}

// WaitBounds is pool.WaitBounds.
func WaitBounds() []time.Duration { return pool.WaitBounds() }

// Scale is that of Exponential: eight buckets for each power of two.
const Scale = 3

// An Exponential is a distribution in buckets that grow by 2^(1/8), about 9 %. Bucket i of
// Counts has what is above 2^((First+i-1)/8) seconds and not above 2^((First+i)/8).
type Exponential struct {
	Zero   uint64
	First  int
	Counts []uint64
}

// Grow returns the distribution of a function in exponential buckets, whose bounds are
// not those that it was counted by. All calls of an interval go to the bucket that its
// middle is in, always the same one, so that counts never fall; a call that was close to
// a bound may stand in the bucket next to its own.
func Grow(f profile.FuncStats) Exponential {
	var e Exponential
	for _, in := range f.Intervals() {
		middle := (in.Least.Seconds() + in.Greatest.Seconds()) / 2
		if in.Greatest == 0 {
			e.Zero = in.Calls
			continue
		}
		i := int(math.Ceil(math.Log2(middle) * (1 << Scale)))
		if len(e.Counts) == 0 {
			e.First = i
		}
		for len(e.Counts) <= i-e.First {
			e.Counts = append(e.Counts, 0)
		}
		e.Counts[i-e.First] += in.Calls
	}
	return e
}
