package cache_test

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// A result whose load takes d is renewed at age TTL - x with probability
// exp(-x/d) at each hit, so that with a hit every d the mean of x is known.
func TestEarly(t *testing.T) {
	inBubble("draws by the duration of the load", t, func(t *testing.T) {
		const ttl, took, rounds = time.Minute, 500 * time.Millisecond, 2000
		c, s := newCache(t, refreshed{TTL: ttl, Early: true}), &source{}
		sum, before := 0.0, 0
		for key := range rounds {
			s.takes(took)
			if _, err := c.Load(t.Context(), key, s.load); err != nil {
				t.Fatal(err)
			}
			s.takes(0)
			calls := s.calls.Load()
			time.Sleep(ttl - 40*took)
			for x := 40; x > 0; x-- { // x loads before it is too old
				if _, err := c.Load(t.Context(), key, s.load); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if s.calls.Load() > calls {
					sum += float64(x)
					before++
					break
				}
				time.Sleep(took)
			}
		}
		// The chance that none comes before the end, and the mean of x.
		none, mean := 1.0, 0.0
		for x := 40; x > 0; x-- {
			p := math.Exp(-float64(x))
			mean += float64(x) * none * p
			none *= 1 - p
		}
		if part := 1 - float64(before)/rounds; math.Abs(part-none) > 0.05 {
			t.Errorf("%.3f were not renewed early, want %.3f", part, none)
		}
		if got := sum / rounds; math.Abs(got-mean) > 0.1 {
			t.Errorf("renewed %.3f loads before the end in the mean, want %.3f", got, mean)
		}
		if got := c.Stats(); got.Refreshes != uint64(before) {
			t.Errorf("Stats() = %+v, %d were renewed", got, before)
		}
	})
	inBubble("a load that takes no time is never renewed early", t, func(t *testing.T) {
		c, s := newCache(t, refreshed{Early: true}), &source{}
		mustLoad(t, c, 1, 1, s.load)
		_ = c.Set(t.Context(), 2, 7)
		for range 100 {
			time.Sleep(time.Minute/100 - 1)
			mustLoad(t, c, 1, 1, s.load)
			mustLoad(t, c, 2, 7, s.load)
		}
		synctest.Wait()
		s.called(t, 1)
	})
	inBubble("Find leaves it to the Load that follows", t, func(t *testing.T) {
		c, s := newCache(t, refreshed{TTL: time.Minute, Early: true}), &source{}
		s.takes(30 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		s.takes(0)
		for range 1 << 20 {
			if _, ok := c.Find(t.Context(), 1); !ok {
				mustLoad(t, c, 1, 1, s.load)
				synctest.Wait()
				s.called(t, 2) // that did not draw again
				return
			}
		}
		t.Error("it was never drawn")
	})
}
