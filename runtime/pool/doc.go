// Package pool keeps a bounded number of resources of any type, such as connections, and
// lends each to one user at a time. Make a [Pool] with [New], borrow with [Pool.Acquire]
// or [Pool.With], and end it with [Pool.Close].
//
// Who asks first is served first. A resource that is too old, does not answer or was
// discarded is closed and its place is given to whoever waits. Resources are created in
// the background, so that a caller takes whatever comes first: the one that was begun
// for it, or one that somebody gives back. While creation fails it is tried again after
// random, growing times.
//
// [Register] and [Named] find pools by name; [Start], [Stop] and [StatsAll] are for all
// that have one.
//
// The package does not know what a resource is: it cannot tell whether one works but by
// [Options.Ping], and does not stop its use after it was given back. Clients that are
// safe for concurrent use, as those of cloud services are, need no pool. Without
// [Pool.Start] a pool keeps no goroutine but those that create and close.
package pool

// APIv1 is referred to by generated code that needs this version of the package. If
// it is undefined, raise bunsui in go.mod.
const APIv1 = true
