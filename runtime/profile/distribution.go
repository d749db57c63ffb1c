package profile

import (
	"math"
	"time"
)

// An Interval is a part of a distribution: timed calls that took from Least to Greatest, both
// included.
type Interval struct {
	Least, Greatest time.Duration
	Calls           uint64
}

// Intervals returns the distribution of the durations, in ascending order and without
// intervals that have no calls. The bounds of intervals are the same for all functions
// and at all times: see [Edge].
func (s FuncStats) Intervals() []Interval {
	all := make([]Interval, len(s.buckets))
	for i, b := range s.buckets {
		least, width := lowerBound(b.index)
		all[i] = Interval{time.Duration(least), time.Duration(least + width - 1), b.calls}
	}
	return all
}

// Edge returns the greatest duration of the interval that d belongs to. It is at least d
// and exceeds it by less than a sixteenth. How many calls took at most that long is known
// exactly, which is why it suits as the bound of a bucket in histograms of other systems.
func Edge(d time.Duration) time.Duration {
	octave, sub := bucketOf(max(int64(d), 0))
	least, width := lowerBound(int(octave*subBuckets + sub))
	return time.Duration(least + width - 1)
}

// Plus returns the figures of both together, under the name of s. They have no
// Objectives, which are for one function.
func (s FuncStats) Plus(t FuncStats) FuncStats {
	switch {
	case t.Timed == 0:
	case s.Timed == 0:
		s.Min, s.Max = t.Min, t.Max
	default:
		s.Min, s.Max = min(s.Min, t.Min), max(s.Max, t.Max)
	}
	s.Calls += t.Calls
	s.Timed += t.Timed
	s.Errors += t.Errors
	s.Panics += t.Panics
	s.InFlight += t.InFlight
	s.Total += t.Total
	s.SlowCalls += t.SlowCalls
	s.Objectives = Objectives{}
	s.buckets = combine(s.buckets, t.buckets, 1)
	return s
}

// Since returns what was added to the figures of a function after the snapshot that
// earlier is from, and false if that cannot be told because [Reset] was called in
// between. Min and Max are then those of the intervals with calls, and as exact as a
// quantile, unless a call since was the shortest or the longest of all. InFlight is that
// of s.
func (s FuncStats) Since(earlier FuncStats) (FuncStats, bool) {
	if s.Calls < earlier.Calls || s.Timed < earlier.Timed || s.Errors < earlier.Errors || s.Panics < earlier.Panics || s.Total < earlier.Total {
		return FuncStats{}, false
	}
	added := s
	added.Calls -= earlier.Calls
	added.Timed -= earlier.Timed
	added.Errors -= earlier.Errors
	added.Panics -= earlier.Panics
	added.Total -= earlier.Total
	added.SlowCalls -= min(added.SlowCalls, earlier.SlowCalls)
	if added.Calls == 0 && added.Total == 0 && len(s.buckets) == len(earlier.buckets) { // the usual case, in passing
		added.buckets = nil
		added.bound(earlier)
		return added, true
	}
	added.buckets = combine(s.buckets, earlier.buckets, -1)
	var sum uint64
	for _, b := range added.buckets {
		if b.calls > added.Timed {
			return FuncStats{}, false // it has wrapped around
		}
		sum += b.calls
	}
	if sum != added.Timed {
		return FuncStats{}, false
	}
	added.bound(earlier)
	return added, true
}

// bound sets Min and Max of what was added since earlier.
func (s *FuncStats) bound(earlier FuncStats) {
	if len(s.buckets) == 0 {
		s.Min, s.Max = 0, 0
		return
	}
	all := *s
	first, last := s.buckets[0].index, s.buckets[len(s.buckets)-1].index
	if earlier.Timed == 0 || all.Min < earlier.Min {
		s.Min = all.Min
	} else {
		least, _ := lowerBound(first)
		s.Min = max(time.Duration(least), all.Min)
	}
	if earlier.Timed == 0 || all.Max > earlier.Max {
		s.Max = all.Max
	} else {
		least, width := lowerBound(last)
		s.Max = min(time.Duration(least+width-1), all.Max)
	}
}

// combine returns a with sign times b added, without what is empty.
func combine(a, b []bucket, sign int) []bucket {
	sum := make([]bucket, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		next := bucket{index: math.MaxInt}
		if len(a) > 0 {
			next.index = a[0].index
		}
		if len(b) > 0 {
			next.index = min(next.index, b[0].index)
		}
		if len(a) > 0 && a[0].index == next.index {
			next.calls, a = next.calls+a[0].calls, a[1:]
		}
		if len(b) > 0 && b[0].index == next.index {
			next.calls, b = next.calls+uint64(sign)*b[0].calls, b[1:]
		}
		if next.calls != 0 {
			sum = append(sum, next)
		}
	}
	return sum
}
