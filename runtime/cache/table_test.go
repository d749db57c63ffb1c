package cache

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// check fails if the maps, the queue and the count of a table differ.
func (tb *table[K, V]) check(t *testing.T) {
	t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	queued := 0
	var before *item[K, V]
	for it := tb.first; it != nil; before, it = it, it.next {
		queued++
		if it.prev != before || tb.peek(it.hash, it.key) != it {
			t.Fatal("the queue is broken, or holds what the maps do not")
		}
	}
	if tb.last != before {
		t.Fatal("the end of the queue is lost")
	}
	mapped := 0
	for i := range tb.shards {
		mapped += len(tb.shards[i].items)
	}
	if queued != mapped || queued != tb.size() || tb.bound >= 0 && queued > tb.bound {
		t.Fatalf("%d queued, %d in maps, count %d, bound %d", queued, mapped, tb.size(), tb.bound)
	}
}

func TestTable(t *testing.T) {
	for _, bound := range []int{1, 2, 3, 50, -1} {
		for _, shards := range []int{1, 4} {
			t.Run(fmt.Sprint(bound, shards), func(t *testing.T) {
				tb := newTable[int, int](bound, shards)
				var wait sync.WaitGroup
				for range 4 {
					wait.Go(func() { disturb(t, tb) })
				}
				wait.Wait()
				tb.check(t)
				tb.clear()
				tb.check(t)
			})
		}
	}
}

func disturb(t *testing.T, tb *table[int, int]) {
	for n := range 3000 {
		key := rand.IntN(100)
		hash := hashOf(key)
		switch rand.IntN(10) {
		case 0:
			tb.remove(hash, key)
		case 1:
			if it := tb.get(hash, key); it != nil && (it.key != key || it.hash != hash) {
				t.Error("another key's item")
			} else if it != nil {
				tb.drop(it)
			}
		case 2:
			tb.each(func(it *item[int, int]) bool { return rand.IntN(50) > 0 })
		case 3:
			if n%100 == 0 {
				tb.clear()
			}
			tb.check(t)
		case 4, 5:
			tb.get(hash, key)
		default:
			tb.put(&item[int, int]{key: key, hash: hash})
		}
	}
}

// However many items were used, one put must not look at all of them.
func TestOnePutIsBounded(t *testing.T) {
	const n = 10 * maxChances
	tb := newTable[int, int](n, 1)
	for k := range n {
		tb.put(&item[int, int]{key: k, hash: hashOf(k)})
		tb.get(hashOf(k), k)
	}
	tb.put(&item[int, int]{key: n, hash: hashOf(n)})
	spent := 0
	tb.each(func(it *item[int, int]) bool {
		if it.key < n && !it.again.Load() {
			spent++
		}
		return true
	})
	if spent != maxChances || tb.size() != n {
		t.Errorf("%d items were passed over, want %d; size %d", spent, maxChances, tb.size())
	}
	tb.check(t)
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		n    int
	}{{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"getUser", "getUsr", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2}} {
		if n := edits(tt.a, tt.b); n != tt.n {
			t.Errorf("edits(%q, %q) = %d, want %d", tt.a, tt.b, n, tt.n)
		}
	}
}
