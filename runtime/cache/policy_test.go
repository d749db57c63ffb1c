package cache_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestKeep(t *testing.T) {
	inBubble("refuses results", t, func(t *testing.T) {
		o := refreshed{Refresh: 10 * time.Second, Policy: policy{keep: func(v int64) bool { return v%2 == 1 }}, Manager: newManager(t)}
		c, s := newCache(t, o), &source{}
		mustLoad(t, c, 1, 1, s.load)
		mustLoad(t, c, 1, 1, s.load)
		// The source has said something newer that may not be kept.
		time.Sleep(10 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		if _, ok := c.Get(1); ok {
			t.Error("what was kept before is still there")
		}
		mustLoad(t, c, 1, 3, s.load)
		_ = c.Set(t.Context(), 1, 7)
		mustLoad(t, c, 1, 7, s.load)
		_ = c.Set(t.Context(), 1, 8)
		mustLoad(t, c, 1, 4, s.load)
		mustLoad(t, c, 1, 5, s.load)
		mustLoad(t, c, 1, 5, s.load)
	})
	inBubble("that panics is a load that panics", t, func(t *testing.T) {
		c, s := newCache(t, refreshed{Policy: policy{keep: func(int64) bool { panic("no") }}}), &source{}
		out := <-start(func() (int64, error) { return c.Load(t.Context(), 1, s.load) })
		if p, ok := out.panicked.(*cache.PanicError); !ok || p.Value != "no" || c.Stats().LoadErrors != 1 {
			t.Errorf("%+v", out)
		}
	})
}

func TestTTLOfAResult(t *testing.T) {
	ttl := time.Duration(0)
	own := policy{ttl: func(_ int64, usual time.Duration) time.Duration {
		if usual != time.Minute {
			t.Errorf("the usual is %v", usual)
		}
		return ttl
	}}
	for name, tt := range map[string]struct{ ttl, kept time.Duration }{
		"shorter":          {5 * time.Second, 5 * time.Second},
		"below a second":   {5 * time.Millisecond, 5 * time.Millisecond},
		"longer":           {time.Hour, time.Hour},
		"usual":            {time.Minute, time.Minute},
		"a day, unless it": {24 * time.Hour, 24 * time.Hour},
	} {
		inBubble(name, t, func(t *testing.T) {
			c, s := newCache(t, refreshed{Policy: own}), &source{}
			ttl = tt.ttl
			mustLoad(t, c, 1, 1, s.load)
			_ = c.Set(t.Context(), 2, 9)
			time.Sleep(tt.kept - 1)
			mustLoad(t, c, 1, 1, s.load)
			mustLoad(t, c, 2, 9, s.load)
			time.Sleep(time.Nanosecond)
			if _, ok := c.Peek(t.Context(), 1); ok {
				t.Error("Peek found it")
			}
			mustLoad(t, c, 1, 2, s.load)
			if _, ok := c.Get(2); ok {
				t.Error("what was set is still there")
			}
		})
	}
	for name, none := range map[string]time.Duration{"none": 0, "negative": -time.Second} {
		inBubble(name, t, func(t *testing.T) {
			c, s := newCache(t, refreshed{Policy: own}), &source{}
			ttl = none
			for want := range int64(3) {
				mustLoad(t, c, 1, want+1, s.load)
			}
			if n := c.Stats().Size; n != 0 {
				t.Errorf("%d are kept", n)
			}
		})
	}
	inBubble("forever", t, func(t *testing.T) {
		c, s := newCache(t, refreshed{Policy: own, Stale: time.Hour}), &source{}
		ttl = cache.Forever
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(100000 * time.Hour)
		mustLoad(t, c, 1, 1, s.load)
	})
	inBubble("stale counts from it, and so does early", t, func(t *testing.T) {
		c, s := newCache(t, refreshed{Policy: own, Stale: time.Hour, Early: true, ErrorsTTL: time.Second}), &source{}
		ttl = 5 * time.Second
		mustLoad(t, c, 1, 1, s.load)
		s.fails(errLoad)
		time.Sleep(time.Hour + 5*time.Second - 1)
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(time.Nanosecond)
		mustFail(t, c, errLoad, s.load)
	})
	inBubble("is not changed by Configure, and the usual is", t, func(t *testing.T) {
		m := newManager(t)
		c, s := newCache(t, refreshed{Policy: policy{ttl: func(v int64, usual time.Duration) time.Duration {
			if v == 1 {
				return 10 * time.Second
			}
			return usual
		}}, Manager: m}), &source{}
		mustLoad(t, c, 1, 1, s.load)
		mustLoad(t, c, 2, 2, s.load)
		mustConfigure(t, m, cache.Settings{TTL: time.Hour})
		time.Sleep(10*time.Second - 1)
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(time.Nanosecond)
		mustLoad(t, c, 1, 3, s.load)
		time.Sleep(time.Hour - 10*time.Second - 1)
		mustLoad(t, c, 2, 2, s.load)
		time.Sleep(time.Nanosecond)
		mustLoad(t, c, 2, 4, s.load)
	})
}
