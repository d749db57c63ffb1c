package cache

import "time"

// ShareCount tells whether two keys of a cache share a count of changes, so that
// a transaction takes a change of one for a change of the other.
func ShareCount[K comparable, V any](c *Cache[K, V], a, b K) bool {
	var n changes
	return n.part(c.hashOf(a)) == n.part(c.hashOf(b))
}

// Unjudged is the age up to which a hit does not look at an entry closely.
func Unjudged[K comparable, V any](c *Cache[K, V]) time.Duration {
	return time.Duration(c.core.started().fresh.Load())
}
