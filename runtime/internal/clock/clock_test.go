package clock

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestNow(t *testing.T) {
	before := Now()
	if after := Now(); after < before {
		t.Errorf("%d after %d", after, before)
	}
	synctest.Test(t, func(t *testing.T) {
		before := Now()
		time.Sleep(time.Hour)
		if d := Now() - before; d != int64(time.Hour) {
			t.Errorf("an hour in a bubble took %v", time.Duration(d))
		}
	})
}

func TestTestsHaveNoTicks(t *testing.T) {
	Now()
	standard.mu.Lock()
	defer standard.mu.Unlock()
	if standard.ticking || standard.shown.Load() != stopped {
		t.Error("the clock ticks in a test binary")
	}
}
