package rivals

import (
	"fmt"

	"github.com/Yiling-J/theine-go"
	"github.com/dgraph-io/ristretto/v2"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// Theine is a bounded, expiring W-TinyLFU cache.
type Theine[K comparable] struct {
	cache *theine.Cache[K, *sample.User]
}

// NewTheine makes a cache. It panics if theine refuses the size.
func NewTheine[K comparable](size int) *Theine[K] {
	c, err := theine.NewBuilder[K, *sample.User](int64(size)).Build()
	if err != nil {
		panic(fmt.Sprintf("theine: %v", err))
	}
	return &Theine[K]{c}
}

// Set implements [Store].
func (t *Theine[K]) Set(key K, user *sample.User) { t.cache.SetWithTTL(key, user, 1, TTL) }

// Read implements [Store].
func (t *Theine[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if _, ok := t.cache.Get(ring[i&mask]); ok {
			found++
		}
	}
	return found
}

// Close implements [Store].
func (t *Theine[K]) Close() { t.cache.Close() }

// Ristretto is a bounded, expiring TinyLFU cache that may drop what it is given,
// and stores later than it is asked to.
type Ristretto[K ristretto.Key] struct {
	cache *ristretto.Cache[K, *sample.User]
}

// NewRistretto makes a cache. It panics if ristretto refuses the size.
func NewRistretto[K ristretto.Key](size int) *Ristretto[K] {
	c, err := ristretto.NewCache(&ristretto.Config[K, *sample.User]{
		NumCounters: int64(size) * 10, MaxCost: int64(size), BufferItems: 64, IgnoreInternalCost: true,
	})
	if err != nil {
		panic(fmt.Sprintf("ristretto: %v", err))
	}
	return &Ristretto[K]{c}
}

// Set implements [Store].
func (r *Ristretto[K]) Set(key K, user *sample.User) { r.cache.SetWithTTL(key, user, 1, TTL) }

// Settle waits until what was set is stored.
func (r *Ristretto[K]) Settle() { r.cache.Wait() }

// Read implements [Store].
func (r *Ristretto[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if _, ok := r.cache.Get(ring[i&mask]); ok {
			found++
		}
	}
	return found
}

// Close implements [Store].
func (r *Ristretto[K]) Close() { r.cache.Close() }
