package cache

import (
	"sync"
	"weak"
)

// member is what a manager asks of its caches.
type member interface {
	size() int
	settings() Settings
	configure(Settings)
	clear()
	clearMatching(pattern) int
	close()
	running() waiter
}

// A ref leads to a cache as long as anybody uses it.
type ref interface{ member() (member, bool) }

type weakRef[K comparable, V any] struct{ cache weak.Pointer[Cache[K, V]] }

func (r weakRef[K, V]) member() (member, bool) {
	c := r.cache.Value()
	return c, c != nil
}

// tally adds up the figures of caches, also of those that are gone.
type tally struct {
	mu   sync.Mutex
	live map[*counters]ref
	past Stats
}

func (t *tally) add(c *counters, r ref) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live == nil {
		t.live = make(map[*counters]ref)
	}
	t.live[c] = r
}

// fold adds the figures of a cache that is gone to the past.
func (t *tally) fold(c *counters) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.live[c]; ok {
		delete(t.live, c)
		t.past = t.past.plus(c.sum())
	}
}

func (t *tally) sum() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.past
	for c, r := range t.live {
		s = s.plus(c.sum())
		if m, ok := r.member(); ok {
			s.Size += m.size()
		}
	}
	return s
}

// members returns the caches that are in use.
func (t *tally) members() []member {
	t.mu.Lock()
	defer t.mu.Unlock()
	members := make([]member, 0, len(t.live))
	for _, r := range t.live {
		if m, ok := r.member(); ok {
			members = append(members, m)
		}
	}
	return members
}

// Entry is what a manager knows of the caches that share a name.
type Entry struct {
	name  string
	tally tally
	// declared are the settings of the first cache of this name, without
	// those that Late gives.
	declared Settings

	// mu orders changes of settings and the start of caches.
	mu      sync.Mutex
	changes Settings
}

// Name returns the name of the caches.
func (e *Entry) Name() string { return e.name }

// Stats returns the sum of the figures of all caches of this name, including
// those that are gone.
func (e *Entry) Stats() Stats { return e.tally.sum() }

// Settings returns the settings in force. Durations that Options.Late gives
// are 0 until the cache is used for the first time. If caches of this name were made
// with different options, it returns those of one of them.
func (e *Entry) Settings() Settings {
	for _, m := range e.tally.members() {
		return m.settings()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.declared.over(e.changes).clone()
}

// configure changes the settings of all caches of this name.
func (e *Entry) configure(s Settings) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changes = e.changes.over(s)
	for _, m := range e.tally.members() {
		m.configure(s)
	}
}
