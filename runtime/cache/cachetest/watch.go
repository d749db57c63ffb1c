package cachetest

import (
	"context"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// A link says how the watchers of a view are connected.
type link int

const (
	connected link = iota
	muted
	cut
)

// watcher is one call of Watch. Its fields are guarded by the content's mutex.
type watcher struct {
	of    *Store
	queue []due
	wake  chan struct{}
	// told says that the last of Lost and Restored in the queue was Restored.
	told bool
}

// due is an event and when it arrives.
type due struct {
	event store.Event
	at    time.Time
}

// Watch calls f with events: see store.Store.
func (s *Store) Watch(ctx context.Context, f func(store.Event)) error {
	s.enter("Watch")
	w := &watcher{of: s, wake: make(chan struct{}, 1)}
	s.content.join(w)
	defer s.content.leave(w)
	for ctx.Err() == nil {
		e, wait, ok := s.content.take(w)
		if ok {
			f(e)
			if e.Kind == store.Restored {
				s.once.Do(func() { close(s.restored) })
			}
			continue
		}
		w.sleep(ctx, wait)
	}
	return ctx.Err()
}

// sleep waits until something is put into the queue, or for d unless it is 0.
func (w *watcher) sleep(ctx context.Context, d time.Duration) {
	var later <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		later = timer.C
	}
	select {
	case <-ctx.Done():
	case <-w.wake:
	case <-later:
	}
}

func (c *content) connected(s *Store) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.links[s] == connected
}

func (c *content) join(w *watcher) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchers = append(c.watchers, w)
	if c.links[w.of] == connected {
		c.restore(w)
	}
}

func (c *content) leave(w *watcher) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.watchers {
		if c.watchers[i] == w {
			c.watchers = append(c.watchers[:i:i], c.watchers[i+1:]...)
			return
		}
	}
}

// take returns the next event if it is due, else how long that will be, 0 if there
// is none.
func (c *content) take(w *watcher) (e store.Event, wait time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(w.queue) == 0 {
		return e, 0, false
	}
	if wait := time.Until(w.queue[0].at); wait > 0 {
		return e, wait, false
	}
	e = w.queue[0].event
	w.queue = w.queue[1:]
	return e, 0, true
}

// tell sends an event to all watchers.
func (c *content) tell(by *Store, e store.Event) {
	for _, w := range c.watchers {
		c.send(w, by, e)
	}
}

// send puts an event into a watcher's queue, unless its view is not connected.
func (c *content) send(w *watcher, by *Store, e store.Event) {
	if c.links[w.of] != connected {
		return
	}
	e.Own = w.of == by
	w.put(e)
}

func (w *watcher) put(e store.Event) {
	w.of.mu.Lock()
	at := time.Now().Add(w.of.faults.delayEvents)
	w.of.mu.Unlock()
	if n := len(w.queue); n > 0 && w.queue[n-1].at.After(at) {
		at = w.queue[n-1].at
	}
	w.queue = append(w.queue, due{event: e, at: at})
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// connect changes how the watchers of a view are connected, and tells them.
func (c *content) connect(s *Store, to link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from := c.links[s]
	c.links[s] = to
	for _, w := range c.watchers {
		if w.of != s || to == muted || from == to {
			continue
		}
		if w.told {
			w.told = false
			w.put(store.Event{Kind: store.Lost})
		}
		if to == connected {
			c.restore(w)
		}
	}
}

func (c *content) restore(w *watcher) {
	w.told = true
	w.put(store.Event{Kind: store.Restored})
}
