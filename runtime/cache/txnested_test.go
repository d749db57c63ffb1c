package cache_test

import (
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Every combination of ends of a transaction and a savepoint in it, in either
// order: 1 is set in the inner one, other in the outer one, 0 deleted in the inner
// one.
func TestTxNested(t *testing.T) {
	other := 2
	for c := newCache(t, cache.Options[int, int]{}); cache.ShareCount(c, 1, other); {
		other++ // as 1 would be removed in place of set once the outer one has ended
	}
	for _, outerEnd := range []error{nil, errLost, errRollback} {
		for _, innerEnd := range []error{nil, errLost, errRollback} {
			for _, outerFirst := range []bool{false, true} {
				c := newCache(t, cache.Options[int, int]{})
				_ = c.Set(t.Context(), 0, 5)
				outer, endOuter := cache.Tx(t.Context())
				inner, endInner := cache.Tx(outer)
				_ = c.Set(inner, 1, 1)
				_ = c.Delete(inner, 0)
				_ = c.Set(outer, other, 2)
				if outerFirst {
					_ = endOuter(outerEnd)
				}
				if kept(c, 0) != 5 || kept(c, 1) != 0 {
					t.Error("the inner one does not wait")
				}
				_ = endInner(innerEnd)
				if !outerFirst {
					if kept(c, 0) != 5 || kept(c, 1) != 0 {
						t.Error("the inner one does not wait for the outer one")
					}
					_ = endOuter(outerEnd)
				}
				got := [3]int{kept(c, 0), kept(c, 1), kept(c, other)}
				if want := nestedWant(outerEnd, innerEnd); got != want {
					t.Errorf("outer %v, inner %v, outer first %v: kept %v, want %v", outerEnd, innerEnd, outerFirst, got, want)
				}
			}
		}
	}
}

func nestedWant(outer, inner error) (want [3]int) {
	if outer == errRollback || inner == errRollback {
		want[0] = 5
	}
	if outer == nil && inner == nil {
		want[1] = 1
	}
	if outer == nil {
		want[2] = 2
	}
	return want
}

// A change with the context of a savepoint that has ended belongs to the
// transaction around it, and so does what the savepoint was asked for.
func TestTxAfterASavepoint(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{})
	outer, endOuter := cache.Tx(t.Context())
	inner, endInner := cache.Tx(outer)
	_ = endInner(errRollback)
	_ = c.Set(inner, 1, 1)
	if kept(c, 1) != 0 || !cache.InTx(inner) {
		t.Error("the change does not wait")
	}
	_ = endOuter(nil)
	if kept(c, 1) != 1 {
		t.Error("the change was lost")
	}
}

func TestSeparateTx(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{})
	outer, endOuter := cache.Tx(t.Context())
	own, endOwn := cache.SeparateTx(outer)
	_ = c.Set(own, 1, 1)
	_ = c.Set(outer, 2, 2)
	_ = endOwn(nil)
	if kept(c, 1) != 1 || kept(c, 2) != 0 {
		t.Errorf("kept %d, %d", kept(c, 1), kept(c, 2))
	}
	_ = c.Set(own, 3, 3) // of the outer one now
	_ = endOuter(errRollback)
	if kept(c, 1) != 1 || kept(c, 3) != 0 {
		t.Errorf("kept %d, %d", kept(c, 1), kept(c, 3))
	}
}

// The ends of two transactions need not come in the order of their commits: who
// does not know to be the last one removes.
func TestTxPutsOvertaken(t *testing.T) {
	for name, other := range map[string]func(c *cache.Cache[int, int]){
		"Set":    func(c *cache.Cache[int, int]) { _ = c.Set(t.Context(), 1, 7) },
		"Delete": func(c *cache.Cache[int, int]) { _ = c.Delete(t.Context(), 1) },
		"Clear":  func(c *cache.Cache[int, int]) { _ = c.Clear(t.Context()) },
		"Tx": func(c *cache.Cache[int, int]) {
			tx, done := cache.Tx(t.Context())
			_ = c.Set(tx, 1, 7)
			_ = done(nil)
		},
	} {
		c := newCache(t, cache.Options[int, int]{})
		tx, done := cache.Tx(t.Context())
		_ = c.Set(tx, 1, 1)
		other(c)
		if err := done(nil); err != nil || kept(c, 1) != 0 {
			t.Errorf("%s: done = %v, kept %d", name, err, kept(c, 1))
		}
	}
	c := newCache(t, cache.Options[int, int]{})
	first, endFirst := cache.Tx(t.Context())
	_ = c.Set(first, 1, 1)
	second, endSecond := cache.Tx(t.Context())
	_ = c.Set(second, 1, 2)
	_ = endSecond(nil)
	if kept(c, 1) != 2 {
		t.Errorf("kept %d", kept(c, 1))
	}
	_ = endFirst(errRollback)
	if kept(c, 1) != 2 {
		t.Errorf("kept %d: one that was rolled back has changed it", kept(c, 1))
	}
}
