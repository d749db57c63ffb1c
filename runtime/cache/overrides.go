package cache

import (
	"maps"
	"slices"
	"strings"
)

// layer is one of those who say what the settings of caches are to be. Each lies over
// the ones before it, and all over the options.
type layer int

const (
	configured  layer = iota // Manager.Configure
	environment              // Manager.ReadEnvironment
	switchFile               // Manager.WatchSwitches
	switched                 // Manager.Switch
	forced                   // cachetest
	layers
)

// String names the layer as Entry.Origins does.
func (l layer) String() string {
	return [...]string{"Configure", "environment", "switch file", "Switch", "cachetest"}[l]
}

// everyName stands for all caches.
const everyName = "*"

// overrides are what the layers say, by the name of caches. A more exact name lies over
// a less exact one of the same layer: see exactness.
type overrides [layers]map[string]Settings

// merge adds s to what a layer says of a name.
func (m *Manager) merge(l layer, name string, s Settings) {
	m.change(func(o *overrides) { o.set(l, name, o[l][name].over(s)) })
}

// put makes s all that a layer says of a name; the zero Settings take it back.
func (m *Manager) put(l layer, name string, s Settings) {
	m.change(func(o *overrides) { o.set(l, name, s) })
}

// replace makes changes all that a layer says.
func (m *Manager) replace(l layer, changes map[string]Settings) {
	m.change(func(o *overrides) { o[l] = maps.Clone(changes) })
}

func (o *overrides) set(l layer, name string, s Settings) {
	if s == (Settings{}) {
		delete(o[l], name)
		return
	}
	if o[l] == nil {
		o[l] = make(map[string]Settings)
	}
	o[l][name] = s
}

// change lets f change what is said, and applies it.
func (m *Manager) change(f func(*overrides)) {
	m = m.root
	m.settling.Lock() // so that what is said last is applied last
	defer m.settling.Unlock()
	m.mu.Lock()
	f(&m.said)
	entries := slices.Collect(maps.Values(m.entries))
	said := make([]Settings, len(entries))
	for i, e := range entries {
		said[i] = m.said.of(e.name)
	}
	m.mu.Unlock()
	for i, e := range entries {
		e.settle(said[i])
	}
}

// of returns what is said of a cache, all layers taken together.
func (o *overrides) of(name string) (all Settings) {
	for l, said := range o {
		if len(said) == 0 {
			continue
		}
		for _, n := range layer(l).names(name) {
			all = all.over(said[n])
		}
	}
	return all
}

// names lists those by which a layer speaks of a cache, the most exact last. What a test
// forces upon a cache is not for the others of its function.
func (l layer) names(name string) []string {
	if l == forced {
		return []string{name}
	}
	return exactness(name)
}

// origins tells for each setting which layer has the last word.
func (o *overrides) origins(name string) map[string]string {
	from := make(map[string]string)
	for l, said := range o {
		for _, n := range layer(l).names(name) {
			for _, setting := range said[n].set() {
				from[setting] = layer(l).String()
			}
		}
	}
	return from
}

// exactness lists the names that concern a cache, the most exact last: for
// "store.get[int]@eu" these are "*", "*@eu", "store.get", "store.get[int]",
// "store.get@eu" and the name itself.
func exactness(name string) []string {
	typed, scope := unscoped(name)
	function := untyped(typed)
	scopes := []string{""}
	for i := range len(scope) {
		if scope[i] == '/' {
			scopes = append(scopes, "@"+scope[:i])
		}
	}
	if scope != "" {
		scopes = append(scopes, "@"+scope)
	}
	var all []string
	for _, s := range scopes {
		all = append(all, everyName+s)
	}
	for _, s := range scopes {
		all = append(all, function+s, typed+s)
	}
	return slices.Compact(all)
}

// unscoped parts the name of a cache from that of its scope, which may be empty.
func unscoped(name string) (rest, scope string) {
	if at := strings.LastIndexByte(name, '@'); at >= 0 && !strings.Contains(name[at:], "]") {
		return name[:at], name[at+1:]
	}
	return name, ""
}

// untyped is the name of a function without the type arguments of an instantiation.
func untyped(name string) string {
	if at := strings.IndexByte(name, '['); at > 0 && strings.HasSuffix(name, "]") {
		return name[:at]
	}
	return name
}

// names lists all names by which caches of the manager can be meant, sorted: functions,
// with and without type arguments and scopes, also those that have no cache yet. In a
// scope, only its own are listed.
func (m *Manager) names() []string {
	known := make(map[string]bool)
	add := func(of *Manager) {
		of.mu.Lock()
		defer of.mu.Unlock()
		for name := range of.entries {
			if !m.covers(name) {
				continue
			}
			for _, n := range exactness(name) {
				known[n] = (known[n] || m.covers(n)) && !strings.HasPrefix(n, everyName)
			}
		}
		for name := range of.functions {
			known[m.qualify(name)] = true
		}
	}
	add(m.root)
	if m.root.stands {
		add(Default())
	}
	maps.DeleteFunc(known, func(name string, own bool) bool { return !own || name == "" })
	return slices.Sorted(maps.Keys(known))
}
