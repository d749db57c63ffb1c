package pool_test

import (
	"context"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// check compares the pool's figures with what the world has seen, when nothing moves.
func (w *world) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	st := w.pool.Stats()
	w.checkThings(st)
	waiting, queued := w.queue()
	w.equal("Canceled", int(st.Canceled), int(w.canceled))
	w.equal("Timeouts", int(st.Timeouts), int(w.expired))
	if st.Waiting > waiting || st.Waiting < queued {
		w.fault("Waiting is %d, but %d wait, %d of them surely in the queue", st.Waiting, waiting, queued)
	}
	if st.Waiting == 0 || st.Suspended || st.Stopped {
		return
	}
	// Nobody waits for nothing.
	if st.Idle > 0 {
		w.fault("%d wait, though %d are idle", st.Waiting, st.Idle)
	}
	free := st.Max - st.Open()
	if free > 0 && (st.Constructing == 0 || st.CreateError == nil && st.Constructing < st.Waiting) {
		w.fault("%d wait, %d could be created, %d are", st.Waiting, free, st.Constructing)
	}
}

// checkThings compares what the figures say of resources.
func (w *world) checkThings(st pool.Stats) {
	var live, closing, held, reused, gone int
	for _, t := range w.things {
		switch {
		case t.live:
			live++
		case t.closing:
			closing++
		}
		if t.holder != nil {
			held++
		}
		if !t.live {
			gone++
		}
		reused += max(0, t.leases-1)
	}
	w.equal("Created", int(st.Created), len(w.things))
	w.equal("Closed", int(st.Closed), gone)
	w.equal("InUse+Idle", st.InUse+st.Idle, live)
	w.equal("InUse", st.InUse, held+w.pinging)
	w.equal("Closing", st.Closing, closing)
	w.equal("Acquired", int(st.Acquired), int(w.leases))
	w.equal("Reused", int(st.Reused), reused)
}

// queue counts the users that wait, and those of them that are surely in the queue, and
// looks whether nobody went before these.
func (w *world) queue() (waiting, queued int) {
	first := w.ids
	for _, u := range w.users {
		if u.waiting {
			waiting++
			if !u.pinged {
				queued++
				first = min(first, u.id)
			}
		}
	}
	for _, u := range w.users {
		if u.served && u.id > first {
			w.fault("user %d was served before %d", u.id, first)
		}
		u.served = false
	}
	return waiting, queued
}

func (w *world) equal(what string, got, want int) {
	if got != want {
		w.fault("%s is %d, want %d", what, got, want)
	}
}

// finish closes the pool, with things lent or not, and looks whether all is gone.
func (w *world) finish() {
	w.locked(func() {
		w.stopAt = true
		for name, m := range w.modes {
			if m != exits && m != panics {
				w.modes[name] = works
			}
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	late := w.rng.IntN(2) == 0
	if late {
		_ = w.pool.Close(ctx)
	}
	w.drain()
	synctest.Wait()
	w.check()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range w.things {
		if t.closed != 1 != t.hijacked {
			w.fault("thing %d was closed %d times, hijacked %v", t.id, t.closed, t.hijacked)
		}
	}
	if st := w.pool.Stats(); st.Open() != 0 || len(w.users) != 0 || w.constructing != 0 {
		w.fault("left: %+v, %d users", st, len(w.users))
	}
	for _, f := range w.faults {
		w.Error(f)
	}
	// Goroutines that are left are found by the bubble.
}

// drain closes the pool while its users give back what they have.
func (w *world) drain() {
	drained := later(func() error { return w.pool.Close(context.Background()) })
	for range 50 { // a ping may be under way, and its user gets something later
		synctest.Wait()
		if u := w.pickUser(false); u != nil {
			w.locked(func() {
				delete(w.users, u.id)
				u.thing.holder = nil
			})
			must(w, u.lease.Release())
		} else {
			time.Sleep(100 * time.Millisecond)
		}
	}
	must(w, drained())
}
