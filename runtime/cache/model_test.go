package cache_test

import (
	"math"
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// A model says what a cache must do, one thing after the other and without any
// lock: what is kept, which loads run, who waits for them and what they get.
// Times are counted from the start of the bubble.
type model struct {
	now      time.Duration
	settings cache.Settings
	// idleFrom is when Idle was last turned on: earlier uses were not noted.
	idleFrom time.Duration
	closed   bool

	entries map[int]*modelEntry
	onKey   map[int]*modelLoad
	loads   []*modelLoad // that run or are held back
	queue   []*modelLoad
	holders int

	stats cache.Stats
	// mayDelete is how many entries may have been invalidated beyond those of
	// stats, which were surely kept.
	mayDelete uint64

	// peek asks the cache where the model cannot know: jitter is random.
	peek func(key int) bool
}

type modelEntry struct {
	value        int64
	stored, used time.Duration
	// doubtful means that it was too old once, and so may have been dropped or
	// evicted when a change of settings makes it young again.
	doubtful bool
}

// An ending is how a call or a loader ended.
type ending int

const (
	pending         ending = iota
	returned               // with a value
	failed                 // with a value and errLoad
	canceled               // with an error that is context.Canceled
	expired                // with an error that is context.DeadlineExceeded
	recursive              // with a *RecursionError, which was panicked with
	panicked               // with a *PanicError around errLoad
	exitedElsewhere        // with a *PanicError around ErrGoexit
	panickedBare           // with errLoad itself
	exited                 // by runtime.Goexit
)

// A result is what a call or a loader came to.
type result struct {
	ending ending
	value  int64
}

// A modelLoad is a load: that of a flight, or that of a single caller.
type modelLoad struct {
	key      int
	leader   *call
	waiters  []*call
	alone    bool // belongs to one caller only
	limited  bool
	queued   bool
	over     bool
	deadline time.Duration // 0 for none
	// ended is how its context ended.
	ended ending
	// nested is the call that its loader is making.
	nested *call
}

// hasContext tells that the load's context can end by itself.
func (l *modelLoad) hasContext() bool { return !l.leader.inline || l.deadline > 0 }

func (m *model) off() bool { return m.settings.Mode == cache.Off }

// An age is whether an entry is too old.
type age int

const (
	young age = iota
	doubtful
	old
)

func (m *model) age(e *modelEntry) age {
	if m.off() {
		return old
	}
	if idle := m.settings.Idle; idle > 0 && idle != cache.Forever && m.now-max(e.used, m.idleFrom) >= idle {
		return old
	}
	ttl, age := m.settings.TTL, m.now-e.stored
	switch {
	case ttl == cache.Forever:
		return youngUnless(e.doubtful)
	case age >= ttl:
		return old
	case *m.settings.Jitter > 0 && age >= time.Duration(float64(ttl)*(1-*m.settings.Jitter))-1:
		return doubtful
	}
	return youngUnless(e.doubtful)
}

func youngUnless(doubt bool) age {
	if doubt {
		return doubtful
	}
	return young
}

// lookup is the first thing that a call does.
func (m *model) lookup(key int) *modelEntry {
	e := m.entries[key]
	if e == nil {
		return nil
	}
	age := m.age(e)
	if age == old || age == doubtful && !m.peek(key) {
		delete(m.entries, key)
		return nil
	}
	if m.settings.Idle > 0 && m.settings.Idle != cache.Forever {
		e.used = m.now
	}
	return e
}

func (m *model) keep(key int, v int64) {
	if !m.off() && !m.closed {
		m.entries[key] = &modelEntry{value: v, stored: m.now, used: m.now}
	}
}

// forget is an invalidation of one key.
func (m *model) forget(key int) {
	delete(m.onKey, key)
	e := m.entries[key]
	if e == nil {
		return
	}
	if m.age(e) == young {
		m.stats.Invalidations++
	} else {
		m.mayDelete++
	}
	delete(m.entries, key)
}

func (m *model) set(key int, v int64) {
	delete(m.onKey, key)
	m.keep(key, v)
}

func (m *model) configure(s cache.Settings) {
	before := m.settings.Idle
	for _, d := range []struct{ to, from *time.Duration }{
		{&m.settings.TTL, &s.TTL}, {&m.settings.Idle, &s.Idle}, {&m.settings.Timeout, &s.Timeout},
	} {
		if *d.from != 0 {
			*d.to = *d.from
		}
	}
	if s.MaxEntries != 0 {
		m.settings.MaxEntries = s.MaxEntries
	}
	if s.LoadLimit != 0 {
		m.settings.LoadLimit = s.LoadLimit
	}
	if s.Jitter != nil {
		m.settings.Jitter = s.Jitter
	}
	if s.Mode != 0 {
		m.settings.Mode = s.Mode
	}
	if (before == 0 || before == cache.Forever) && m.settings.Idle != before {
		m.idleFrom = m.now
	}
	if m.off() {
		clear(m.entries)
	}
	m.letIn()
}

// close ends all loads' contexts, and nothing is kept from then on.
func (m *model) close() {
	m.closed = true
	clear(m.entries)
	clear(m.onKey)
	for _, l := range slices.Clone(m.loads) {
		if !l.alone && l.hasContext() {
			m.endLoadContext(l, canceled)
		}
	}
}

// advance lets time pass: contexts end in the order of their deadlines.
func (m *model) advance(to time.Duration, calls []*call) {
	for {
		next := time.Duration(math.MaxInt64)
		var end func()
		for _, l := range m.loads {
			if l.deadline > 0 && l.deadline < next && !l.alone && l.ended == pending {
				next, end = l.deadline, func() { m.endLoadContext(l, expired) }
			}
		}
		for _, c := range calls {
			if c.deadline > 0 && c.deadline < next && c.ended == pending {
				next, end = c.deadline, func() { m.endCallContext(c, expired) }
			}
		}
		if next > to {
			m.now = to
			return
		}
		m.now = next
		end()
	}
}
