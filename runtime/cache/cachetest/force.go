package cachetest

import (
	"sync"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// ForceMiss makes each call of the function find nothing and load, in memory and in a
// store, in the managers that Stats looks at, until restore is called or the test ends.
// What was kept in memory is gone, and what is loaded or set meanwhile is not kept.
// Calls at the same time for one key still share a load. Caches of the function in scopes
// are others, and go on as before. Calling restore again does nothing.
func ForceMiss(t testing.TB, h Handle) (restore func()) {
	t.Helper()
	return force(t, h, demand{miss: 1})
}

// ForceStale makes whatever the function has kept, and whatever it is going to, count as
// just too old, in memory and in a store, in the managers that Stats looks at, until
// restore is called or the test ends. Calls load, and if that fails, get what is kept if
// stale= allows it, then for a second without another try. Without stale= a call that
// comes upon what is kept takes it away, and so does one, whatever stale= says, that comes
// upon what Cache.LoadFrom has read. After restore, what is still kept is as old as
// it is. Calling restore again does nothing.
func ForceStale(t testing.TB, h Handle) (restore func()) {
	t.Helper()
	return force(t, h, demand{worn: 1})
}

// target is the caches that something is forced upon.
type target struct {
	manager *cache.Manager
	name    string
}

// demand counts those who force something: tests that are parts of another one may
// share its manager.
type demand struct{ miss, worn int }

// demands are those in force.
var demands = struct {
	sync.Mutex
	of map[target]demand
}{of: make(map[target]demand)}

func force(t testing.TB, h Handle, d demand) (restore func()) {
	t.Helper()
	of := managers(t, h)
	for _, m := range of {
		target{m, h.Name()}.add(d)
	}
	restore = sync.OnceFunc(func() {
		for _, m := range of {
			target{m, h.Name()}.add(demand{-d.miss, -d.worn})
		}
	})
	t.Cleanup(restore)
	return restore
}

func (to target) add(d demand) {
	demands.Lock()
	defer demands.Unlock()
	sum := demands.of[to]
	sum.miss += d.miss
	sum.worn += d.worn
	demands.of[to] = sum
	if sum == (demand{}) {
		delete(demands.of, to)
	}
	route.Provided().Force(to.manager, to.name, route.Behaviour{Miss: sum.miss > 0, Worn: sum.worn > 0})
}
