package profile

import (
	"math"
	"testing"
	"time"
)

func TestBucketsCoverAllDurations(t *testing.T) {
	next := int64(0)
	for i := range bucketCount {
		lower, width := lowerBound(i)
		if lower != next {
			t.Fatalf("bucket %d begins at %d, the one before ends at %d", i, lower, next)
		}
		for _, v := range []int64{lower, lower + width/2, lower + width - 1} {
			if octave, sub := bucketOf(v); int(octave*subBuckets+sub) != i {
				t.Fatalf("%d ns fall into octave %d, bucket %d, want bucket %d of all", v, octave, sub, i)
			}
		}
		next = lower + width // wraps after the last one
	}
	if next != math.MinInt64 {
		t.Errorf("the last bucket ends at %d, want the greatest duration", next-1)
	}
}

func TestBucketMiddleIsWithinMaxRelativeError(t *testing.T) {
	for i := range bucketCount {
		lower, width := lowerBound(i)
		for _, v := range []int64{lower, lower + width - 1} {
			diff := math.Abs(float64(middle(i)) - float64(v))
			if diff > MaxRelativeError*float64(v) {
				t.Errorf("bucket %d says %v for %v", i, middle(i), time.Duration(v))
			}
		}
	}
	if MaxRelativeError > 0.05 {
		t.Errorf("MaxRelativeError is %v, promised are 5 %%", MaxRelativeError)
	}
}
