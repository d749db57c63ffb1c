package rediscache

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestGatherGivesUp has calls hang, and tests that only the first who come after wait.
func TestGatherGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gather
		hung := make([]trip, abreast)
		for i := range hung {
			hung[i], _ = g.enter("hung")
		}
		_, first := g.enter("first")
		time.Sleep(maxQueued / 2)
		_, second := g.enter("second")
		if first == nil || second == nil {
			t.Fatal("one did not wait while there was hope")
		}
		time.Sleep(maxQueued)
		if <-first.told; first.role != alone {
			t.Errorf("the first is told %d, want to go alone", first.role)
		}
		if <-second.told; second.role != alone {
			t.Errorf("the second is told %d, want to go alone", second.role)
		}
		for n := 0; ; n++ {
			after, r := g.enter("after")
			if r != nil {
				t.Fatal("one waits behind those that hang")
			}
			g.finish(after)
			if after.counted {
				break // quick ones have shown that the way is quick
			}
			if n > 20 {
				t.Fatal("quick calls do not show that the way is quick")
			}
		}
		if g.under != 0 {
			t.Errorf("%d calls are under way", g.under)
		}
		// Those that hung end when others are under way, which is not their affair.
		now, _ := g.enter("now")
		for _, late := range hung {
			late.began = time.Now()
			g.finish(late)
		}
		if g.under != 1 {
			t.Errorf("%d calls are under way after late ends, want 1", g.under)
		}
		g.finish(now)
	})
}

// TestGatherHeirs has the leader of a batch leave before it has begun.
func TestGatherHeirs(t *testing.T) {
	var g gather
	under := make([]trip, abreast)
	for i := range under {
		under[i], _ = g.enter("under way")
	}
	waiting := make([]*reading, 4)
	for i := range waiting {
		_, waiting[i] = g.enter("waiting")
	}
	g.abandon(waiting[1])
	g.finish(under[0])
	if waiting[0].role != leader || len(waiting[0].batch) != 3 {
		t.Fatalf("the first has role %d and a batch of %d, want to lead 3", waiting[0].role, len(waiting[0].batch))
	}
	g.abandon(waiting[2])
	g.abandon(waiting[0])
	if heir := waiting[3]; heir.role != leader || len(heir.batch) != 1 {
		t.Fatalf("the last has role %d and a batch of %d, want to lead itself", heir.role, len(heir.batch))
	}
	_, next := g.enter("next")
	g.abandon(waiting[3])
	if next.role != leader {
		t.Error("a batch that all have left keeps its place")
	}
	g.finish(next.trip)
	g.finish(under[1])
	if g.under != 0 {
		t.Errorf("%d calls are under way at the end", g.under)
	}
}
