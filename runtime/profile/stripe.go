package profile

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
)

// A stripe is one of the places where a probe's calls are recorded. A call
// begins and ends on one stripe; what the probe has seen is the sum over its
// stripes.
//
// Most calls cost one addition when they begin (begun) and one when they end:
// a bucket's live word has their number in its upper bits and the sum of their
// durations in its lower ones, so that neither a counter nor a sum of their own
// is needed. Before a live word can overflow it is settled: moved to wide
// counters. Long calls, whose sum would overflow soon, are settled at once.
type stripe struct {
	begun  atomic.Uint64 // calls
	min    atomic.Int64  // nanoseconds; math.MaxInt64 before the first call
	max    atomic.Int64  // nanoseconds
	errors atomic.Uint64
	panics atomic.Uint64

	untimed atomic.Uint64        // calls that ended and are not in the sample
	beyond  atomic.Pointer[cell] // calls for which the call tree had no room
	probe   *Probe               // whose stripe it is; never changed
	seed    uint64               // of the sample; never changed

	// While a settlement is under way the wide counters and the live words do
	// not agree. Then, and only then, settling is ahead of settled.
	settling atomic.Uint64
	settled  atomic.Uint64
	total    atomic.Uint64 // settled nanoseconds

	octaves [octaveCount]atomic.Pointer[octave]
}

// An octave counts the calls whose durations lie between two powers of two. It
// is made when the first of them comes: most functions need few octaves.
type octave struct {
	live   [subBuckets]atomic.Uint64
	counts [subBuckets]atomic.Uint64 // settled calls
}

const (
	liveShift = 44             // a live word: 20 bits of calls, 44 of nanoseconds
	liveCall  = 1 << liveShift // one call
	liveSum   = liveCall - 1   // mask of the nanoseconds
	liveFull  = liveCall << 18 // settle from here on; four times as much fits
	longCall  = liveCall >> 21 // nanoseconds, about 8.4 ms: 2^21 shorter calls fit into liveSum
)

func newStripe() *stripe {
	s := &stripe{seed: rand.Uint64()}
	s.min.Store(math.MaxInt64)
	return s
}

// record counts a call that took v nanoseconds.
func (s *stripe) record(v int64) {
	// The clocks of two synctest bubbles may disagree, durations are not negative.
	v = max(v, 0)
	s.widen(v)
	i, sub := bucketOf(v)
	o := s.octaves[i].Load()
	if o == nil {
		o = s.addOctave(i)
	}
	if v >= longCall {
		s.settle(o, sub, 1, uint64(v))
		return
	}
	if o.live[sub].Add(liveCall|uint64(v)) >= liveFull {
		s.settleLive(o, sub)
	}
}

// widen makes min and max include v. It comes before the call is counted: who
// reads the count first finds bounds that hold for all calls counted.
func (s *stripe) widen(v int64) {
	for least := s.min.Load(); v < least; least = s.min.Load() {
		if s.min.CompareAndSwap(least, v) {
			break
		}
	}
	for most := s.max.Load(); v > most; most = s.max.Load() {
		if s.max.CompareAndSwap(most, v) {
			break
		}
	}
}

func (s *stripe) addOctave(i uint) *octave {
	s.octaves[i].CompareAndSwap(nil, new(octave))
	return s.octaves[i].Load()
}

// settleLive moves the calls of a live word to the wide counters.
func (s *stripe) settleLive(o *octave, sub uint) {
	s.settling.Add(1)
	word := o.live[sub].Swap(0)
	o.counts[sub].Add(word >> liveShift)
	s.total.Add(word & liveSum)
	s.settled.Add(1)
}

// settle adds calls to the wide counters.
func (s *stripe) settle(o *octave, sub uint, calls, nanoseconds uint64) {
	s.settling.Add(1)
	o.counts[sub].Add(calls)
	s.total.Add(nanoseconds)
	s.settled.Add(1)
}
