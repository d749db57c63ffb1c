package pool

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A waiter is an acquire that waits. All but ready and timer are behind the core's mu.
type waiter struct {
	// ready gets one entry, or nil if the pool is closed, when the waiter is taken off the
	// queue by another than itself.
	ready chan *entry
	timer *time.Timer
	ctx   context.Context

	before, after *waiter
	queued        bool
}

// A queue has the waiters in the order in which they are served.
type queue struct {
	first, last *waiter
	n           int
}

func (q *queue) push(w *waiter) {
	w.before, w.after, w.queued = q.last, nil, true
	if q.last == nil {
		q.first = w
	} else {
		q.last.after = w
	}
	q.last = w
	q.n++
}

// pushFirst is for a waiter whose turn it was already.
func (q *queue) pushFirst(w *waiter) {
	w.before, w.after, w.queued = nil, q.first, true
	if q.first == nil {
		q.last = w
	} else {
		q.first.before = w
	}
	q.first = w
	q.n++
}

func (q *queue) pop() *waiter {
	w := q.first
	q.remove(w)
	return w
}

func (q *queue) remove(w *waiter) {
	if w.before == nil {
		q.first = w.after
	} else {
		w.before.after = w.after
	}
	if w.after == nil {
		q.last = w.before
	} else {
		w.after.before = w.before
	}
	w.before, w.after, w.queued = nil, nil, false
	q.n--
}

// recycleInTests says that a test binary recycles waiters as well. Their channels and
// timers belong to a bubble of testing/synctest if they were made in one, and a pool may
// be used in several; production knows no bubbles.
var recycleInTests atomic.Bool

// waiters are those that can be used again.
type waiters struct{ free sync.Pool }

func (ws *waiters) get(ctx context.Context) *waiter {
	w, _ := ws.free.Get().(*waiter)
	if w == nil {
		w = &waiter{ready: make(chan *entry, 1)}
	}
	w.ctx = ctx
	return w
}

func (ws *waiters) put(w *waiter) {
	w.ctx = nil
	if !testing.Testing() || recycleInTests.Load() {
		ws.free.Put(w)
	}
}

// within makes the timer run for d, and returns its channel.
func (w *waiter) within(d time.Duration) <-chan time.Time {
	if w.timer == nil {
		w.timer = time.NewTimer(d)
	} else {
		w.timer.Reset(d)
	}
	return w.timer.C
}
