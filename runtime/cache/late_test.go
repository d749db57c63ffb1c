package cache_test

import (
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

type late cache.Durations

func (l *late) Durations() cache.Durations { return cache.Durations(*l) }

func TestLate(t *testing.T) {
	inBubble("is asked once, at first use", t, func(t *testing.T) {
		m := newManager(t)
		durations := &late{TTL: -1}
		c := newCache(t, cache.Options[int, int64]{TTL: cache.Deferred, Late: durations, Manager: m})
		_, _ = c.Stats(), m.Caches()[0].Settings()
		durations.TTL = time.Minute
		_ = c.Set(t.Context(), 1, 1)
		durations.TTL = -1
		time.Sleep(time.Minute - 1)
		mustLoad(t, c, 1, 1, fail(t))
		time.Sleep(time.Nanosecond)
		if _, ok := c.Get(1); ok {
			t.Error("still there")
		}
		if got := m.Caches()[0].Settings().TTL; got != time.Minute {
			t.Errorf("Settings().TTL = %v", got)
		}
	})
	inBubble("gives way to Configure", t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int64]{Late: &late{TTL: time.Minute}, Manager: m})
		if err := m.Configure("test.get", cache.Settings{TTL: time.Hour}); err != nil {
			t.Fatal(err)
		}
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(time.Minute)
		mustLoad(t, c, 1, 1, fail(t))
	})
	for want, o := range map[string]cache.Options[int, int64]{
		"cache: f: TTL is 0: it must be positive, and a variable must be initialised before the function is called": {Late: &late{}},
		"cache: f: TTL is 0s: it must be positive":      {TTL: cache.Deferred, Late: &late{}},
		"cache: f: TTL is -1s: it must be positive":     {Late: &late{TTL: -time.Second}},
		"cache: f: Idle is -1s: it must be positive":    {TTL: 1, Late: &late{Idle: -time.Second}},
		"cache: f: Idle is 0s: it must be positive":     {TTL: 1, Idle: cache.Deferred, Late: &late{}},
		"cache: f: Timeout is -1s: it must be positive": {TTL: 1, Late: &late{Timeout: -time.Second}},
	} {
		o.Name, o.Manager = "f", newManager(t)
		c := cache.New(o)
		for range 2 { // again: the first panic must not leave a lock behind
			if got := recovered(func() { c.Get(1) }); got != want {
				t.Errorf("panic %v, want %v", got, want)
			}
		}
	}
}
