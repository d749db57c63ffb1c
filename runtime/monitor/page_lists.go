package monitor

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
)

// A lister fills the table of a list of one kind.
type lister[T any] struct {
	kind  kind[T]
	of    func(*Report) []T
	label func(T) pageLabel
	// row appends the numbers of all columns between id and rate.
	row  func(n numbers, now, recent T) numbers
	rate func(T) uint64 // the count whose rate it is
}

func (l lister[T]) rows(v *view, t *table) {
	var base, before cursor[T]
	if v.base != nil {
		base = newCursor(l.kind, l.of(v.base))
	}
	if v.before != nil {
		before = newCursor(l.kind, l.of(v.before))
	}
	step := v.step()
	var n numbers
	t.begin()
	for _, e := range l.of(&v.now) {
		recent, was := &e, new(T)
		if v.base != nil {
			recent = base.earlier(&e)
		}
		if v.before != nil {
			was = before.earlier(&e)
		}
		n = l.row(n[:0], e, *addedTo(l.kind, &e, recent))
		name := l.kind.key(e)
		label := l.label(e)
		label.Name, label.Short = name.name, short(name.name)
		t.put(name, label, append(n, perSecond(step, l.rate(e), l.rate(*was))))
	}
	t.end()
}

var cacheList = lister[Cache]{
	kind: caches,
	of:   func(r *Report) []Cache { return r.Caches },
	label: func(c Cache) pageLabel {
		d := cacheJSON(c)
		return pageLabel{Manager: &d.Manager, Mode: d.Mode, MaxEntries: d.MaxEntries, MaxBytes: d.MaxBytes, TTL: d.TTL}
	},
	row: func(n numbers, c, recent Cache) numbers {
		return append(
			counts(append(n, float64(c.Size), float64(c.Bytes)),
				c.Hits, c.Misses, c.Loads, c.LoadErrors, c.Evictions, c.Expirations, c.Invalidations,
				c.Stale, c.Refreshes, c.StoreHits, c.StoreMisses, c.StoreErrors, c.DecodeErrors),
			counts(nil, recent.Hits, recent.Misses, recent.Loads, recent.LoadErrors, recent.Evictions)...)
	},
	rate: func(c Cache) uint64 { return c.Hits + c.Misses },
}

var poolList = lister[Pool]{
	kind:  pools,
	of:    func(r *Report) []Pool { return r.Pools },
	label: func(p Pool) pageLabel { return pageLabel{Suspended: p.Suspended} },
	row: func(n numbers, p, recent Pool) numbers {
		for _, i := range []int{p.InUse, p.Idle, p.Waiting, p.Constructing, p.Min, p.Max} {
			n = append(n, float64(i))
		}
		n = counts(n, p.Acquired, p.Created, p.Reused, p.Closed, p.Errors, p.CloseErrors, p.Canceled, p.Timeouts,
			p.Leaks, p.Misuses, p.Waits, uint64(p.WaitTime))
		return counts(n, recent.Acquired, recent.Waits, uint64(recent.WaitTime), recent.Timeouts, recent.Errors)
	},
	rate: func(p Pool) uint64 { return p.Acquired },
}

var processorList = lister[batch.ProcessorStats]{
	kind:  processors,
	of:    func(r *Report) []batch.ProcessorStats { return r.Processors },
	label: func(batch.ProcessorStats) pageLabel { return pageLabel{} },
	row: func(n numbers, p, recent batch.ProcessorStats) numbers {
		n = append(n, float64(p.Runs), float64(p.Running))
		return counts(n, p.Succeeded, p.Failed, p.NotStarted, p.Retries, p.Panics, recent.Succeeded, recent.Failed, recent.Retries)
	},
	rate: func(p batch.ProcessorStats) uint64 { return p.Succeeded + p.Failed },
}

var loaderList = lister[batch.LoaderStats]{
	kind:  loaders,
	of:    func(r *Report) []batch.LoaderStats { return r.Loaders },
	label: func(batch.LoaderStats) pageLabel { return pageLabel{} },
	row: func(n numbers, l, recent batch.LoaderStats) numbers {
		n = counts(n, l.Calls, l.Deduplicated, l.Left, l.Batches, l.Keys, l.Errors, l.Panics, l.NotFound, l.KeyErrors)
		n = append(n, float64(l.Largest), float64(l.InFlight), float64(l.Waiting))
		return counts(n, recent.Calls, recent.Batches, recent.Keys, recent.Errors, recent.KeyErrors)
	},
	rate: func(l batch.LoaderStats) uint64 { return l.Calls },
}

// counts appends counts.
func counts(n numbers, list ...uint64) numbers {
	for _, c := range list {
		n = append(n, float64(c))
	}
	return n
}

// settingsJSON lists the settings that are set, and who said so.
func settingsJSON(e *cache.Entry) []pageSetting {
	origins, list := e.Origins(), []pageSetting{}
	for _, a := range e.Settings().LogValue().Group() {
		value := a.Value.String()
		if d, ok := a.Value.Any().(time.Duration); ok && d == cache.Forever {
			value = "forever"
		}
		origin := origins[a.Key]
		if origin == "" {
			origin = "annotation"
		}
		list = append(list, pageSetting{Name: a.Key, Value: value, Origin: origin})
	}
	return list
}
