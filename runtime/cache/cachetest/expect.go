package cachetest

import (
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Handle is what Hits and the like are asked about: a generated handle, such as
// GetUserCache, or a *cache.Cache or *cache.Instances.
type Handle interface {
	// Name is the name of the cache.
	Name() string
}

// Stats returns the figures of a function in the managers that this test has made with
// New, Context, ContextWithStore or Isolate, taken together, or if it has made none, in
// those of the test that it is part of. Without any that has a cache of the name, the
// test fails and ends.
func Stats(t testing.TB, h Handle) cache.Stats {
	t.Helper()
	var sum cache.Stats
	for _, m := range managers(t, h) {
		if e, err := m.Entry(h.Name()); err == nil {
			sum = sum.Plus(e.Stats())
		}
	}
	return sum
}

// Hits fails the test, which goes on, unless so many calls of the function found what was
// kept, in the managers that Stats looks at, so far.
func Hits(t testing.TB, h Handle, want uint64) {
	t.Helper()
	s := Stats(t, h)
	expect(t, h, "hits", s.Hits, want, s)
}

// Misses is Hits for calls that found nothing. A call that waits for the load of another
// one is such a call, and so is one that gets a stale result.
func Misses(t testing.TB, h Handle, want uint64) {
	t.Helper()
	s := Stats(t, h)
	expect(t, h, "misses", s.Misses, want, s)
}

// Loads is Hits for calls of what is behind the cache, those in the background
// included. What is found in a store needs none.
func Loads(t testing.TB, h Handle, want uint64) {
	t.Helper()
	s := Stats(t, h)
	expect(t, h, "loads", s.Loads, want, s)
}

// Invalidations is Hits for results that were taken away. A call of Invalidate that
// finds nothing is none.
func Invalidations(t testing.TB, h Handle, want uint64) {
	t.Helper()
	s := Stats(t, h)
	expect(t, h, "invalidations", s.Invalidations, want, s)
}

func expect(t testing.TB, h Handle, what string, got, want uint64, all cache.Stats) {
	t.Helper()
	if got == want {
		return
	}
	advice := ""
	if all == (cache.Stats{}) {
		advice = "; no call has reached this test's caches: make them with the context that cachetest.Context(t) has returned"
	}
	t.Errorf("cachetest: %s had %d %s, want %d: %+v%s", h.Name(), got, what, want, all, advice)
}
