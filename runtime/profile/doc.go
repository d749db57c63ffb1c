// Package profile measures functions while the program runs: how often they
// were called, how many calls failed or panicked, how many are under way, and
// how long they took, as a distribution.
//
// Generated code makes one [Probe] for each function annotated with
// //bunsui:profile and a [Call] for each call. By hand, [Region] measures any
// piece of code. [Snapshot], [WriteText] and [WriteJSON] give the figures of
// the whole process; [Tree], [WriteFolded] and package pprofexport say which
// measured function called which. [Disable] and [Enable] switch recording at run
// time, [Switch] and [Configure] that of one function. [Trace] makes spans of calls.
//
// Recording takes no lock and, after the first few calls, allocates nothing but the
// context by which a call tells the calls within it who they are called by, where
// [Call.Context] is used and [DisableTree] was not: the cost is two readings of the
// monotonic clock and two atomic additions, three below the top of the tree.
// Processors record into stripes of their own, so they seldom contend for
// memory. Counts, totals, minima and maxima are exact. Quantiles are within
// [MaxRelativeError] of an exact quantile of the same calls, over the whole
// range of a time.Duration. With [Sample], durations are those of a sample of the
// calls, and counts stay exact.
//
// Memory does not grow with the number of calls. A probe takes about 300 bytes
// until it is called. It has 16 stripes on one or two processors, at most 64 on
// many; one comes into use when a goroutine first needs it, and takes about 600
// bytes, and 256 more for each power of two among the durations that it has
// seen. A busy function takes some 2 kB for each stripe. The call tree has at most
// 4,096 places of some 200 bytes, and as much again for the rest of their
// functions, and 64 bytes for each of 8 stripes that are in use. Slow calls take up
// to 230 kB for a function, if their errors and arguments are long.
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
