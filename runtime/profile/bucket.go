package profile

import (
	"math/bits"
	"time"
)

// The distribution is log-linear: each power of two of nanoseconds (an octave)
// is cut into subBuckets buckets of equal width. The first octave holds 0 to 15
// ns exactly, so a bucket is never wider than a sixteenth of its lower bound,
// and its middle is within a thirty-second of anything in it.
const (
	subBuckets  = 16
	octaveCount = 60 // up to the greatest time.Duration
	bucketCount = octaveCount * subBuckets
)

// MaxRelativeError is the greatest error of [FuncStats.Quantile], as a fraction
// of the exact quantile: about 3.1 %.
const MaxRelativeError = 1.0 / (2 * subBuckets)

// bucketOf returns the place of a duration of v nanoseconds, which must not be
// negative: the octave, and the bucket within it.
func bucketOf(v int64) (octave, sub uint) {
	octave = max(uint(bits.Len64(uint64(v))), 4) - 4
	shift := max(octave, 1) - 1
	return octave, uint(v>>shift) % subBuckets
}

// lowerBound returns the least duration that falls into bucket i, and the
// number of nanoseconds that the bucket spans.
func lowerBound(i int) (lower, width int64) {
	octave, sub := i/subBuckets, int64(i%subBuckets)
	if octave == 0 {
		return sub, 1
	}
	width = 1 << (octave - 1)
	return (subBuckets + sub) * width, width
}

// middle returns the duration that stands for all those in bucket i.
func middle(i int) time.Duration {
	lower, width := lowerBound(i)
	return time.Duration(lower + width/2)
}
