package cache

import (
	"sync"
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
		t.past = t.past.plus(c.sum())
	}
}

func (t *tally) sum() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.past
	for c, r := range t.live {
		s = s.plus(c.sum())
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
	name  string
	tally tally
	// declared are the settings of the first cache of this name, without
	// those that Late gives.
	declared *Settings

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
		return m.effective()
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
