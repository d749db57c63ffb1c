package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
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
	// Store keeps the results of functions that are shared, for several processes;
	// nil means that they stay in memory: see Manager.SetStore.
	Store store.Store
	// StoreTimeout bounds each operation on the store; 0 means DefaultStoreTimeout.
	StoreTimeout time.Duration
	// RequireStore makes the first use of a shared cache panic if there is no store.
	// Otherwise it works in memory, and a warning is logged once.
	RequireStore bool
}

// DefaultStoreTimeout is how long an operation on the store may take unless
// Config.StoreTimeout says otherwise.
const DefaultStoreTimeout = 500 * time.Millisecond

// Manager is a set of caches: it knows their figures, changes their settings
// and closes them. It is safe for concurrent use. It refers to caches weakly,
// so that one that nobody uses any more is freed.
type Manager struct {
	// root is the manager that this one is a scope of, or itself. Apart from these two
	// fields, a scope has nothing: it is all in root.
	root  *Manager
	scope string

	config Config
	closed atomic.Bool
	// stands says that the manager stands in for the default one in a test: it
	// knows the names of that one's caches before they are used in it.
	stands bool
	budget budget
	tags   tagTable
	// link leads to the store, nil if there is none; storeless says that this was
	// logged.
	link      atomic.Pointer[tier.Link]
	storeless atomic.Bool

	// settling orders changes of settings; it is locked before mu.
	settling sync.Mutex

	mu      sync.Mutex
	entries map[string]*Entry
	// functions are generic ones, which may have no entry yet.
	functions map[string]bool
	said      overrides
	// watched is the file of switches, if there is one.
	watched string
	onClose []func()
}

var standard = NewManager(Config{})

// NewManager makes a manager without caches. Caches join it by
// Options.Manager. It panics if c.MaxBytes is negative.
func NewManager(c Config) *Manager {
	m := &Manager{config: c, entries: make(map[string]*Entry)}
	m.root = m
	m.SetMaxBytes(c.MaxBytes)
	m.SetStore(c.Store)
	return m
}

// Default returns the manager of all caches that name no other, among them
// those of generated package-level wrappers.
func Default() *Manager { return standard }

// Caches returns what there is to know about each name, sorted by name.
func (m *Manager) Caches() []*Entry {
	r := m.root
	r.mu.Lock()
	defer r.mu.Unlock()
	entries := make([]*Entry, 0, len(r.entries))
	for _, e := range r.entries {
		if m.covers(e.name) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b *Entry) int { return cmp.Compare(a.name, b.name) })
	return entries
}

// Stats returns the sum of the figures of all caches.
func (m *Manager) Stats() Stats {
	var sum Stats
	for _, e := range m.Caches() {
		sum = sum.Plus(e.Stats())
	}
	if m.scope == "" {
		sum.Bytes = m.budget.held.Load() // of one moment
	}
	return sum
}

// Entry returns what there is to know of a name. The error wraps ErrUnknownCache if
// there never was such a cache, and names the likeliest one.
func (m *Manager) Entry(name string) (*Entry, error) {
	if e, ok := m.root.find(m.qualify(name)); ok {
		return e, nil
	}
	return nil, m.unknown(name)
}

// Configure changes the settings of the caches called name, those that are yet
// to be made included. It applies at once, to what is already kept too: ages
// are judged by the new settings, and what is over MaxEntries is evicted before
// Configure returns. It returns an error, and changes nothing, if a setting is
// out of range, or, wrapping ErrUnknownCache, if there never was such a cache.
//
// The name of a generic function means all of its instantiations, and that of any
// function also its caches in scopes; a name with type arguments or with a scope means
// those, and goes before. What is in force is found anew at each change, the last of
// these that says something: the options of the cache, Configure, ReadEnvironment,
// WatchSwitches, Switch.
func (m *Manager) Configure(name string, s Settings) error {
	if err := s.check(); err != nil {
		return fmt.Errorf("cache: configure %s: %w", name, err)
	}
	name = m.qualify(name)
	if err := m.accepts(name, s); errors.Is(err, ErrUnknownCache) {
		return err
	} else if err != nil {
		return fmt.Errorf("cache: configure %w", err)
	}
	m.merge(configured, name, s)
	m.root.log().Info("cache configured", "cache", name, "settings", s)
	return nil
}

// accepts returns an error if no cache has the name, which must be qualified, or one
// that has it could not obey s.
func (m *Manager) accepts(name string, s Settings) error {
	_, own := m.root.find(name)
	concerned := m.concerned(name)
	if rest, _ := unscoped(name); rest == everyName {
		return nil // only modes are said of all
	}
	if !own && len(concerned) == 0 && !slices.Contains(m.names(), name) {
		return m.unknown(name)
	}
	for _, e := range concerned {
		if err := e.refuse(s); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// InvalidateMatching removes the entries of all caches of the manager whose
// keys, as text, match a pattern, and returns how many there were, 0 if they wait
// for the end of a transaction: see the function of the same name.
func (m *Manager) InvalidateMatching(ctx context.Context, pattern string) (int, error) {
	p, err := parsePattern(pattern)
	if err != nil {
		return 0, err
	}
	m = managerOf(ctx, m)
	if t := transactionOf(ctx); t != nil && t.add(ctx, func(ctx context.Context, by *ending) error {
		_, err := m.clearMatching(ctx, p, by)
		return err
	}) {
		return 0, nil
	}
	return m.clearMatching(ctx, p, nil)
}

func (m *Manager) clearMatching(ctx context.Context, p pattern, by *ending) (count int, err error) {
	// The store first, so that what is loaded from now on does not find it there.
	err = m.revoke(ctx, p)
	for _, c := range m.caches() {
		count += c.clearMatching(p, by)
	}
	return count, err
}

// Close ends the use of the manager's caches. It drops their entries, cancels
// the contexts of the loads that run in goroutines of their own or have a
// timeout, and waits for all loads to return, those in the background among them, and
// for whatever watches the store or a file of switches. If ctx ends first, it returns an
// error that wraps that of ctx, and the loads go on. Afterwards the caches work
// without keeping anything: each call of Load calls its function directly.
//
// Close must not be called by a cached function. It may be called again, to
// wait again.
func (m *Manager) Close(ctx context.Context) error {
	if m.scope != "" {
		return m.closeScope(ctx)
	}
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
	err := m.wait(ctx, loads)
	if l := m.link.Load(); l != nil {
		err = errors.Join(err, l.Close(ctx))
	}
	return err
}

// closeScope closes the caches of a scope, and forgets their names.
func (m *Manager) closeScope(ctx context.Context) error {
	var loads []*flight.Group
	for _, e := range m.Caches() {
		loads = append(loads, e.close()...)
		m.root.mu.Lock()
		if m.root.entries[e.name] == e {
			delete(m.root.entries, e.name)
		}
		m.root.mu.Unlock()
	}
	m.unregisterAll()
	return m.root.wait(ctx, loads)
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
	e.closed = true
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
// cache that was declared in some way.
func (m *Manager) entry(name string, declared *spec) *Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[name]
	if e == nil {
		e = &Entry{name: name, declared: declared, manager: m, changes: m.said.of(name)}
		m.entries[name] = e
	}
	if declared.rich != nil {
		e.rich.Store(true)
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
	e = m.entry(name, usual.declared)
	if usual.rich.Load() {
		e.rich.Store(true)
	}
	return e, true
}

func (m *Manager) log() *slog.Logger {
	if m.config.Logger != nil {
		return m.config.Logger
	}
	return slog.Default()
}
