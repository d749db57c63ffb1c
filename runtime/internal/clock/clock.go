// Package clock tells the time that ages are judged by, in monotonic
// nanoseconds. In production Now is coarse: it tells the time of a tick, at most
// about 10 ms ago, which takes an atomic load. In test binaries it is exact, and
// follows the clock of a testing/synctest bubble inside of it.
//
// It does not tell the time of day, and a reading means nothing outside the
// process. Readings taken inside and outside of a bubble belong to different
// clocks: their difference may be decades, or negative.
//
// The ticks come from a goroutine that ends when nobody has asked for the time
// for about a second, so that an idle process is never woken up. Test binaries
// have no such goroutine. A clock without ticks shows no time, and whoever asks
// first gets the exact one. If the whole process is stopped by others, what is
// shown is late until the next tick.
package clock

import (
	"sync/atomic"
	"testing"
	"time"
)

var start = time.Now()

// standard is the clock of the process.
var standard coarse

// ticks says that a test binary wants the clock of production.
var ticks atomic.Bool

// Tick makes Now coarse in a test binary too until the test or benchmark ends.
// No other test may run meanwhile.
func Tick(t testing.TB) {
	ticks.Store(true)
	t.Cleanup(func() {
		ticks.Store(false)
		for standard.running() { // the next test must not find our goroutine
			time.Sleep(tick)
		}
	})
}

// Exact returns the nanoseconds since the process started. In a bubble it may be
// negative.
func Exact() int64 {
	// time.Since reads the monotonic clock only, which costs half of time.Now.
	return int64(time.Since(start))
}

// Now returns Exact, or what that was when the clock ticked last. It never goes
// back, and never falls behind a reading that anybody took before.
func Now() int64 {
	if now := standard.shown.Load(); now != stopped {
		return now
	}
	return wake()
}

// Shown returns what Now would, or 0 if the clock is stopped, as it is in test
// binaries. What was read before is later than that: an age judged by it is
// negative.
func Shown() int64 { return standard.shown.Load() }

// wake stands apart so that Now is inlined.
//
//go:noinline
func wake() int64 { return standard.wake(testing.Testing() && !ticks.Load()) }
