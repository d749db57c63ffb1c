package monitor

import (
	"cmp"
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// A Report says how everything stands at one time. Each list is sorted by name; names may
// occur more than once, as those of loaders that a function makes for each request. What
// the figures of one element say holds together as far as its package promises; the
// elements are read one after another.
type Report struct {
	Time time.Time

	Managers   []Manager
	Caches     []Cache
	Processors []batch.ProcessorStats
	Loaders    []batch.LoaderStats
	Pools      []Pool
	Functions  []profile.FuncStats
}

// A Manager is what there is to know of a manager of caches beside its caches.
type Manager struct {
	// Name is the first of the names that it is registered by, such as "default", or
	// empty.
	Name string
	// Caches is the number of names that its caches have.
	Caches int
	// HasStore says that it has a store, and Store how that does.
	HasStore bool
	Store    cache.StoreStats
}

// A Cache is the caches of one manager that share a name.
type Cache struct {
	// Manager is the name of the manager, or empty if it has none.
	Manager string
	Name    string
	// Settings are those in force.
	Settings cache.Settings
	cache.Stats
}

// A Pool is a pool that is not closed, or a [pool.Foreign].
type Pool struct {
	// Name is the one in the pool's options, or the first one it is registered by, or
	// empty.
	Name string
	pool.Stats
}

// Snapshot returns how everything in the process stands now. It takes some microseconds
// for each element, and holds up nothing for longer. It is not for the initialisation of
// packages.
func Snapshot() Report {
	r := Report{
		Time:      time.Now(),
		Loaders:   batch.Loaders(),
		Functions: profile.Snapshot(),
	}
	for _, m := range cache.AllManagers() {
		r.addManager(m)
	}
	for _, p := range batch.Processors() {
		r.Processors = append(r.Processors, p.Stats())
	}
	for _, p := range pool.Pools() {
		r.Pools = append(r.Pools, Pool{Name: nameOf(p), Stats: p.Stats()})
	}
	for _, f := range pool.Foreigners() {
		r.Pools = append(r.Pools, Pool{Name: f.Name(), Stats: f.Stats()})
	}
	sortBy(r.Managers, managers)
	sortBy(r.Caches, caches)
	sortBy(r.Processors, processors)
	sortBy(r.Loaders, loaders)
	sortBy(r.Pools, pools)
	sortBy(r.Functions, functions)
	return r
}

func (r *Report) addManager(m *cache.Manager) {
	entry := Manager{Name: first(m.Names())}
	entries := m.Caches()
	r.Caches = slices.Grow(r.Caches, len(entries))
	for _, e := range entries {
		entry.Caches++
		r.Caches = append(r.Caches, Cache{Manager: entry.Name, Name: e.Name(), Settings: e.Settings(), Stats: e.Stats()})
	}
	entry.Store, entry.HasStore = m.StoreStats()
	r.Managers = append(r.Managers, entry)
}

func nameOf(p pool.AnyPool) string {
	return cmp.Or(p.Name(), first(pool.NamesOf(p)))
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// has reports whether there is such a thing in the report.
func (r Report) has(on Subject) bool {
	switch k := (key{on.Manager, on.Name}); on.Kind {
	case "cache":
		return contains(caches, r.Caches, k)
	case "batch":
		return contains(processors, r.Processors, k)
	case "loader":
		return contains(loaders, r.Loaders, k)
	case "pool":
		return contains(pools, r.Pools, k)
	case "function":
		return contains(functions, r.Functions, k)
	default:
		return false
	}
}

func contains[T any](k kind[T], list []T, wanted key) bool {
	return slices.ContainsFunc(list, func(e T) bool { return k.key(e) == wanted })
}

// sortBy leaves those of one name in the order in which they were made.
func sortBy[T any](list []T, k kind[T]) {
	if ascending(k, list) {
		return
	}
	slices.SortStableFunc(list, func(a, b T) int { return k.key(a).compare(k.key(b)) })
}
