package profile

import (
	"math"
	"time"
)

// FuncStats are the figures of one measured function or region. Their sum holds
// together: Errors, Panics and Timed are included in Calls, and Total, Min, Max and
// the quantiles are of the Timed calls.
type FuncStats struct {
	// Name is that of the [Probe] or the [Region].
	Name string

	// Calls is the number of calls that have ended, however they ended.
	Calls uint64

	// Errors is the number of calls that returned an error.
	Errors uint64

	// Panics is the number of calls that panicked or called runtime.Goexit.
	Panics uint64

	// InFlight is the number of calls under way. It is never negative. In a
	// function that is called while the snapshot is made it may include calls
	// that were just about to end.
	InFlight int

	// Timed is the number of calls that have ended and whose duration was
	// measured: all of them, unless the function is sampled.
	Timed uint64

	// Total is the sum of the durations of the timed calls, Min the shortest, Max
	// the longest, all exact. They are wall time: what a call waited counts, and
	// the Total of concurrent calls grows faster than the clock.
	Total, Min, Max time.Duration

	// Sample is the fraction of calls that are timed at present: 1 for all.
	Sample float64

	// SlowThreshold is the duration from which on a timed call is kept as slow at
	// present, 0 if none is. SlowCalls is how many there were, whatever the
	// threshold was then, and Slow has the last of them, at most [MaxSlow], the
	// latest first.
	SlowThreshold time.Duration
	SlowCalls     uint64
	Slow          []SlowCall

	// Objectives are those that the probe was made with.
	Objectives Objectives

	// Mode is what [Switch] or [Configure] said of the function last, Usual if nothing.
	Mode Mode

	buckets []bucket // those that are not empty, in ascending order
}

// A bucket is a number of calls of about the same duration.
type bucket struct {
	index int // see lowerBound
	calls uint64
}

// Mean returns the mean duration of a timed call, or 0 if there were none.
func (s FuncStats) Mean() time.Duration {
	if s.Timed == 0 {
		return 0
	}
	return time.Duration(uint64(s.Total) / s.Timed)
}

// EstimatedTotal returns what all calls took if those that were not timed took as
// long as the others, on average. Where all calls were timed it is Total.
func (s FuncStats) EstimatedTotal() time.Duration {
	return sum{timed: s.Timed, untimed: s.Calls - s.Timed, total: uint64(s.Total)}.estimate()
}

// Quantile returns a duration that the fraction q of the timed calls did not exceed:
// 0.5 gives the median, 0.99 the 99th percentile, 0 the minimum, 1 the maximum.
// It differs from the exact quantile (by nearest rank) by at most
// [MaxRelativeError]; minimum and maximum are exact. A q below 0 counts as 0,
// one above 1 as 1, NaN as 0. Without timed calls the result is 0.
func (s FuncStats) Quantile(q float64) time.Duration {
	if s.Timed == 0 {
		return 0
	}
	rank := s.rank(q)
	switch rank {
	case 1:
		return s.Min
	case s.Timed:
		return s.Max
	}
	for _, b := range s.buckets {
		if rank <= b.calls {
			return min(max(middle(b.index), s.Min), s.Max)
		}
		rank -= b.calls
	}
	return s.Max
}

// rank returns which of the timed calls, sorted by duration and counted from 1, is the
// quantile q.
func (s FuncStats) rank(q float64) uint64 {
	if !(q > 0) {
		return 1
	}
	if q >= 1 {
		return s.Timed
	}
	return min(max(uint64(math.Ceil(q*float64(s.Timed))), 1), s.Timed)
}
