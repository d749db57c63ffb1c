package pool

import "testing"

// Recycle makes pools use waiters again, as they do in production, until the test ends.
func Recycle(t testing.TB) {
	recycleInTests.Store(true)
	t.Cleanup(func() { recycleInTests.Store(false) })
}
