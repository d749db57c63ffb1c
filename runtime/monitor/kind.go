package monitor

import (
	"cmp"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// A key tells the elements of one list in a report apart.
type key struct{ manager, name string }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.manager, other.manager), cmp.Compare(k.name, other.name))
}

// A kind is what lists of reports need to know of their elements.
type kind[T any] struct {
	key func(T) key
	// named returns an element with another name.
	named func(T, key) T
	// plus returns the sum of two elements, under the name of the first.
	plus func(T, T) T
	// since returns an element with the counts that were added after an earlier one,
	// and false if counts have become smaller.
	since func(now, earlier T) (T, bool)
}

var (
	managers = kind[Manager]{
		key:   func(m Manager) key { return key{name: m.Name} },
		named: func(m Manager, k key) Manager { m.Name = k.name; return m },
		plus:  plusManager,
		since: sinceManager,
	}
	caches = kind[Cache]{
		key:   func(c Cache) key { return key{c.Manager, c.Name} },
		named: func(c Cache, k key) Cache { c.Manager, c.Name = k.manager, k.name; return c },
		plus:  func(a, b Cache) Cache { a.Stats = a.Plus(b.Stats); return a },
		since: sinceCache,
	}
	processors = kind[batch.ProcessorStats]{
		key:   func(p batch.ProcessorStats) key { return key{name: p.Name} },
		named: func(p batch.ProcessorStats, k key) batch.ProcessorStats { p.Name = k.name; return p },
		plus:  plusProcessor,
		since: sinceProcessor,
	}
	loaders = kind[batch.LoaderStats]{
		key:   func(l batch.LoaderStats) key { return key{name: l.Name} },
		named: func(l batch.LoaderStats, k key) batch.LoaderStats { l.Name = k.name; return l },
		plus:  plusLoader,
		since: sinceLoader,
	}
	pools = kind[Pool]{
		key:   func(p Pool) key { return key{name: p.Name} },
		named: func(p Pool, k key) Pool { p.Name = k.name; return p },
		plus:  plusPool,
		since: sincePool,
	}
	functions = kind[profile.FuncStats]{
		key:   func(f profile.FuncStats) key { return key{name: f.Name} },
		named: func(f profile.FuncStats, k key) profile.FuncStats { f.Name = k.name; return f },
		plus:  profile.FuncStats.Plus,
		since: profile.FuncStats.Since,
	}
)
