package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"weak"
)

// tally adds up the figures of caches, also of those that are gone.
type tally struct {
	mu   sync.Mutex
	live map[*counters]weak.Pointer[core]
	past Stats
}

func (t *tally) add(c *counters, r weak.Pointer[core]) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live == nil {
		t.live = make(map[*counters]weak.Pointer[core])
	}
	t.live[c] = r
}

// fold adds the figures of a cache that is gone to the past.
func (t *tally) fold(c *counters) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.live[c]; ok {
		delete(t.live, c)
		t.past = t.past.Plus(c.sum())
	}
}

func (t *tally) sum() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.past
	for c, r := range t.live {
		s = s.Plus(c.sum())
		if m := r.Value(); m != nil {
			s.Size += m.size()
		}
	}
	return s
}

// members returns the caches that are in use.
func (t *tally) members() []*core {
	t.mu.Lock()
	defer t.mu.Unlock()
	members := make([]*core, 0, len(t.live))
	for _, r := range t.live {
		if m := r.Value(); m != nil {
			members = append(members, m)
		}
	}
	return members
}

// Entry is what a manager knows of the caches that share a name.
type Entry struct {
	name    string
	manager *Manager
	tally   tally
	// declared is that of the first cache of this name.
	declared *spec
	// rich says that one of the caches of this name is, or was.
	rich atomic.Bool

	// reported is when a failed load was logged last, 0 for never, and failures how
	// many there were since.
	reported atomic.Int64
	failures atomic.Int64
	// unread and unwritten are when values were logged last that the codec could not
	// carry.
	unread, unwritten atomic.Int64

	// mu orders changes of settings and the start of caches.
	mu sync.Mutex
	// changes are what lies over the options.
	changes Settings
	// closed says that caches that start keep nothing.
	closed bool
	// shared says that there is or was a shared cache that none may share its name with.
	shared bool
}

// Name returns the name of the caches.
func (e *Entry) Name() string { return e.name }

// Stats returns the sum of the figures of all caches of this name, including
// those that are gone.
func (e *Entry) Stats() Stats { return e.tally.sum() }

// Clear removes all entries of the caches of this name, as [Cache.Clear] does, and returns
// how many there were in memory. Unlike [Manager.InvalidateMatching] it leaves alone other
// names that begin likewise, and other caches whose keys do. The error is that of the
// store. It is safe for concurrent use.
func (e *Entry) Clear(ctx context.Context) (count int, err error) {
	for _, m := range e.tally.members() {
		count += m.size()
		err = errors.Join(err, m.clearAll(ctx, nil))
	}
	return count, err
}

// Settings returns the settings in force. Durations that Options.Late gives
// are 0 until the cache is used for the first time. If caches of this name were made
// with different options, it returns those of one of them.
func (e *Entry) Settings() Settings {
	for _, m := range e.tally.members() {
		return m.effective()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.declared.settings.over(e.changes).clone()
}

// settle makes changes what lies over the options of all caches of this name.
func (e *Entry) settle(changes Settings) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.changes.equal(changes) {
		return
	}
	e.changes = changes
	for _, m := range e.tally.members() {
		m.configure(changes)
	}
}

// Origins tells where the settings come from that are not those of the cache's options:
// by the names of the fields of Settings, "Configure", "environment", "switch file" or
// "Switch".
func (e *Entry) Origins() map[string]string {
	e.manager.mu.Lock()
	defer e.manager.mu.Unlock()
	return e.manager.said.origins(e.name)
}

// takeName panics if a shared cache has the name already: what the two keep would meet
// in the store.
func (e *Entry) takeName(s *spec) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shared && !e.closed {
		panic(s.misuse("it is shared, and its manager has a shared cache of that name already, whose results it would get from the store: " +
			"make one of the two with a scope of the manager, as by m.Scope(\"eu\")"))
	}
	e.shared = true
}
