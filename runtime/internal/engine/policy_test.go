package engine

import (
	"math/rand/v2"
	"testing"
)

// However many items were used, one Put must not look at all of them.
func TestOnePutIsBounded(t *testing.T) {
	const n = 20 * maxSteps
	tb := newTable[int, int](n)
	for k := range n {
		tb.Put(newItem(k, k))
	}
	for range maxUses {
		for k := range n {
			tb.Get(hashOf(k), k)
		}
	}
	tb.Put(newItem(n, n))
	passed := 0
	tb.Each(func(it *entry[int, int]) bool {
		if it.Key < n && it.uses() != maxUses {
			passed++
		}
		return true
	})
	if passed != maxSteps || tb.Len() != n {
		t.Errorf("%d items were passed over, want %d; size %d", passed, maxSteps, tb.Len())
	}
	tb.check(t)
}

// hitRate runs lookups that store what they miss.
func hitRate(tb *testTable[int, int], lookups int, key func(i int) int) float64 {
	hits := 0
	for i := range lookups {
		k := key(i)
		if tb.Get(hashOf(k), k) != nil {
			hits++
			continue
		}
		tb.Put(newItem(k, k))
	}
	return float64(hits) / float64(lookups)
}

func TestScanBesideWhatIsUsed(t *testing.T) {
	tb := newTable[int, int](1000)
	hot := func(int) int { return rand.IntN(300) }
	hitRate(tb, 20_000, hot)
	hitRate(tb, 100_000, func(i int) int { return 1_000_000 + i }) // each key once
	mixed := func(i int) int {
		if i%2 == 0 {
			return hot(i)
		}
		return 2_000_000 + i
	}
	hitRate(tb, 20_000, mixed)
	if rate := hitRate(tb, 20_000, func(i int) int { return mixed(i + 20_000) }); rate < 0.48 {
		t.Errorf("hit rate %.3f with a scan beside the hot keys, want nearly 0.5", rate)
	}
}

// A loop over more keys than fit is the worst case of every queue.
func TestLoopFindsSome(t *testing.T) {
	tb := newTable[int, int](1000)
	if rate := hitRate(tb, 100_000, func(i int) int { return i % 4000 }); rate < 0.12 {
		t.Errorf("hit rate %.3f of a loop of which a quarter fits", rate)
	}
}

func TestGhostsBringBackIntoMain(t *testing.T) {
	tb := newTable[int, int](100)
	for k := range 150 {
		tb.Put(newItem(k, k))
	}
	gone := -1
	for k := range 150 {
		if tb.Peek(hashOf(k), k) == nil {
			gone = k
		}
	}
	before := tb.policy.main.size
	it := newItem(gone, gone)
	tb.Put(it)
	if tb.policy.pool.of(&it.Item) != &tb.policy.main || tb.policy.main.size != before+1 {
		t.Error("an item that was evicted a moment ago did not come back into the main queue")
	}
	tb.check(t)
}

func TestGhostsForget(t *testing.T) {
	g := ghosts{size: 1000}
	for k := range 10_000 {
		g.add(hashOf(k))
	}
	recent, old := 0, 0
	for k := range 10_000 {
		switch found := g.take(hashOf(k)); {
		case found && k >= 9000:
			recent++
		case found:
			old++
		}
	}
	if recent < 900 || old > 0 {
		t.Errorf("%d of the last 1000 are known, and %d that are older", recent, old)
	}
	if g.take(hashOf(9999)) {
		t.Error("a fingerprint was taken twice")
	}
}
