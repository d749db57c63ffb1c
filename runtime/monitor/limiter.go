package monitor

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Other is the name under which a [Limiter] sums up what there is no room for.
const Other = "(other)"

// DefaultMaxNames is how many names of each kind are told apart unless something else is
// asked for.
const DefaultMaxNames = 1000

// A Limiter bounds how many names reports have, for whoever keeps something for each: a
// history, or series in a database. A name that has its place keeps it while there is
// something of that name. It is safe for concurrent use.
type Limiter struct {
	names int

	mu                                                      sync.Mutex
	managers, caches, processors, loaders, pools, functions map[key]struct{}
}

// NewLimiter makes a limiter to n names of each kind: managers, caches, processors,
// loaders, pools and functions. If n is not positive, it is DefaultMaxNames.
func NewLimiter(n int) *Limiter {
	if n <= 0 {
		n = DefaultMaxNames
	}
	return &Limiter{names: n}
}

// Limit returns a report in which each name occurs once: what shares a name is summed
// up, and what is over the limit becomes one element called [Other], whose manager is
// called so as well. Names are cut to 200 bytes and made valid UTF-8.
func (l *Limiter) Limit(r Report) Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Managers = limit(l, &l.managers, managers, r.Managers)
	r.Caches = limit(l, &l.caches, caches, r.Caches)
	r.Processors = limit(l, &l.processors, processors, r.Processors)
	r.Loaders = limit(l, &l.loaders, loaders, r.Loaders)
	r.Pools = limit(l, &l.pools, pools, r.Pools)
	r.Functions = limit(l, &l.functions, functions, r.Functions)
	return r
}

func limit[T any](l *Limiter, placed *map[key]struct{}, k kind[T], list []T) []T {
	list = grouped(k, each(list, func(e T) T { return tidied(k, e) }))
	kept := make(map[key]struct{}, min(len(list), l.names))
	for _, e := range list {
		if _, ok := (*placed)[k.key(e)]; ok {
			kept[k.key(e)] = struct{}{}
		}
	}
	for _, e := range list {
		if len(kept) < l.names {
			kept[k.key(e)] = struct{}{}
		}
	}
	*placed = kept
	if len(kept) == len(list) {
		return list
	}
	within := make([]T, 0, len(kept)+1)
	var rest []T
	for _, e := range list {
		if _, ok := kept[k.key(e)]; ok {
			within = append(within, e)
		} else {
			rest = append(rest, k.named(e, other))
		}
	}
	return grouped(k, append(within, rest...))
}

// other is the key that stands for others. Kinds without managers ignore that part.
var other = key{Other, Other}

// grouped sums up what shares a name, in the order of the list. It may return the list
// itself.
func grouped[T any](k kind[T], list []T) []T {
	if ascending(k, list) {
		return list
	}
	places := make(map[key]int, len(list))
	groups := make([]T, 0, len(list))
	for _, e := range list {
		if i, ok := places[k.key(e)]; ok {
			groups[i] = k.plus(groups[i], e)
			continue
		}
		places[k.key(e)] = len(groups)
		groups = append(groups, e)
	}
	return groups
}

// ascending tells whether a list is in order and has each name once, as most reports do.
func ascending[T any](k kind[T], list []T) bool {
	for i := range max(len(list)-1, 0) {
		if k.key(list[i]).compare(k.key(list[i+1])) >= 0 {
			return false
		}
	}
	return true
}

const longestName = 200 // bytes

// tidied returns an element whose name any database takes.
func tidied[T any](k kind[T], e T) T {
	was := k.key(e)
	if now := (key{tidy(was.manager), tidy(was.name)}); now != was {
		return k.named(e, now)
	}
	return e
}

func tidy(name string) string {
	name = strings.ToValidUTF8(name, "?")
	if len(name) <= longestName {
		return name
	}
	end := longestName - len("…")
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + "…"
}
