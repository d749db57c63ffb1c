package profile

import "time"

// base is the origin of nanos. It has a monotonic reading, which makes
// time.Since read only the monotonic clock: half the price of time.Now.
var base = time.Now()

// nanos returns a reading of the monotonic clock in nanoseconds. Only the
// difference of two readings means something. Inside a testing/synctest bubble
// that difference is of the bubble's clock.
func nanos() int64 {
	return int64(time.Since(base))
}
