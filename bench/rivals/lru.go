package rivals

import (
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/viccon/sturdyc"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// Expirable is the expiring LRU cache of golang-lru, behind one mutex.
type Expirable[K comparable] struct {
	cache *expirable.LRU[K, *sample.User]
}

// NewExpirable makes a cache. Its goroutine cannot be stopped.
func NewExpirable[K comparable](size int) *Expirable[K] {
	return &Expirable[K]{expirable.NewLRU[K, *sample.User](size, nil, TTL)}
}

// Set implements [Store].
func (e *Expirable[K]) Set(key K, user *sample.User) { e.cache.Add(key, user) }

// Read implements [Store].
func (e *Expirable[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if _, ok := e.cache.Get(ring[i&mask]); ok {
			found++
		}
	}
	return found
}

// Close implements [Store]: it drops the entries.
func (e *Expirable[K]) Close() { e.cache.Purge() }

// Sturdyc is a sharded, expiring cache with string keys.
type Sturdyc struct {
	cache *sturdyc.Client[*sample.User]
}

// NewSturdyc makes a cache with the numbers of its README, and room for uneven
// shards. Its goroutine cannot be stopped.
func NewSturdyc(size int) *Sturdyc {
	return &Sturdyc{sturdyc.New[*sample.User](size+size/4, 10, TTL, 10)}
}

// Set implements [Store].
func (s *Sturdyc) Set(key string, user *sample.User) { s.cache.Set(key, user) }

// Read implements [Store].
func (s *Sturdyc) Read(ring []string, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if _, ok := s.cache.Get(ring[i&mask]); ok {
			found++
		}
	}
	return found
}

// Close implements [Store]: it drops the entries.
func (s *Sturdyc) Close() {
	for _, key := range s.cache.ScanKeys() {
		s.cache.Delete(key)
	}
}
