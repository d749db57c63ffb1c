// Package cache keeps the results of functions in memory: bounded in number
// and age, one load for each key at a time, and an orderly end for every load
// whatever becomes of its callers.
//
// Generated wrappers rest on it, and it is as good to use by hand: make a
// [Cache] with [New] and call [Cache.Load]. Every cache belongs to a [Manager],
// which knows its figures and changes its settings while the process runs;
// those of package-level wrappers belong to [Default].
//
// Options tell how fresh results are to be, and what happens if they cannot be
// loaded: Refresh and Early load in the background before a result is too old, Stale
// and SoftTimeout return an old result in place of an error or a long wait, ErrorsTTL
// and MissingTTL keep errors, and a Policy decides about single results. A cache
// with none of these has smaller entries.
//
// The package keeps no goroutine of its own, apart from the loads that run in the
// background, and needs no set-up. It does not
// copy values: what a loader returned is handed to all callers, who must not
// modify it unless they know that it is theirs. It does not leave the process.
package cache

// APIv1 exists as long as this package serves code that was generated for its
// first API. Generated code refers to it, so that a runtime that is too new or
// too old fails to compile.
const APIv1 = true
