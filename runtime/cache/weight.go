package cache

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// entryOverhead is about what the table, the queues and the fingerprints of
// victims take up for each entry.
const entryOverhead = 40

// Weigher is how generated code gives Options.Weigh when it rests on a function of
// the user's: as a method of an interface value, which does not count as a
// reference while variables are initialised.
type Weigher[K comparable, V any] interface {
	// Weigh returns the bytes that a key and a value hold.
	Weigh(key K, value V) int64
}

// MapBytes returns about what a map of so many entries takes up, in bytes, for
// functions that weigh results. Sizes are those of unsafe.Sizeof.
func MapBytes(entries int, keySize, elemSize uintptr) int64 {
	if entries == 0 {
		return 48
	}
	// Groups of eight slots with eight bytes of control, at most seven eighths
	// full, in tables that double: three quarters full in the mean.
	slot := int64(keySize+elemSize) + 1
	return 48 + int64(entries)*slot*4/3
}

// weighed adds what an entry itself takes up to what its key and value hold.
func weighed(size uintptr, held int64) int64 {
	own := int64(size) + entryOverhead
	if held < 0 {
		return own
	}
	if held > math.MaxInt64-own {
		return math.MaxInt64
	}
	return own + held
}

// weigh says what a result weighs, if that matters. It calls the user's code.
func (s *state) weigh(it *engine.Item) {
	if s.rules.Load().MaxBytes > 0 || s.home.manager.budget.limit.Load() > 0 {
		it.SetWeight(min(s.weightOf(it), engine.MaxWeight))
	}
}

// weighAll weighs what is kept already.
func (s *state) weighAll() {
	s.table.Each(func(it *engine.Item) bool {
		if it.Weight() == 0 {
			s.table.Reweigh(it, min(s.weightOf(it), engine.MaxWeight))
		}
		return true
	})
}

// budget bounds what all caches of a manager take up together.
type budget struct {
	limit atomic.Int64 // 0: none
	held  atomic.Int64

	// mu orders those who store, so that held never exceeds limit.
	mu sync.Mutex
}

// put stores an entry, after making room for it, and returns how many entries of
// its own cache were removed for it, and whether it is stored. What weighs a gibibyte or more is not
// stored.
func (b *budget) put(s *state, it *engine.Item) (evicted int, stored bool) {
	if it.Weight() == engine.MaxWeight {
		s.table.Remove(it)
		return 0, false
	}
	if b.limit.Load() == 0 {
		return s.table.Put(it)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !s.home.manager.makeRoom(it.Weight()) {
		s.table.Remove(it)
		return 0, false
	}
	return s.table.Put(it)
}

// add stores an entry if nothing has to go for it, and reports whether it did.
func (b *budget) add(s *state, it *engine.Item) bool {
	if b.limit.Load() == 0 {
		return s.table.Add(it)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held.Load()+it.Weight() <= b.limit.Load() && s.table.Add(it)
}

// makeRoom evicts from the heaviest caches until there is room for so much, and
// returns false if there cannot be.
func (m *Manager) makeRoom(weight int64) bool {
	b := &m.budget
	limit := b.limit.Load()
	for weight <= limit && b.held.Load()+weight > limit {
		heaviest := m.heaviest()
		if heaviest == nil { // what is held is that of caches that nobody uses any more
			return false
		}
		// A little more than needed, so that not each of many has to look for
		// the heaviest.
		n := heaviest.table.Shed(max(b.held.Load()+weight-limit, min(limit/1024, 1<<20)))
		heaviest.stripe(0).evictions.Add(uint64(n))
	}
	return weight <= limit
}

// heaviest returns the cache that takes up most.
func (m *Manager) heaviest() (found *state) {
	m.mu.Lock()
	defer m.mu.Unlock()
	most := int64(0)
	for _, e := range m.entries {
		for _, c := range e.tally.members() {
			if held := c.counters.ledger.Held.Load(); held > most {
				found, most = c.state.Load(), held
			}
		}
	}
	return found
}

// SetMaxBytes bounds what the entries of all caches of the manager take up
// together, in bytes; 0 lifts the bound. While it holds, each result is weighed
// when it is stored, by Options.Weigh if there is one, else by an estimate that
// looks at all of it. If there is no room, the cache that takes up most loses
// entries first. A result of a gibibyte or more is not kept. It panics if n is
// negative.
//
// What is kept already is weighed before it returns, and what is too much evicted.
func (m *Manager) SetMaxBytes(n int64) {
	if n < 0 {
		panic(fmt.Sprintf("cache: SetMaxBytes(%d): it must be positive, or 0 for no bound", n))
	}
	m = m.root
	m.budget.limit.Store(n)
	if n == 0 {
		return
	}
	for _, e := range m.Caches() {
		for _, c := range e.tally.members() {
			if s := c.state.Load(); s != nil {
				s.weighAll()
			}
		}
	}
	m.budget.mu.Lock()
	defer m.budget.mu.Unlock()
	m.makeRoom(0)
}
