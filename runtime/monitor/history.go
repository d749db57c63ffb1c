package monitor

import "slices"

// A History is what a monitor has kept: the last points of everything that exists. The
// last point of each tells the present rates: see [Span.PerSecond].
type History struct {
	Caches     []Series[CachePoint]
	Processors []Series[ProcessorPoint]
	Loaders    []Series[LoaderPoint]
	Pools      []Series[PoolPoint]
	Functions  []Series[FunctionPoint]
}

// A Series is the points of one cache, function or other, the oldest first. There is none
// for a span in which figures were reset.
type Series[P any] struct {
	// Manager is that of a cache.
	Manager string
	Name    string
	Points  []P
}

// A history is a History that goes on.
type history struct {
	keep       int
	caches     shelf[CachePoint]
	processors shelf[ProcessorPoint]
	loaders    shelf[LoaderPoint]
	pools      shelf[PoolPoint]
	functions  shelf[FunctionPoint]
}

// add appends what has happened in a window.
func (h *history) add(w Window) {
	if h.keep == 0 {
		return
	}
	s := Span{End: w.Time, Length: w.Length()}
	put(&h.caches, h.keep, caches, w.Caches, bind(s, cachePoint))
	put(&h.processors, h.keep, processors, w.Processors, bind(s, processorPoint))
	put(&h.loaders, h.keep, loaders, w.Loaders, bind(s, loaderPoint))
	put(&h.pools, h.keep, pools, w.Pools, bind(s, poolPoint))
	put(&h.functions, h.keep, functions, w.Functions, bind(s, functionPoint))
}

func bind[T, P any](s Span, f func(Span, T) P) func(T) P {
	return func(e T) P { return f(s, e) }
}

func (h *history) export() History {
	return History{
		Caches: h.caches.export(), Processors: h.processors.export(), Loaders: h.loaders.export(),
		Pools: h.pools.export(), Functions: h.functions.export(),
	}
}

// A shelf is the histories of one kind.
type shelf[P any] map[key]*ring[P]

// A ring is the last points of one element. It grows up to its bound and no further.
type ring[P any] struct {
	points []P
	next   int  // where the oldest one is, once the ring is full
	alive  bool // there was a point, or a reason to keep the others
	absent int  // looks without a point, one after another
}

// put appends a point for each element. What has none for more than graceLooks is
// forgotten.
func put[T, P any](s *shelf[P], keep int, k kind[T], list []T, point func(T) P) {
	if *s == nil {
		*s = make(shelf[P])
	}
	for _, r := range *s {
		r.alive = false
	}
	for _, e := range list {
		r := (*s)[k.key(e)]
		if r == nil {
			r = &ring[P]{}
			(*s)[k.key(e)] = r
		}
		r.add(point(e), keep)
	}
	for name, r := range *s {
		if r.absent++; r.alive {
			r.absent = 0
		}
		if r.absent > graceLooks {
			delete(*s, name)
		}
	}
}

// graceLooks is how many looks in a row an element may miss, as when it is reset, before
// its history is forgotten. Were it the length of the history, one that came and went at
// each look would make that grow beyond its bound.
const graceLooks = 2

func (r *ring[P]) add(p P, keep int) {
	r.alive = true
	if len(r.points) < keep {
		r.points = append(r.points, p)
		return
	}
	r.points[r.next] = p
	r.next = (r.next + 1) % keep
}

func (s shelf[P]) export() []Series[P] {
	names := make([]key, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.SortFunc(names, key.compare)
	all := make([]Series[P], len(names))
	for i, name := range names {
		all[i] = Series[P]{name.manager, name.name, s.points(name)}
	}
	return all
}

// points returns those of one element, the oldest first.
func (s shelf[P]) points(name key) []P {
	r := s[name]
	if r == nil {
		return nil
	}
	return slices.Concat(r.points[r.next:], r.points[:r.next])
}
