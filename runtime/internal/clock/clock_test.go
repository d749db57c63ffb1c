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
