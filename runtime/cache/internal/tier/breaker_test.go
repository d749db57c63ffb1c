package tier

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		opened := 0
		for range tolerance + 3 { // the last three began before it opened
			if b.fail(usual) {
				opened++
			}
		}
		if opened != 1 || !b.open() || b.enter() != refused {
			t.Fatalf("opened %d times", opened)
		}
		for pause := shortest; ; pause = longer(pause) {
			begun := time.Now()
			for b.enter() == refused {
				time.Sleep(time.Millisecond)
			}
			if d := time.Since(begun); d < pause/2-time.Millisecond || d > pause+2*time.Millisecond {
				t.Fatalf("a pause of %v, not of %v", d, pause)
			}
			if b.enter() != refused {
				t.Fatal("two probes")
			}
			if pause == longest {
				break
			}
			b.fail(probe)
		}
		b.forget(probe) // its caller left
		if b.enter() != probe {
			t.Fatal("no probe after one that said nothing")
		}
		b.succeed()
		if b.open() || b.enter() != usual {
			t.Fatal("open after a success")
		}
	})
}
