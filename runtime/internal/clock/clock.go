// Package clock tells the time that ages are judged by: monotonic nanoseconds,
// exact, and following the clock of a testing/synctest bubble inside of it.
//
// It does not tell the time of day, and a reading means nothing outside the
// process. Readings taken inside and outside of a bubble belong to different
// clocks: their difference may be decades, or negative.
package clock

import "time"

var start = time.Now()

// Now returns the nanoseconds since the process started. In a bubble it may be
// negative.
func Now() int64 {
	// time.Since reads the monotonic clock only, which costs half of time.Now.
	return int64(time.Since(start))
}
