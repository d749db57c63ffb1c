package tier

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// tolerance is how many failures in a row open a circuit.
	tolerance = 5
	// shortest and longest bound the pauses between two tries.
	shortest = 100 * time.Millisecond
	longest  = 10 * time.Second
)

// breaker lets nothing through for a while after some failures in a row, then one
// operation as a probe: if that fails, the next pause is twice as long.
type breaker struct {
	// failing is set from the first failure until the next success. As long as it is
	// not, as usual, the lock is not needed.
	failing atomic.Bool

	mu       sync.Mutex
	failures int
	pause    time.Duration
	until    time.Time
	probing  bool
}

// pass is what an operation was let through with.
type pass int

const (
	refused pass = iota
	usual
	probe
)

func (b *breaker) enter() pass {
	if !b.failing.Load() {
		return usual
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.failures < tolerance:
		return usual
	case b.probing || time.Now().Before(b.until):
		return refused
	}
	b.probing = true
	return probe
}

// succeed closes the circuit.
func (b *breaker) succeed() {
	if !b.failing.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failing.Store(false)
	b.failures, b.pause, b.probing = 0, 0, false
}

// fail reports whether it has opened the circuit. Operations that began before that
// and failed after it prolong no pause.
func (b *breaker) fail(p pass) (opened bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failing.Store(true)
	if p == probe {
		b.probing = false
	}
	if p == usual {
		if b.failures++; b.failures != tolerance {
			return false
		}
	}
	b.pause = longer(b.pause)
	b.until = time.Now().Add(jittered(b.pause))
	return p == usual
}

// forget is for operations that say nothing about the store.
func (b *breaker) forget(p pass) {
	if p != probe {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
}

func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures >= tolerance
}

// longer returns the pause that follows one.
func longer(pause time.Duration) time.Duration {
	return min(max(2*pause, shortest), longest)
}

// jittered returns between a half and the whole of a pause, so that processes that
// were refused together do not come back together.
func jittered(pause time.Duration) time.Duration {
	return pause/2 + rand.N(pause/2+1)
}
