package tier

import (
	"slices"
	"strings"
	"sync"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Member is a cache as a part of a link. Its methods are safe for concurrent use.
type Member struct {
	link      *Link
	cache     Cache
	function  string
	prefix    string
	registry  *registry
	signature *signature
}

// memberTable finds members and registries by what the keys of a function begin with,
// up to the first colon.
type memberTable struct {
	mu         sync.RWMutex
	of         map[string][]*Member
	registries map[string]*registry
}

// name is that of the member's function in keys.
func (m *Member) name() string { return strings.TrimSuffix(m.registry.prefix, ":") }

// Join makes a cache a member, which hears what others change from then on. The keys
// of a function with one fingerprint are those of all members that have both; changes
// of a key are about all fingerprints.
func (l *Link) Join(function, fingerprint string, c Cache) *Member {
	m := &Member{link: l, cache: c, function: function, prefix: prefixOf(function, fingerprint)}
	t := &l.members
	t.mu.Lock()
	defer t.mu.Unlock()
	m.registry = t.registry(function)
	m.signature = m.registry.signature(fingerprint)
	if t.of == nil {
		t.of = map[string][]*Member{}
	}
	t.of[m.name()] = append(slices.Clip(t.of[m.name()]), m)
	return m
}

// Leave ends that the cache hears of changes. What it looks up and changes goes on to
// work.
func (m *Member) Leave() {
	t := &m.link.members
	t.mu.Lock()
	defer t.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(t.of[m.name()]), func(o *Member) bool { return o == m })
	if t.of[m.name()] = left; len(left) == 0 {
		delete(t.of, m.name())
	}
}

// changed tells the members of the functions that have keys, and their registries. The
// caches are called without the lock, as always.
func (t *memberTable) changed(l *Link, keys []string, own bool) {
	var lastName, lastText string
	for i, key := range keys {
		prefix, text, ok := splitKey(key)
		if !ok {
			continue
		}
		name, fingerprint, _ := strings.Cut(prefix, ":")
		t.mu.RLock()
		members, r := t.of[name], t.registries[name] // never changed in place
		t.mu.RUnlock()
		if fingerprint == registered+":" {
			if r != nil {
				r.doubt(l)
			}
			continue
		}
		// The shapes of one text stand together.
		if own || i > 0 && name == lastName && text == lastText {
			continue
		}
		lastName, lastText = name, text
		for _, m := range members {
			m.cache.Changed(text)
		}
	}
}

func (t *memberTable) revoked(r store.Rule) {
	for _, m := range t.all() {
		if r.Function == "" || r.Function == m.function {
			m.cache.Revoked(r)
		}
	}
}

func (t *memberTable) each(f func(Cache)) {
	for _, m := range t.all() {
		f(m.cache)
	}
}

func (t *memberTable) eachRegistry(f func(*registry)) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, r := range t.registries {
		f(r)
	}
}

func (t *memberTable) all() (all []*Member) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, members := range t.of {
		all = append(all, members...)
	}
	return all
}
