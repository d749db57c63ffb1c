package awspool

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

const (
	// parts is into how many buckets each power of two is divided.
	parts = 8
	// powers is how many powers of two there are above a microsecond: up to over an hour.
	powers = 32
)

// latencies counts times in buckets whose bounds grow by at most an eighth, in two
// kilobytes.
type latencies [parts * powers]atomic.Uint64

func (l *latencies) note(d time.Duration) { l[bucketOf(d)].Add(1) }

func (l *latencies) counts() []uint64 {
	counts := make([]uint64, len(l))
	for i := range l {
		counts[i] = l[i].Load()
	}
	return counts
}

// bucketOf counts in units of an eighth of a microsecond, so that the three bits below
// the highest one tell the part.
func bucketOf(d time.Duration) int {
	units := uint64(max(0, d)) * parts / uint64(time.Microsecond)
	power := bits.Len64(units/parts) - 1
	if power < 0 {
		return 0
	}
	part := int(units>>power) - parts
	return min(power*parts+part, parts*powers-1)
}

// boundOf is the upper bound of a bucket.
func boundOf(bucket int) time.Duration {
	power, part := bucket/parts, bucket%parts
	return time.Duration((parts + part + 1) << power * int(time.Microsecond) / parts)
}

// quantile returns the bound of the bucket within which a part q of what was counted is.
func quantile(counts []uint64, q float64) time.Duration {
	var sum uint64
	for _, n := range counts {
		sum += n
	}
	if sum == 0 {
		return 0
	}
	rank := max(1, uint64(math.Ceil(float64(sum)*min(1, max(0, q)))))
	for i, n := range counts {
		if n >= rank {
			return boundOf(i)
		}
		rank -= n
	}
	return boundOf(len(counts) - 1)
}
