package tier

import (
	"slices"
	"sync"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Member is a cache as a part of a link. Its methods are safe for concurrent use.
type Member struct {
	link        *Link
	cache       Cache
	function    string
	prefix      string
	fingerprint string
}

// memberTable finds members by what their keys begin with.
type memberTable struct {
	mu sync.RWMutex
	of map[string][]*Member
}

// Join makes a cache a member, which hears what others change from then on. The keys
// of a function with one fingerprint are those of all members that have both.
func (l *Link) Join(function, fingerprint string, c Cache) *Member {
	m := &Member{link: l, cache: c, function: function, fingerprint: fingerprint, prefix: prefixOf(function, fingerprint)}
	t := &l.members
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string][]*Member{}
	}
	t.of[m.prefix] = append(slices.Clip(t.of[m.prefix]), m)
	return m
}

// Leave ends that the cache hears of changes. What it looks up and changes goes on to
// work.
func (m *Member) Leave() {
	t := &m.link.members
	t.mu.Lock()
	defer t.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(t.of[m.prefix]), func(o *Member) bool { return o == m })
	if t.of[m.prefix] = left; len(left) == 0 {
		delete(t.of, m.prefix)
	}
}

// changed tells the members that have a key. Its caches are called without the lock,
// as always.
func (t *memberTable) changed(key string) {
	prefix, text, ok := splitKey(key)
	if !ok {
		return
	}
	t.mu.RLock()
	members := t.of[prefix] // never changed in place
	t.mu.RUnlock()
	for _, m := range members {
		m.cache.Changed(text)
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

func (t *memberTable) all() (all []*Member) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, members := range t.of {
		all = append(all, members...)
	}
	return all
}
