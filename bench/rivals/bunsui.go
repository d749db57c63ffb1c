package rivals

import (
	"context"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Bunsui is this project's cache, called by hand.
type Bunsui[K comparable] struct {
	Cache   *cache.Cache[K, *sample.User]
	manager *cache.Manager
}

// NewBunsui makes a cache of at most size entries, in a manager of its own.
func NewBunsui[K comparable](size int) *Bunsui[K] {
	return NewBunsuiIn[K](cache.NewManager(cache.Config{}), "bench", size)
}

// NewBunsuiIn makes a cache of at most size entries in a manager that has others.
func NewBunsuiIn[K comparable](m *cache.Manager, name string, size int) *Bunsui[K] {
	return &Bunsui[K]{manager: m, Cache: cache.New(cache.Options[K, *sample.User]{
		Name: name, TTL: TTL, MaxEntries: size, Manager: m,
	})}
}

// Set implements [Store].
func (b *Bunsui[K]) Set(key K, user *sample.User) {
	_ = b.Cache.Set(context.Background(), key, user) // nil as long as entries stay in memory
}

// Read implements [Store] with Get.
func (b *Bunsui[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if _, ok := b.Cache.Get(ring[i&mask]); ok {
			found++
		}
	}
	return found
}

// Close implements [Store].
func (b *Bunsui[K]) Close() { _ = b.manager.Close(context.Background()) }

// WrapperByID is the generated wrapper with an int64 key.
type WrapperByID struct{}

// Set implements [Store] with the handle.
func (WrapperByID) Set(id int64, user *sample.User) {
	_ = sample.UserByIDCache.Put(context.Background(), id, user)
}

// Read implements [Store] with calls of the wrapper.
func (WrapperByID) Read(ring []int64, from, n int) (found int) {
	ctx, mask := context.Background(), len(ring)-1
	for i := from; i < from+n; i++ {
		if user, err := sample.UserByID(ctx, ring[i&mask]); err == nil && user != nil {
			found++
		}
	}
	return found
}

// Close implements [Store].
func (WrapperByID) Close() { _ = sample.UserByIDCache.InvalidateAll(context.Background()) }

// WrapperByName is the generated wrapper with a string key.
type WrapperByName struct{}

// Set implements [Store] with the handle.
func (WrapperByName) Set(name string, user *sample.User) {
	_ = sample.UserByNameCache.Put(context.Background(), name, user)
}

// Read implements [Store] with calls of the wrapper.
func (WrapperByName) Read(ring []string, from, n int) (found int) {
	ctx, mask := context.Background(), len(ring)-1
	for i := from; i < from+n; i++ {
		if user, err := sample.UserByName(ctx, ring[i&mask]); err == nil && user != nil {
			found++
		}
	}
	return found
}

// Close implements [Store].
func (WrapperByName) Close() { _ = sample.UserByNameCache.InvalidateAll(context.Background()) }

// WrapperAt is the generated wrapper with two arguments, of which it makes a struct.
type WrapperAt struct{}

// Set implements [Store] with the handle.
func (WrapperAt) Set(place sample.Place, user *sample.User) {
	_ = sample.UserAtCache.Put(context.Background(), place.Tenant, place.Name, user)
}

// Read implements [Store] with calls of the wrapper.
func (WrapperAt) Read(ring []sample.Place, from, n int) (found int) {
	ctx, mask := context.Background(), len(ring)-1
	for i := from; i < from+n; i++ {
		place := &ring[i&mask]
		if user, err := sample.UserAt(ctx, place.Tenant, place.Name); err == nil && user != nil {
			found++
		}
	}
	return found
}

// Close implements [Store].
func (WrapperAt) Close() { _ = sample.UserAtCache.InvalidateAll(context.Background()) }
