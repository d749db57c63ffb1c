package engine

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// duration is how long the tests with many goroutines run in all.
func duration() time.Duration {
	if testing.Short() {
		return 200 * time.Millisecond
	}
	return 3 * time.Second
}

// A storm is many goroutines that use one table. Each key's values only grow,
// and what a reader finds must not be older than what was put before it asked.
type storm struct {
	testing.TB
	table *testTable[int, int64]
	keys  []stormKey
	bound int
}

type stormKey struct {
	mu     sync.Mutex // orders the changes of the key
	last   int64
	put    atomic.Int64 // a version at least this was put
	absent atomic.Int64 // versions up to this were removed
}

func (s *storm) put(key int) {
	k := &s.keys[key]
	k.mu.Lock()
	defer k.mu.Unlock()
	k.last++
	s.table.Put(newItem(key, k.last))
	k.put.Store(k.last)
}

func (s *storm) remove(key int) {
	k := &s.keys[key]
	k.mu.Lock()
	defer k.mu.Unlock()
	s.table.Remove(hashOf(key), key)
	k.absent.Store(k.last)
}

func (s *storm) get(key int) {
	k := &s.keys[key]
	put, absent := k.put.Load(), k.absent.Load()
	it := s.table.Get(hashOf(key), key)
	switch {
	case it == nil:
		return
	case it.Key != key || it.Hash != hashOf(key):
		s.Errorf("found the item of %d for %d", it.Key, key)
	case it.Value < put || it.Value <= absent:
		s.Errorf("found version %d of %d, after %d was put and %d removed", it.Value, key, put, absent)
	}
	if rand.IntN(50) == 0 {
		s.table.Drop(it)
	}
}

func (s *storm) step() {
	key := rand.IntN(len(s.keys))
	switch n := rand.IntN(4000); {
	case n < 2000:
		s.get(key)
	case n < 3400:
		s.put(key)
	case n < 3980:
		s.remove(key)
	case n < 3984:
		s.table.Resize(rand.IntN(s.bound) + 1)
	case n < 3985:
		s.table.Resize(s.bound)
	case n < 3986:
		s.table.Clear()
	case n < 3990:
		s.table.checkInvariants(s)
	default:
		s.table.Each(func(it *entry[int, int64]) bool {
			if it.Value <= 0 {
				s.Error("an item without a value")
			}
			return rand.IntN(500) > 0
		})
	}
	if n := s.table.Len(); n > s.bound || n < 0 {
		s.Errorf("%d items, bound %d", n, s.bound)
	}
}

func TestStorm(t *testing.T) {
	type size struct{ keys, bound, widest int }
	sizes := []size{{4, 1, 1}, {4, 2, 1}, {6, 3, 1}, {100, 90, 1}, {3000, 2000, 2}, {3000, 3000, 8}}
	for _, size := range sizes {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := &storm{TB: t, table: narrow[int, int64](size.bound, size.widest), keys: make([]stormKey, size.keys), bound: size.bound}
			end := time.Now().Add(duration() / time.Duration(len(sizes)))
			var wait sync.WaitGroup
			for range 6 {
				wait.Go(func() {
					for time.Now().Before(end) && !t.Failed() {
						for range 50 {
							s.step()
						}
					}
				})
			}
			wait.Wait()
			s.table.check(t)
		})
	}
}

// Items that nobody removes are found at every moment, however often the table
// grows around them.
func TestGrowingHidesNothing(t *testing.T) {
	for range 2 {
		tb := narrow[int, int](-1, 4)
		var known atomic.Int64
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				for known.Load() < 10_000 && !t.Failed() {
					n := int(known.Load())
					if n == 0 {
						continue
					}
					if k := rand.IntN(n); tb.Get(hashOf(k), k) == nil {
						t.Errorf("%d of %d is hidden", k, n)
					}
				}
			})
		}
		for k := range 10_000 {
			tb.Put(newItem(k, k))
			known.Store(int64(k + 1))
		}
		wait.Wait()
		tb.check(t)
	}
}
