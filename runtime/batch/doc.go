// Package batch calls functions for many values. Process and Stream call a function of
// one item for many items at a time; Write calls a function of many items, whose
// results carry their own failures, and repeats those; a Loader makes of a function of
// many keys one of a single key, whose concurrent calls are gathered.
//
// A panic in a function becomes the error of the items that it concerns, and no
// goroutine outlives the call that needs it. Nothing is kept between calls: put a cache
// above for that.
//
// Generated code stands on this package, and has no abilities or defaults that it has not
// by hand.
package batch

// APIv1 is referred to by generated code that needs this version of the package. If
// it is undefined, raise bunsui in go.mod.
const APIv1 = true
