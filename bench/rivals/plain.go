package rivals

import (
	"sync"

	"github.com/puzpuzpuz/xsync/v4"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// Xsync is a bare concurrent map: no bound, no expiry. It is what the targets of
// hits are multiples of.
type Xsync[K comparable] struct {
	Map *xsync.Map[K, *sample.User]
}

// NewXsync makes a map that grows as it needs to.
func NewXsync[K comparable]() *Xsync[K] {
	return &Xsync[K]{xsync.NewMap[K, *sample.User]()}
}

// Set implements [Store].
func (x *Xsync[K]) Set(key K, user *sample.User) { x.Map.Store(key, user) }

// Read implements [Store].
func (x *Xsync[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if _, ok := x.Map.Load(ring[i&mask]); ok {
			found++
		}
	}
	return found
}

// Close implements [Store]: it drops the entries.
func (x *Xsync[K]) Close() { x.Map.Clear() }

// SyncMap is a sync.Map: no bound, no expiry.
type SyncMap[K comparable] struct {
	entries sync.Map
}

// Set implements [Store].
func (s *SyncMap[K]) Set(key K, user *sample.User) { s.entries.Store(key, user) }

// Read implements [Store].
func (s *SyncMap[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if v, ok := s.entries.Load(ring[i&mask]); ok && v.(*sample.User) != nil {
			found++
		}
	}
	return found
}

// Close implements [Store]: it drops the entries.
func (s *SyncMap[K]) Close() { s.entries.Clear() }

// MutexMap is a mutex and a map: no bound, no expiry.
type MutexMap[K comparable] struct {
	mu      sync.Mutex
	entries map[K]*sample.User
}

// NewMutexMap makes an empty map.
func NewMutexMap[K comparable]() *MutexMap[K] {
	return &MutexMap[K]{entries: make(map[K]*sample.User)}
}

// Set implements [Store].
func (m *MutexMap[K]) Set(key K, user *sample.User) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries[key] = user
}

// Read implements [Store].
func (m *MutexMap[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		m.mu.Lock()
		_, ok := m.entries[ring[i&mask]]
		m.mu.Unlock()
		if ok {
			found++
		}
	}
	return found
}

// Close implements [Store]: it drops the entries.
func (m *MutexMap[K]) Close() { m.entries = nil }
