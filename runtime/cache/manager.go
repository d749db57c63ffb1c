package cache

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// Config describes a manager.
type Config struct {
	// Logger gets a line at level Info when settings change, and one at level
	// Warn when Close leaves loads behind. nil means slog.Default.
	Logger *slog.Logger
	// MaxBytes bounds what the entries of all caches take up together, in
	// bytes: see Manager.SetMaxBytes. 0 means no bound.
	MaxBytes int64
}

// Manager is a set of caches: it knows their figures, changes their settings
// and closes them. It is safe for concurrent use. It refers to caches weakly,
// so that one that nobody uses any more is freed.
type Manager struct {
	config Config
	closed atomic.Bool
	// stands says that the manager stands in for the default one in a test: it
	// knows the names of that one's caches before they are used in it.
	stands bool
	budget budget

	mu      sync.Mutex
	entries map[string]*Entry
	onClose []func()
}

var standard = NewManager(Config{})

// NewManager makes a manager without caches. Caches join it by
// Options.Manager. It panics if c.MaxBytes is negative.
func NewManager(c Config) *Manager {
	m := &Manager{config: c, entries: make(map[string]*Entry)}
	m.SetMaxBytes(c.MaxBytes)
	return m
}

// Default returns the manager of all caches that name no other, among them
// those of generated package-level wrappers.
func Default() *Manager { return standard }

// Caches returns what there is to know about each name, sorted by name.
func (m *Manager) Caches() []*Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	entries := make([]*Entry, 0, len(m.entries))
	for _, e := range m.entries {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b *Entry) int { return cmp.Compare(a.name, b.name) })
	return entries
}

// Stats returns the sum of the figures of all caches.
func (m *Manager) Stats() Stats {
	var sum Stats
	for _, e := range m.Caches() {
		sum = sum.plus(e.Stats())
	}
	sum.Bytes = m.budget.held.Load() // of one moment
	return sum
}

// Configure changes the settings of the caches called name, those that are yet
// to be made included. It applies at once, to what is already kept too: ages
// are judged by the new settings, and what is over MaxEntries is evicted before
// Configure returns. It returns an error, and changes nothing, if a setting is
// out of range, or, wrapping ErrUnknownCache, if there never was such a cache.
func (m *Manager) Configure(name string, s Settings) error {
	if err := s.check(); err != nil {
		return fmt.Errorf("cache: configure %s: %w", name, err)
	}
	e, ok := m.find(name)
	if !ok {
		return m.unknown(name)
	}
	e.configure(s)
	m.log().Info("cache configured", "cache", name, "settings", s)
	return nil
}

// InvalidateMatching removes the entries of all caches of the manager whose
// keys, as text, match a pattern, and returns how many there were: see the
// function of the same name.
func (m *Manager) InvalidateMatching(ctx context.Context, pattern string) (int, error) {
	p, err := parsePattern(pattern)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, e := range managerOf(ctx, m).Caches() {
		for _, c := range e.tally.members() {
			count += c.clearMatching(p)
		}
	}
	return count, nil
}

// Close ends the use of the manager's caches. It drops their entries, cancels
// the contexts of the loads that run in goroutines of their own or have a
// timeout, and waits for all loads to return. If ctx ends first, it returns an
// error that wraps that of ctx, and the loads go on. Afterwards the caches work
// without keeping anything: each call of Load calls its function directly.
//
// Close must not be called by a cached function. It may be called again, to
// wait again.
func (m *Manager) Close(ctx context.Context) error {
	m.closed.Store(true)
	var loads []*flight.Group
	for _, e := range m.Caches() {
		loads = append(loads, e.close()...)
	}
	m.mu.Lock()
	then := m.onClose
	m.onClose = nil
	m.mu.Unlock()
	for _, f := range then {
		f()
	}
	return m.wait(ctx, loads)
}

func (m *Manager) wait(ctx context.Context, loads []*flight.Group) error {
	for _, l := range loads {
		err := l.Wait(ctx)
		if err == nil {
			continue
		}
		left := 0
		for _, l := range loads {
			left += l.Running()
		}
		m.log().Warn("cache manager closed before its loads had ended", "loads", left)
		return fmt.Errorf("cache: close: %d loads still run: %w", left, err)
	}
	return nil
}

// close closes the caches of one name, and returns what they are still doing.
func (e *Entry) close() []*flight.Group {
	e.mu.Lock()
	defer e.mu.Unlock()
	var loads []*flight.Group
	for _, c := range e.tally.members() {
		c.close()
		if s := c.state.Load(); s != nil {
			loads = append(loads, &s.flights)
		}
	}
	return loads
}

// atClose arranges for f to be called by Close. It returns false if it is too
// late for that.
func (m *Manager) atClose(f func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed.Load() {
		return false
	}
	m.onClose = append(m.onClose, f)
	return true
}

// entry returns the entry of a name, which it makes if there is none, for a
// cache that was declared with some settings.
func (m *Manager) entry(name string, declared *Settings) *Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[name]
	if e == nil {
		e = &Entry{name: name, declared: declared}
		m.entries[name] = e
	}
	return e
}

// find returns the entry of a name that is known.
func (m *Manager) find(name string) (*Entry, bool) {
	m.mu.Lock()
	e, ok := m.entries[name]
	m.mu.Unlock()
	if ok || !m.stands {
		return e, ok
	}
	usual, ok := Default().find(name)
	if !ok {
		return nil, false
	}
	return m.entry(name, usual.declared), true
}

func (m *Manager) log() *slog.Logger {
	if m.config.Logger != nil {
		return m.config.Logger
	}
	return slog.Default()
}
