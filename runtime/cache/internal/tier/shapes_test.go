package tier_test

import (
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
)

const registryKey = `example.com/a.Get:\shapes:`

// shaped makes a process whose results have a shape.
func shaped(t *testing.T, s *cachetest.Store, shape string) *process {
	t.Helper()
	p := join(t, s, nil)
	p.Leave()
	p.Member = p.link.Join("example.com/a.Get", shape, p.news)
	return p
}

func (p *process) remove(t *testing.T, text string) {
	t.Helper()
	if err := p.Delete(t.Context(), text); err != nil {
		t.Error(err)
	}
	synctest.Wait()
}

// Whoever came first or last, and whether it was in use or not: a change is about all
// shapes.
func TestShapesAreRemovedTogether(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		first := shaped(t, s, "1")
		first.put(t, "x{}", "1")
		second := shaped(t, s.Join(), "2")
		second.put(t, "x{}", "2") // which removes the other
		first.has(t, "x{}", "")
		time.Sleep(time.Hour)
		second.put(t, "x{}", "2")
		first.put(t, "y", "1")
		writer := shaped(t, s.Join(), "3") // which neither reads nor stores anything
		writer.remove(t, "x{}")
		first.remove(t, "y")
		second.has(t, "x{}", "")
		first.has(t, "y", "")
		back := shaped(t, s.Join(), "1")
		back.has(t, "y", "")
	})
}

// With one shape a Delete is one operation, and so is a look-up.
func TestOneShapeCostsNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "x", "1")
		synctest.Wait()
		before := b.store.Calls()
		b.has(t, "x", "1")
		b.remove(t, "x")
		after := b.store.Calls()
		for method, n := range after {
			if n -= before[method]; n != 0 && (n != 1 || method != "Get" && method != "Delete") {
				t.Errorf("%d calls of %s", n, method)
			}
		}
	})
}

// What was changed before a shape was heard of is made up for.
func TestShapeHeardOfLate(t *testing.T) {
	for _, many := range []bool{false, true} {
		inBubble(t, func(t *testing.T) {
			a, _ := pair(t)
			a.store.DelayEvents(time.Second)
			late := shaped(t, a.store.Join(), "late")
			late.put(t, "x", "old")
			a.remove(t, "x")
			if many {
				for i := range 2000 {
					a.remove(t, strconv.Itoa(i))
				}
			}
			late.has(t, "x", "old") // that is the bound: the time of an event
			time.Sleep(2 * time.Second)
			late.has(t, "x", "")
		})
	}
}

// A registry that was lost takes with it what nobody knows any more.
func TestShapesAreLost(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		old := shaped(t, s, "1")
		old.put(t, "x", "old")
		old.end(t)
		if err := s.Join().Delete(t.Context(), registryKey); err != nil {
			t.Fatal(err)
		}
		next := shaped(t, s.Join(), "2")
		next.put(t, "y", "2")
		next.remove(t, "x")
		back := shaped(t, s.Join(), "1")
		back.has(t, "x", "")
		next.has(t, "y", "2")
		time.Sleep(time.Minute) // and next makes up for nothing any more
		back.put(t, "x", "new")
		back.has(t, "x", "new")
		synctest.Wait()
		next.remove(t, "x")
		back.has(t, "x", "")
	})
}

// A process that finds its shape gone from the registry signs again.
func TestShapeIsSignedAgain(t *testing.T) {
	for _, wipe := range []bool{false, true} {
		inBubble(t, func(t *testing.T) {
			a, b := pair(t)
			a.put(t, "x", "1")
			next := shaped(t, a.store.Join(), "2")
			next.put(t, "z", "2")
			if wipe {
				a.store.Wipe()
				for _, p := range []*process{a, b} {
					p.store.Disconnect()
					p.store.Reconnect()
				}
			} else if err := a.store.Delete(t.Context(), registryKey); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			a.put(t, "x", "again")
			a.has(t, "x", "again")
			b.has(t, "x", "again")
			third := shaped(t, b.store.Join(), "3")
			third.remove(t, "x")
			a.has(t, "x", "")
		})
	}
}

// A shape is known for as long as its values may live, and while it is in use.
func TestShapesLast(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		const days = 24 * time.Hour
		s := cachetest.NewStore()
		a := shaped(t, s, "1")
		for range 40 {
			a.put(t, "y", "1")
			time.Sleep(days)
		}
		a.put(t, "y", "1") // so that nothing is due but for what follows
		w := a.room("long")
		w.TTL, w.Keep = 25*days, 25*days
		if _, err := a.Set(t.Context(), "x", nil, w); err != nil {
			t.Fatal(err)
		}
		a.end(t)
		time.Sleep(20 * days)
		shaped(t, s.Join(), "2").remove(t, "x")
		shaped(t, s.Join(), "1").has(t, "x", "")
	})
}

func TestTooManyShapes(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		var all []*process
		for i := range 70 {
			p := shaped(t, s.Join(), strconv.Itoa(i))
			p.fetch(t.Context(), "other").Lease.Release(t.Context())
			all = append(all, p)
			time.Sleep(time.Second)
		}
		for _, p := range all {
			if a := p.fetch(t.Context(), "x"); a.Lease != nil {
				a.Lease.Fill(t.Context(), p.room("1"))
			}
		}
		time.Sleep(time.Second)
		all[0].remove(t, "x")
		time.Sleep(time.Second)
		for i, p := range all {
			if a := p.Look(t.Context(), tier.Query{Text: "x"}); a.OK {
				t.Errorf("shape %d still has %q", i, a.Bytes)
			}
		}
	})
}

// Where the shapes cannot be asked for, all are revoked, as soon as that is possible.
func TestShapesAreNotKnown(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		a := shaped(t, s, "1")
		a.put(t, "x", "old")
		b := shaped(t, s.Join(), "2")
		b.store.Fail(errDown, "Get")
		if err := b.Delete(t.Context(), "x"); err == nil {
			t.Error("no error")
		}
		b.store.Fail(nil)
		time.Sleep(time.Second)
		a.has(t, "x", "")
	})
}

// Many processes that come up at once all get into the registry.
func TestShapesAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		s.Delay(2 * time.Millisecond)
		var all [12]*process
		var wait sync.WaitGroup
		for i := range all {
			all[i] = shaped(t, s.Join(), strconv.Itoa(i))
			all[i].store.Delay(2 * time.Millisecond)
			wait.Go(func() {
				for range 20 { // some give way
					a := all[i].fetch(t.Context(), "x")
					if a.Lease != nil {
						a.Lease.Fill(t.Context(), all[i].room("1"))
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
				t.Errorf("process %d has not come in", i)
			})
		}
		wait.Wait()
		time.Sleep(time.Second)
		all[3].remove(t, "x")
		time.Sleep(time.Second)
		for _, p := range all {
			p.has(t, "x", "")
		}
	})
}
