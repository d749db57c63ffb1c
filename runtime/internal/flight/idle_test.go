package flight

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhileIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := newGroup()
		called := func() (done bool) {
			g.WhileIdle(hash(1), keyed(1), func() { done = true })
			return done
		}
		if g.Busy(hash(1), keyed(1)) || !called() {
			t.Error("busy without a load")
		}
		go g.do(t.Context(), 1, func(context.Context, int) (int, error) { time.Sleep(time.Second); return 1, nil })
		synctest.Wait()
		if !g.Busy(hash(1), keyed(1)) || called() {
			t.Error("idle in a load")
		}
		if g.Busy(hash(1), keyed(2)) { // of the same hash, and the same lock
			t.Error("another key is busy")
		}
		g.Forget(hash(1), keyed(1))
		if g.Busy(hash(1), keyed(1)) || !called() {
			t.Error("busy with a load that was taken off")
		}
		time.Sleep(time.Second)
		g.Close()
		if called() {
			t.Error("called after Close")
		}
	})
}
