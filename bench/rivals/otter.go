package rivals

import (
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// Otter is a bounded, expiring W-TinyLFU cache.
type Otter[K comparable] struct {
	Cache *otter.Cache[K, *sample.User]
	clock *otter.CoarseClock
}

// NewOtter makes a cache with otter's own clock.
func NewOtter[K comparable](size int) *Otter[K] {
	return &Otter[K]{Cache: otter.Must(&otter.Options[K, *sample.User]{
		MaximumSize:      size,
		ExpiryCalculator: otter.ExpiryWriting[K, *sample.User](TTL),
	})}
}

// NewCoarseOtter makes a cache with otter's coarse clock, which ticks every 10 ms.
func NewCoarseOtter[K comparable](size int) *Otter[K] {
	clock := otter.NewCoarseClock(10 * time.Millisecond)
	return &Otter[K]{clock: clock, Cache: otter.Must(&otter.Options[K, *sample.User]{
		MaximumSize:      size,
		ExpiryCalculator: otter.ExpiryWriting[K, *sample.User](TTL),
		Clock:            clock,
	})}
}

// NewSynchronousOtter makes a cache that does all of its work at once, in the
// goroutine that calls it, so that it never holds more than its bound. Its entries
// do not expire.
func NewSynchronousOtter[K comparable](size int) *Otter[K] {
	return &Otter[K]{Cache: otter.Must(&otter.Options[K, *sample.User]{
		MaximumSize: size,
		Executor:    func(work func()) { work() },
	})}
}

// Set implements [Store].
func (o *Otter[K]) Set(key K, user *sample.User) { o.Cache.Set(key, user) }

// Read implements [Store] with GetIfPresent.
func (o *Otter[K]) Read(ring []K, from, n int) (found int) {
	mask := len(ring) - 1
	for i := from; i < from+n; i++ {
		if _, ok := o.Cache.GetIfPresent(ring[i&mask]); ok {
			found++
		}
	}
	return found
}

// Close implements [Store].
func (o *Otter[K]) Close() {
	o.Cache.StopAllGoroutines()
	if o.clock != nil {
		o.clock.Stop()
	}
}
