// Package cachetest keeps tests of programs that use cached functions apart:
// each test gets caches of its own, empty at first, and leaves none behind.
//
// Functions with a context are routed by it, which is safe in parallel tests:
//
//	ctx := cachetest.Context(t)
//	user, err := store.GetUser(ctx, 1) // loads, whatever other tests did
//
// For functions without a context, Isolate gives the whole process other caches
// for the time of one test. Both work inside a testing/synctest bubble, whose
// time the ages of entries then follow. Caches that were made with a manager of
// their own are not touched: their test chose that manager.
//
// Hits, Misses, Loads and Invalidations say what a test expects to have happened in its
// own caches; ForceMiss and ForceStale bring about what is hard to wait for.
//
// NewStore makes a store in memory, for tests of what is shared between processes
// and of what happens when the store fails; ContextWithStore makes one for the
// functions that are called with a context, and Connect gives it to any manager. RunStore
// tests any other store.
package cachetest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// closing is how long the end of a test waits for loads that still run.
const closing = 10 * time.Second

// New returns a manager that is closed when the test ends. A load that still
// runs ten seconds later fails the test. The manager accepts settings for the
// caches of cache.Default before they are used in it; its messages go to the
// test's output.
func New(t testing.TB) *cache.Manager {
	if t == nil {
		panic("cachetest: the testing.TB is nil: pass the test's own")
	}
	t.Helper()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	m := route.Provided().NewManager(logger).(*cache.Manager)
	own(t, m)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closing)
		defer cancel()
		if err := m.Close(ctx); err != nil {
			t.Errorf("cachetest: %v", err)
		}
	})
	return m
}

// Context returns the test's context, in which cached functions use a manager
// of their own. Two calls give two managers. Parallel tests may use it.
func Context(t testing.TB) context.Context {
	t.Helper()
	return With(t.Context(), New(t))
}

// ContextWithStore is Context with a store in memory for what is shared, which the manager
// is connected to. To see what happens when the store fails, call its method Fail.
func ContextWithStore(t testing.TB) (context.Context, *Store) {
	t.Helper()
	m, s := New(t), NewStore()
	Connect(t, m, s)
	return With(t.Context(), m), s
}

// With is [cache.With], for tests that look at m afterwards.
func With(ctx context.Context, m *cache.Manager) context.Context { return cache.With(ctx, m) }

// Isolate makes all cached functions of the process, and the methods of their
// handles that have no context, use a manager of their own until the test ends.
// It returns that manager. The test must not be parallel, nor any that it is
// part of: Isolate panics if it is, and so does t.Parallel afterwards.
func Isolate(t testing.TB) *cache.Manager {
	t.Helper()
	// Only Setenv tells whether a test is parallel, and keeps it from becoming
	// so.
	t.Setenv("BUNSUI_CACHETEST", "isolated")
	m := New(t)
	t.Cleanup(route.Isolate(m))
	return m
}
