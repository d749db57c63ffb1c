package cache

import (
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// unhit is what Get finds when hit has nothing: a result that is to be renewed, which
// is left to others. It counts the look-up.
func (c *Cache[K, V]) unhit(s *state, hash uint64, key K) *entry[K, V] {
	if c.core.rich != nil {
		if e := find[K, V](&s.table, hash, key); e != nil && s.renewable(&e.Item) {
			return e
		}
	}
	s.stripe(hash).misses.Add(1)
	if eventlog.On() {
		s.tellMiss(nobody, &newEntryOf[K, V](c.core.spec, hash, key).Item, flight.Closed)
	}
	return nil
}
