package cachetest

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// owned are the managers of tests that run, by the tests' names.
var owned = struct {
	sync.Mutex
	by map[string][]*cache.Manager
}{by: make(map[string][]*cache.Manager)}

// own notes that a test has made a manager, until it ends.
func own(t testing.TB, m *cache.Manager) {
	name := t.Name()
	owned.Lock()
	defer owned.Unlock()
	owned.by[name] = append(owned.by[name], m)
	t.Cleanup(func() {
		owned.Lock()
		defer owned.Unlock()
		owned.by[name] = slices.DeleteFunc(owned.by[name], func(other *cache.Manager) bool { return other == m })
		if len(owned.by[name]) == 0 {
			delete(owned.by, name)
		}
	})
}

// managers returns those of the test that know the function.
func managers(t testing.TB, h Handle) (found []*cache.Manager) {
	t.Helper()
	if h == nil {
		t.Fatalf("cachetest: the handle is nil: pass that of the function, such as GetUserCache")
	}
	all := ownedBy(t.Name())
	if len(all) == 0 {
		t.Fatalf("cachetest: %s has no caches of its own: call the functions with the context that cachetest.Context(t) returns, "+
			"or before those without a context, cachetest.Isolate(t)", t.Name())
	}
	for _, m := range all {
		if _, err := m.Entry(h.Name()); err == nil {
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		t.Fatalf("cachetest: no manager of %s has a cache called %s: if it was made with a manager, let that be cachetest.New(t)", t.Name(), h.Name())
	}
	return found
}

// ownedBy returns the managers of a test, or of the one that it is part of.
func ownedBy(name string) []*cache.Manager {
	owned.Lock()
	defer owned.Unlock()
	for {
		if of := owned.by[name]; len(of) > 0 {
			return slices.Clone(of)
		}
		at := strings.LastIndexByte(name, '/')
		if at < 0 {
			return nil
		}
		name = name[:at]
	}
}
