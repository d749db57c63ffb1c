package cache

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
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
	// functions are generic ones, which may have no entry yet, and whether they are
	// plain.
	functions map[string]bool
	said      overrides
	// watched is the file of switches, if there is one.
	watched string
	onClose []func()
	// ends are closed when what goes on in the background has ended.
	ends []<-chan struct{}

	// naming counts the changes of the names that are known.
	naming atomic.Uint64
}

var standard = NewManager(Config{})

// NewManager makes a manager without caches. Caches join it by
// Options.Manager. It panics if c.MaxBytes is negative.
func NewManager(c Config) *Manager {
	m := &Manager{config: c, entries: make(map[string]*Entry)}
	m.root = m
	m.SetMaxBytes(c.MaxBytes)
	m.SetStore(c.Store)
	m.enlist()
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
	return nil, m.absent(m.qualify(name))
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
		count += c.clearMatching(ctx, p, by)
	}
	return count, err
}

// entry returns the entry of a name, which it makes if there is none, for a
// cache that was declared in some way.
func (m *Manager) entry(name string, declared *spec) *Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[name]
	if e == nil {
		// After Close, nothing is kept. Who closes m sees this entry, or is seen here.
		e = &Entry{name: name, declared: declared, manager: m, changes: m.said.of(name), closed: m.closed.Load()}
		m.entries[name] = e
		m.naming.Add(1)
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
