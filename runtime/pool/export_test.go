package pool

import "testing"

// Recycle makes pools use waiters again, as they do in production, until the test ends.
func Recycle(t testing.TB) {
	recycleInTests.Store(true)
	t.Cleanup(func() { recycleInTests.Store(false) })
}

// Hot reports whether acquires and releases can go the short way.
func Hot[T any](p *Pool[T]) bool { return p.core.gate.Load()&flags == 0 }
