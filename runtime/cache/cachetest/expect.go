package cachetest

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// Handle is what Hits and the like are asked about: a generated handle, such as
// GetUserCache, or a *cache.Cache.
type Handle interface {
	// Name is the name of the cache.
	Name() string
}

// Stats returns the figures of a function in the managers that this test has made with
// New, Context, ContextWithStore or Isolate, or if it has made none, in those of the
// test that it is part of. Without any, the test fails and ends.
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
// one is such a call.
func Misses(t testing.TB, h Handle, want uint64) {
	t.Helper()
	s := Stats(t, h)
	expect(t, h, "misses", s.Misses, want, s)
}

// Loads is Hits for calls of what is behind the cache, those in the background
// included.
func Loads(t testing.TB, h Handle, want uint64) {
	t.Helper()
	s := Stats(t, h)
	expect(t, h, "loads", s.Loads, want, s)
}

// Invalidations is Hits for results that were taken away.
func Invalidations(t testing.TB, h Handle, want uint64) {
	t.Helper()
	s := Stats(t, h)
	expect(t, h, "invalidations", s.Invalidations, want, s)
}

func expect(t testing.TB, h Handle, what string, got, want uint64, all cache.Stats) {
	t.Helper()
	if got != want {
		t.Errorf("cachetest: %s had %d %s, want %d: %+v", h.Name(), got, what, want, all)
	}
}

// ForceMiss makes each call of the function in the managers that Stats looks at find
// nothing and load, until restore is called or the test ends. What was kept is gone,
// and what is loaded meanwhile is not kept.
func ForceMiss(t testing.TB, h Handle) (restore func()) {
	t.Helper()
	return force(t, h, route.Missing)
}

// ForceStale makes whatever the function has kept, in the managers that Stats looks at,
// and whatever it is going to, count as just too old, until restore is called or the
// test ends: calls load, and if that fails, get what is kept as far as stale= allows.
func ForceStale(t testing.TB, h Handle) (restore func()) {
	t.Helper()
	return force(t, h, route.Stale)
}

func force(t testing.TB, h Handle, as route.Behaviour) (restore func()) {
	t.Helper()
	var undo []func()
	for _, m := range managers(t, h) {
		end, err := route.Provided().Force(m, h.Name(), as)
		if err != nil {
			t.Fatalf("cachetest: %v", err)
		}
		undo = append(undo, end)
	}
	return sync.OnceFunc(func() {
		for _, end := range undo {
			end()
		}
	})
}

// made are the managers of tests that run, by the tests' names.
var made = struct {
	sync.Mutex
	by map[string][]*cache.Manager
}{by: make(map[string][]*cache.Manager)}

// remember notes that a test has made a manager, until it ends.
func remember(t testing.TB, m *cache.Manager) {
	name := t.Name()
	made.Lock()
	defer made.Unlock()
	made.by[name] = append(made.by[name], m)
	t.Cleanup(func() {
		made.Lock()
		defer made.Unlock()
		made.by[name] = slices.DeleteFunc(made.by[name], func(other *cache.Manager) bool { return other == m })
		if len(made.by[name]) == 0 {
			delete(made.by, name)
		}
	})
}

// managers returns those of the test that know the function.
func managers(t testing.TB, h Handle) (found []*cache.Manager) {
	t.Helper()
	of := known(t.Name())
	if len(of) == 0 {
		t.Fatalf("cachetest: %s has no caches of its own: call cachetest.Context(t), and the function with that context", t.Name())
	}
	for _, m := range of {
		if _, err := m.Entry(h.Name()); err == nil {
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		t.Fatalf("cachetest: %s has made no manager that has a cache called %s", t.Name(), h.Name())
	}
	return found
}

// known returns the managers of a test, or of the one that it is part of.
func known(name string) []*cache.Manager {
	made.Lock()
	defer made.Unlock()
	for {
		if of := made.by[name]; len(of) > 0 {
			return slices.Clone(of)
		}
		at := strings.LastIndexByte(name, '/')
		if at < 0 {
			return nil
		}
		name = name[:at]
	}
}
