package profile

import (
	"iter"
	"math/bits"
)

// A tally is a number of calls for each bucket. Most functions use few octaves, which are
// all that it goes through.
type tally struct {
	used  uint64 // octaves, as bits
	calls [bucketCount]uint64
}

// of returns the buckets of an octave, which counts as used from now on.
func (t *tally) of(octave int) *[subBuckets]uint64 {
	t.used |= 1 << octave
	return (*[subBuckets]uint64)(t.calls[octave*subBuckets:])
}

// octaves are those that are used.
func (t *tally) octaves() iter.Seq[int] {
	return func(yield func(int) bool) {
		for used := t.used; used != 0; used &= used - 1 {
			if !yield(bits.TrailingZeros64(used)) {
				return
			}
		}
	}
}

func (t *tally) clear() {
	for octave := range t.octaves() {
		clear(t.of(octave)[:])
	}
	t.used = 0
}

// filled returns the buckets that are not empty.
func (t *tally) filled() (list []bucket) {
	count := 0
	for octave := range t.octaves() {
		for _, n := range t.of(octave) {
			if n > 0 {
				count++
			}
		}
	}
	if count > 0 {
		list = make([]bucket, 0, count)
	}
	for octave := range t.octaves() {
		for sub, n := range t.of(octave) {
			if n > 0 {
				list = append(list, bucket{index: octave*subBuckets + sub, calls: n})
			}
		}
	}
	return list
}
