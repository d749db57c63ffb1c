package harness

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// TestWaits checks that the calls are made, and that percentiles are in order.
func TestWaits(t *testing.T) {
	var calls [2]atomic.Int64
	wait := func(i int) Caller {
		return Caller{Name: string(rune('a' + i)), Call: func(int) {
			calls[i].Add(1)
			time.Sleep(time.Duration(i) * time.Millisecond)
		}}
	}
	list := Effort{Rounds: 2}.Waits(3, 12, []Caller{wait(0), wait(1)})
	for i, w := range list {
		if calls[i].Load() != 24 || w.Calls != 12 || w.Name != string(rune('a'+i)) {
			t.Errorf("%+v after %d calls", w, calls[i].Load())
		}
		if len(w.P50) != 2 || w.P50[0] > w.P99[0] || len(w.Busy) != 2 {
			t.Errorf("%+v", w)
		}
	}
	if list[1].P50[0] < float64(time.Millisecond) {
		t.Errorf("%v of one millisecond", list[1].P50)
	}
}

func TestTailMeans(t *testing.T) {
	all := float64(runtime.GOMAXPROCS(0))
	for _, c := range []struct {
		wait Wait
		want bool
	}{
		{Wait{Calls: 1000, Busy: []float64{all / 2}}, true},
		{Wait{Calls: 1000, Busy: []float64{all}}, false},
		{Wait{Calls: 100, Busy: []float64{all / 2}}, false},
		{Wait{Calls: 1000, Busy: []float64{0}}, false},
	} {
		if got := c.wait.TailMeans(); got != c.want {
			t.Errorf("%+v: %v", c.wait, got)
		}
	}
}

// TestCount checks that a sample has as many operations as it must.
func TestCount(t *testing.T) {
	var most int
	Effort{Rounds: 1}.Measure(Case{Count: 77, Warm: 5, Contenders: []Contender{{Name: "a", Run: func(_, n int) { most = max(most, n) }}}})
	if most != 77 {
		t.Errorf("%d operations", most)
	}
}
