package profile

import (
	"math"
	"time"
)

// FuncStats are the figures of one measured function or region. Their sum holds
// together: Errors and Panics are included in Calls, and Total, Min, Max and
// the quantiles are of these Calls.
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

	// Total is the sum of the durations of all calls, Min the shortest, Max the
	// longest, all exact. They are wall time: what a call waited counts, and
	// the Total of concurrent calls grows faster than the clock.
	Total, Min, Max time.Duration

	buckets []bucket // those that are not empty, in ascending order
}

// A bucket is a number of calls of about the same duration.
type bucket struct {
	index int // see lowerBound
	calls uint64
}

// Mean returns the mean duration of a call, or 0 if there were no calls.
func (s FuncStats) Mean() time.Duration {
	if s.Calls == 0 {
		return 0
	}
	return time.Duration(uint64(s.Total) / s.Calls)
}

// Quantile returns a duration that the fraction q of the calls did not exceed:
// 0.5 gives the median, 0.99 the 99th percentile, 0 the minimum, 1 the maximum.
// It differs from the exact quantile (by nearest rank) by at most
// [MaxRelativeError]; minimum and maximum are exact. A q below 0 counts as 0,
// one above 1 as 1, NaN as 0. Without calls the result is 0.
func (s FuncStats) Quantile(q float64) time.Duration {
	if s.Calls == 0 {
		return 0
	}
	rank := s.rank(q)
	switch rank {
	case 1:
		return s.Min
	case s.Calls:
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

// rank returns which of the calls, sorted by duration and counted from 1, is the
// quantile q.
func (s FuncStats) rank(q float64) uint64 {
	if !(q > 0) {
		return 1
	}
	if q >= 1 {
		return s.Calls
	}
	return min(max(uint64(math.Ceil(q*float64(s.Calls))), 1), s.Calls)
}
