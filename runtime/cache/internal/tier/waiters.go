package tier

import (
	"slices"
	"sync"
)

// waiters are look-ups that wait for the end of a lease, by key.
type waiters struct {
	mu sync.Mutex
	of map[string][]*waiter
}

// waiter is woken by a value in its channel, which has room for one.
type waiter struct {
	key  string
	woke chan struct{}
}

func (w *waiters) init() { w.of = map[string][]*waiter{} }

func (w *waiters) add(key string) *waiter {
	one := &waiter{key: key, woke: make(chan struct{}, 1)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.of[key] = append(w.of[key], one)
	return one
}

func (w *waiters) remove(one *waiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	left := slices.DeleteFunc(w.of[one.key], func(o *waiter) bool { return o == one })
	if w.of[one.key] = left; len(left) == 0 {
		delete(w.of, one.key)
	}
}

func (w *waiters) wake(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.of[key] {
		one.wake()
	}
}

func (w *waiters) wakeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, all := range w.of {
		for _, one := range all {
			one.wake()
		}
	}
}

func (one *waiter) wake() {
	select {
	case one.woke <- struct{}{}:
	default:
	}
}
