package cache_test

import (
	"maps"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestConfigureChangesAgesAtOnce(t *testing.T) {
	const name = "test.get"
	configure := func(t *testing.T, m *cache.Manager, s cache.Settings) {
		t.Helper()
		if err := m.Configure(name, s); err != nil {
			t.Fatal(err)
		}
	}
	inBubble("shorter", t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int64]{TTL: time.Hour, Manager: m})
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(time.Minute)
		configure(t, m, cache.Settings{TTL: time.Minute})
		if _, ok := c.Get(1); ok {
			t.Error("still there")
		}
	})
	inBubble("longer", t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int64]{TTL: time.Minute, Manager: m})
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(time.Minute)
		configure(t, m, cache.Settings{TTL: time.Hour})
		mustLoad(t, c, 1, 1, fail(t))
		configure(t, m, cache.Settings{TTL: cache.Forever})
		time.Sleep(10000 * time.Hour)
		mustLoad(t, c, 1, 1, fail(t))
	})
	inBubble("idle counts from the change, where uses were not noted", t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int64]{TTL: cache.Forever, Manager: m})
		_ = c.Set(t.Context(), 1, 1)
		_ = c.Set(t.Context(), 2, 2)
		time.Sleep(time.Hour)
		configure(t, m, cache.Settings{Idle: time.Minute})
		time.Sleep(time.Minute - 1)
		mustLoad(t, c, 1, 1, fail(t))
		time.Sleep(time.Nanosecond)
		mustLoad(t, c, 1, 1, fail(t))
		if _, ok := c.Get(2); ok {
			t.Error("an idle entry is still there")
		}
		configure(t, m, cache.Settings{Idle: cache.Forever})
		time.Sleep(time.Hour)
		mustLoad(t, c, 1, 1, fail(t))
	})
	inBubble("jitter", t, func(t *testing.T) {
		m := newManager(t)
		c := newCache(t, cache.Options[int, int64]{TTL: time.Hour, Manager: m})
		for k := range 100 {
			_ = c.Set(t.Context(), k, 1)
		}
		time.Sleep(45 * time.Minute)
		jitter := 0.5
		configure(t, m, cache.Settings{Jitter: &jitter})
		if n := len(maps.Collect(c.All())); n == 0 || n == 100 {
			t.Errorf("%d entries left", n)
		}
		none := 0.0
		configure(t, m, cache.Settings{Jitter: &none})
		if n := len(maps.Collect(c.All())); n != 100 {
			t.Errorf("%d entries left", n)
		}
	})
}
