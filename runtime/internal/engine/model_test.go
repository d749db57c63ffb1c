package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// model is what a table must be like, told by a map. What is evicted is the
// table's choice, how many is not.
type model struct {
	*testing.T
	table *testTable[int, int]
	hash  func(int) uint64
	items map[int]*entry[int, int]
	bound int
}

func (m *model) put(key int) {
	it := newEntry(m.hash(key), key, 0)
	want := 0
	if _, ok := m.items[key]; !ok && m.bound >= 0 && len(m.items) == m.bound {
		want = 1
	}
	if n := m.table.Put(it); n != want {
		m.Fatalf("Put evicted %d, want %d", n, want)
	}
	m.items[key] = it
	m.evicted(want, key)
}

// evicted takes what the table evicted out of the map.
func (m *model) evicted(n, except int) {
	if n > 0 {
		for key := range m.items {
			if m.table.Peek(m.hash(key), key) == nil {
				delete(m.items, key)
				n--
			}
		}
	}
	if n != 0 || m.items[except] == nil && except >= 0 {
		m.Fatalf("%d too few were evicted, or what was just stored", n)
	}
}

func (m *model) resize(bound int) {
	want := 0
	if bound >= 0 {
		want = max(len(m.items)-bound, 0)
	}
	if n := m.table.Resize(bound); n != want {
		m.Fatalf("Resize evicted %d, want %d", n, want)
	}
	m.bound = bound
	m.evicted(want, -1)
}

func (m *model) remove(key int) {
	it := m.items[key]
	delete(m.items, key)
	if rand.IntN(2) == 0 {
		if got := m.table.Remove(m.hash(key), key); got != (it != nil) {
			m.Fatalf("Remove = %v", got)
		}
		return
	}
	if it != nil && !m.table.Drop(it) {
		m.Fatal("Drop did not drop")
	}
	if it != nil && m.table.Drop(it) {
		m.Fatal("Drop dropped what was gone")
	}
}

func (m *model) clear() {
	if n := m.table.Clear(); n != len(m.items) {
		m.Fatalf("Clear = %d, want %d", n, len(m.items))
	}
	clear(m.items)
}

func (m *model) each() {
	seen := make(map[int]bool)
	m.table.Each(func(it *entry[int, int]) bool {
		if seen[it.Key] || m.items[it.Key] != it {
			m.Fatalf("Each showed %d twice, or what is not there", it.Key)
		}
		seen[it.Key] = true
		return true
	})
	if len(seen) != len(m.items) || m.table.Len() != len(m.items) {
		m.Fatalf("%d seen, Len = %d, want %d", len(seen), m.table.Len(), len(m.items))
	}
}

func (m *model) step(keys int) {
	key := rand.IntN(keys)
	switch n := rand.IntN(20_000); {
	case n < 8_000:
		if it := m.table.Get(m.hash(key), key); it != m.items[key] {
			m.Fatalf("Get(%d) = %v, want %v", key, it, m.items[key])
		}
	case n < 16_000:
		m.put(key)
	case n < 19_940:
		m.remove(key)
	case n < 19_960:
		m.resize(rand.IntN(keys) + 1)
	case n < 19_965:
		m.resize([]int{-1, 1, 2, 3}[rand.IntN(4)])
	case n < 19_967:
		m.clear()
	default:
		m.each()
		m.table.check(m)
	}
}

func TestModel(t *testing.T) {
	hashes := map[string]func(int) uint64{
		"mixed":    hashOf[int],
		"constant": func(int) uint64 { return 42 },
		"low bits": func(k int) uint64 { return uint64(k) },
		"top bits": func(k int) uint64 { return uint64(k) << 56 },
	}
	steps := 60_000
	if testing.Short() || raceEnabled {
		steps = 5_000
	}
	for name, hash := range hashes {
		for _, widest := range []int{1, 2, segmentBuckets} {
			for _, keys := range []int{5, 60, 2000} {
				t.Run(fmt.Sprint(name, widest, keys), func(t *testing.T) {
					m := &model{T: t, table: narrow[int, int](3, widest), hash: hash, items: make(map[int]*entry[int, int]), bound: 3}
					n := steps
					if name != "mixed" {
						n /= 20
					}
					for range n {
						m.step(keys)
					}
					m.each()
					m.table.check(t)
				})
			}
		}
	}
}

func TestBoundIsExactAtEveryMoment(t *testing.T) {
	for _, bound := range []int{1, 2, 3, 4, 7, 64, 1000} {
		tb := narrow[int, int](bound, 2)
		for k := range 5 * bound {
			evicted := tb.Put(newItem(k, k))
			if want := min(k+1, bound); tb.Len() != want || k >= bound && evicted != 1 {
				t.Fatalf("bound %d: Len = %d after %d, %d evicted", bound, tb.Len(), k+1, evicted)
			}
			if tb.Get(hashOf(k), k) == nil {
				t.Fatal("what was just stored is gone")
			}
		}
		tb.check(t)
	}
}
