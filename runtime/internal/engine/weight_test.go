package engine

import (
	"math/rand/v2"
	"testing"
)

// weightModel is what a table with a bound on weights must be like.
type weightModel struct {
	*testing.T
	table *testTable[int, int]
	items map[int]*entry[int, int]
}

func newWeightModel(t *testing.T, b Bounds) *weightModel {
	return &weightModel{T: t, table: newWeightTable[int, int](b), items: make(map[int]*entry[int, int])}
}

// settle takes what was evicted out of the map, and checks the sums.
func (m *weightModel) settle(evicted int) {
	weight := int64(0)
	for key, it := range m.items {
		if m.table.Peek(it.Hash, key) != it {
			delete(m.items, key)
			evicted--
			continue
		}
		weight += it.Weight()
	}
	if evicted != 0 {
		m.Fatalf("%d more were said to be evicted than were", evicted)
	}
	if held := m.table.ledger.Held.Load(); held != weight || m.table.total.Load() != weight {
		m.Fatalf("the items weigh %d, the ledger says %d and %d", weight, held, m.table.total.Load())
	}
	m.table.check(m)
}

func (m *weightModel) put(key int, weight int64) {
	it := newItem(key, 0)
	it.SetWeight(weight)
	evicted, stored := m.table.Table.Put(&it.Item)
	if bound := m.table.bounds.Weight; stored != (bound == 0 || weight <= bound) {
		m.Fatalf("stored = %v for a weight of %d, bound %d", stored, weight, bound)
	}
	delete(m.items, key)
	if stored {
		m.items[key] = it
	}
	if old := m.table.Peek(it.Hash, key); stored != (old == it) || !stored && old != nil {
		m.Fatalf("after Put: stored = %v, found %v", stored, old)
	}
	m.settle(m.goneBut(key, evicted))
}

// goneBut returns how many of those evicted the map still has: an item that is
// evicted to make room for another of its key is not among them.
func (m *weightModel) goneBut(key, evicted int) int {
	gone := 0
	for other, it := range m.items {
		if m.table.Peek(it.Hash, other) != it {
			gone++
		}
	}
	if gone != evicted && gone+1 != evicted {
		m.Fatalf("%d were evicted for key %d, and %d said to be", gone, key, evicted)
	}
	return gone
}

func (m *weightModel) step(keys int) {
	key := rand.IntN(keys)
	switch n := rand.IntN(100); {
	case n < 50:
		m.put(key, rand.Int64N(40))
	case n < 52:
		m.put(key, 400+rand.Int64N(300))
	case n < 75:
		if it := m.table.Get(hashOf(key), key); it != m.items[key] {
			m.Fatalf("Get(%d) = %v, want %v", key, it, m.items[key])
		}
	case n < 85:
		if got, want := m.table.Remove(hashOf(key), key), m.items[key] != nil; got != want {
			m.Fatalf("Remove = %v, want %v", got, want)
		}
		delete(m.items, key)
	case n < 92:
		if it := m.items[key]; it != nil {
			m.table.Reweigh(&it.Item, rand.Int64N(40))
			m.settle(m.table.Table.Resize(m.table.bounds))
		}
	case n < 96:
		m.shed(rand.Int64N(100))
	case n < 99:
		weight := []int64{0, 100, 500, 1000}[rand.IntN(4)]
		m.settle(m.table.Table.Resize(Bounds{Items: []int{-1, 5, 50}[rand.IntN(3)], Weight: weight}))
	default:
		m.table.Clear()
		clear(m.items)
	}
	m.settle(0)
}

func (m *weightModel) shed(weight int64) {
	before := m.table.ledger.Held.Load()
	m.settle(m.table.Shed(weight))
	if after := m.table.ledger.Held.Load(); before-after < weight && m.table.Len() > 0 {
		m.Fatalf("Shed(%d) left %d of %d", weight, after, before)
	}
}

func TestWeights(t *testing.T) {
	for _, keys := range []int{3, 40, 300} {
		m := newWeightModel(t, Bounds{Items: -1, Weight: 500})
		steps := 20_000
		if testing.Short() || raceEnabled {
			steps = 2_000
		}
		for range steps {
			m.step(keys)
		}
	}
}

// An item that grows in its place may have to go for others, or others for it, but
// never is the sum too large.
func TestHeavierInPlace(t *testing.T) {
	m := newWeightModel(t, Bounds{Items: -1, Weight: 100})
	for key := range 10 {
		m.put(key, 10)
	}
	m.put(9, 95)
	if len(m.items) != 1 {
		t.Errorf("%d items are left beside one of 95", len(m.items)-1)
	}
	m.put(9, 101)
	if len(m.items) != 0 {
		t.Error("an item too heavy to be stored left the one of its key")
	}
}

// With weights alone there is a small queue and a memory of what went too.
func TestWeightsResistScans(t *testing.T) {
	tb := newWeightTable[int, int](Bounds{Items: -1, Weight: 10_000})
	put := func(key int) {
		it := newItem(key, 0)
		it.SetWeight(10)
		tb.Put(it)
	}
	hits := 0
	for i := range 200_000 {
		key := i // a scan, each key once
		if i%2 == 0 {
			key = -1 - rand.IntN(300) // beside keys that would all fit
		}
		switch {
		case tb.Get(hashOf(key), key) == nil:
			put(key)
		case i >= 100_000:
			hits++
		}
	}
	if rate := float64(hits) / 50_000; rate < 0.95 {
		t.Errorf("hit rate %.3f of the keys that are used again", rate)
	}
}
