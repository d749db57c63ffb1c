// Package rivals puts this project's cache and those of others behind one interface, so
// that the benchmarks call them in the same way: each as its documentation says,
// for entries that live an hour.
//
// Reading is a loop in each adapter, not a call through the interface for each
// key: an indirect call costs as much as the fastest of them. The adapters do not
// judge; what a rival lacks (a bound, an expiry, one load for each key) stands at
// its type.
package rivals

import (
	"time"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// TTL is how long entries live in all of the caches that know ages.
const TTL = time.Hour

// A Store is a cache of users by keys of type K.
type Store[K comparable] interface {
	// Set keeps a user.
	Set(key K, user *sample.User)
	// Read looks up n keys of a ring, from position from on, and returns how many
	// were found. The length of the ring is a power of two.
	Read(ring []K, from, n int) (found int)
	// Close ends what the cache has running. It is called once.
	Close()
}

// A Named is a store with the name that it has in tables.
type Named[K comparable] struct {
	Name  string
	Store Store[K]
}
