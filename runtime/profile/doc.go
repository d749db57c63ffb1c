// Package profile measures functions while the program runs: how often they
// were called, how many calls failed or panicked, how many are under way, and
// how long they took, as a distribution.
//
// Generated code makes one [Probe] for each function annotated with
// //bunsui:profile and a [Call] for each call. By hand, [Region] measures any
// piece of code. [Snapshot], [WriteText] and [WriteJSON] give the figures of
// the whole process; [Disable] and [Enable] switch recording at run time.
//
// Recording takes no lock and, after the first few calls, allocates nothing:
// the cost is two readings of the monotonic clock and two atomic additions.
// Processors record into stripes of their own, so they seldom contend for
// memory. Counts, totals, minima and maxima are exact. Quantiles are within
// [MaxRelativeError] of an exact quantile of the same calls, over the whole
// range of a time.Duration.
//
// Memory does not grow with the number of calls. A probe takes about 250 bytes
// until it is called. It has 16 stripes on one or two processors, at most 64 on
// many; one comes into use when a goroutine first needs it, and takes about 600
// bytes, and 256 more for each power of two among the durations that it has
// seen. A busy function takes some 2 kB for each stripe.
//
// The package measures wall time only. It does not count allocations, because
// Go has no counter that tells the allocations of one call from those of
// another goroutine, and it does not sample stacks, which runtime/pprof does.
// It sends nothing anywhere.
//
// Inside a testing/synctest bubble durations are those of the bubble's clock.
package profile

// APIv1 ties generated code to this package: generated files refer to it, so
// that a runtime too old for them fails to compile instead of misbehaving.
const APIv1 = true
