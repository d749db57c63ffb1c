package clock

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// now is what Now does in production.
func (c *coarse) now() int64 {
	if now := c.shown.Load(); now != stopped {
		return now
	}
	return c.wake(false)
}

func TestCoarseIsLateByATickAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c coarse
		for range 5000 {
			late := time.Duration(Exact() - c.now())
			if late < 0 || late > tick {
				t.Fatalf("late by %v", late)
			}
			time.Sleep(tick / 3)
		}
		idle(t, &c)
	})
}

// idle waits for the end of the ticks; the bubble would not end otherwise.
func idle(t *testing.T, c *coarse) {
	t.Helper()
	time.Sleep((watch+2)*tick + tick/2)
	synctest.Wait()
	if c.running() || c.shown.Load() != stopped {
		t.Errorf("the clock still ticks after %v without a reader", (watch+2)*tick)
	}
}

func TestStoppedClockShowsNoOldTime(t *testing.T) {
	var c coarse
	before := c.now()
	for c.running() {
		time.Sleep(tick)
	}
	exact := Exact()
	if now := c.now(); now < exact || exact-before < int64(watch*tick) {
		t.Errorf("after idling the clock shows %d, the time is %d, it was %d", now, exact, before)
	}
	if !c.running() {
		t.Error("nobody looks after the clock that is shown again")
	}
	// It goes on while it is asked.
	for end := time.Now().Add(3 * watch * tick / 2); time.Now().Before(end); time.Sleep(tick / 2) {
		if late := time.Duration(Exact() - c.now()); late > time.Second/2 {
			t.Fatalf("late by %v", late)
		}
	}
}

// What one goroutine has read, no other may fall behind, or what was stored
// would have an age below zero. Stops are thrown in all the time.
func TestCoarseNeverGoesBack(t *testing.T) {
	var c coarse
	var last sync.Map
	var wait sync.WaitGroup
	end := time.Now().Add(500 * time.Millisecond)
	for i := range 4 {
		wait.Go(func() {
			for n := 0; time.Now().Before(end) && !t.Failed(); n++ {
				seen, _ := last.LoadOrStore(n%64, int64(0))
				now := c.now()
				if seen.(int64) > now {
					t.Errorf("%d after %d", now, seen)
				}
				last.Store(n%64, now)
				switch {
				case i == 0 && n%10 == 0:
					c.shown.Store(stopped)
				case i == 1 && n%7 == 0:
					c.advance()
				}
				runtime.Gosched()
			}
		})
	}
	wait.Wait()
}

func BenchmarkNow(b *testing.B) {
	var c coarse
	b.Run("coarse", func(b *testing.B) {
		for b.Loop() {
			c.now()
		}
	})
	b.Run("exact", func(b *testing.B) {
		for b.Loop() {
			Exact()
		}
	})
}
