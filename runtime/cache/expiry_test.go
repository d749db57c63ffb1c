package cache_test

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func inBubble(name string, t *testing.T, f func(t *testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

func TestTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{TTL: time.Minute})
		var n counter
		mustLoad(t, c, 1, 1, n.load)
		time.Sleep(time.Minute - 1)
		mustLoad(t, c, 1, 1, n.load)
		if len(maps.Collect(c.All())) != 1 {
			t.Error("All does not show an entry in its last nanosecond")
		}
		time.Sleep(time.Nanosecond)
		if _, ok := c.Peek(t.Context(), 1); ok {
			t.Error("Peek found an expired entry")
		}
		if len(maps.Collect(c.All())) != 0 {
			t.Error("All shows an expired entry")
		}
		if s := c.Stats(); s.Expirations != 0 || s.Size != 1 {
			t.Errorf("Peek and All changed something: %+v", s)
		}
		mustLoad(t, c, 1, 2, n.load)
		want := cache.Stats{Hits: 1, Misses: 2, Loads: 2, Expirations: 1, Size: 1}
		if got := c.Stats(); got != want {
			t.Errorf("Stats = %+v, want %+v", got, want)
		}
	})
}

func TestUseDoesNotProlongTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{TTL: 10 * time.Second})
		var n counter
		for i := range 30 {
			mustLoad(t, c, 1, int64(i/10+1), n.load)
			time.Sleep(time.Second)
		}
	})
}

func TestSetBeginsTheAgeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{TTL: 10 * time.Second})
		_ = c.Set(t.Context(), 1, 5)
		time.Sleep(9 * time.Second)
		_ = c.Set(t.Context(), 1, 6)
		time.Sleep(9 * time.Second)
		mustLoad(t, c, 1, 6, fail(t))
	})
}

// The age counts from the end of a load, when the result was stored.
func TestAgeCountsFromTheResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{TTL: 10 * time.Second})
		g := newGate()
		done := start(func() (int, error) { return c.Load(t.Context(), 1, g.load) })
		time.Sleep(time.Hour)
		close(g.opened)
		<-done
		time.Sleep(10*time.Second - 1)
		if _, ok := c.Get(1); !ok {
			t.Error("expired too early")
		}
	})
}

func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{TTL: cache.Forever, Idle: 10 * time.Second})
		var n counter
		for range 10 {
			mustLoad(t, c, 1, 1, n.load)
			time.Sleep(9 * time.Second)
		}
		if _, ok := c.Peek(t.Context(), 1); !ok {
			t.Error("Peek found nothing")
		}
		time.Sleep(time.Second) // Peek is no use
		mustLoad(t, c, 1, 2, n.load)
	})
}

func TestIdleDoesNotProlongTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{TTL: 20 * time.Second, Idle: 10 * time.Second})
		var n counter
		for i := range 40 {
			mustLoad(t, c, 1, int64(i/4+1), n.load)
			time.Sleep(5 * time.Second)
		}
	})
}

func TestForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int64]{TTL: cache.Forever, Idle: cache.Forever, Timeout: cache.Forever, Jitter: 0.5})
		_ = c.Set(t.Context(), 1, 1)
		time.Sleep(200 * 365 * 24 * time.Hour)
		mustLoad(t, c, 1, 1, fail(t))
	})
}

func TestJitterShortensByAtMostItsPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys = 1000
		c := newCache(t, cache.Options[int, int64]{TTL: 100 * time.Second, Jitter: 0.2, MaxEntries: cache.Unlimited})
		for k := range keys {
			_ = c.Set(t.Context(), k, 0)
		}
		left := func() int { return len(maps.Collect(c.All())) }
		time.Sleep(80*time.Second - 1)
		if left() != keys {
			t.Errorf("%d entries lost more than a fifth of their time", keys-left())
		}
		time.Sleep(10 * time.Second)
		if n := left(); n < keys/3 || n > keys*2/3 {
			t.Errorf("%d of %d entries left in the middle of the jitter", n, keys)
		}
		time.Sleep(10*time.Second + 1)
		if left() != 0 {
			t.Errorf("%d entries older than the TTL", left())
		}
	})
}

// What was stored under another clock has no age that could be known. Both ways
// are tried: from outside into a bubble, and from a bubble to outside.
func TestEntriesOfAnotherClockAreExpired(t *testing.T) {
	outside := newCache(t, cache.Options[int, int64]{TTL: time.Hour})
	inside := newCache(t, cache.Options[int, int64]{TTL: time.Hour, Idle: time.Hour})
	_ = outside.Set(t.Context(), 1, 1)
	synctest.Test(t, func(t *testing.T) {
		if _, ok := outside.Get(1); ok {
			t.Error("found an entry of another clock")
		}
		_ = inside.Set(t.Context(), 1, 1)
	})
	if _, ok := inside.Get(1); ok {
		t.Error("found an entry of another clock")
	}
}
