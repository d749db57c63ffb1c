package monitor

import (
	"slices"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// A joined is what there is of one name.
type joined struct {
	function *profile.FuncStats
	cache    *Cache // of all managers together
	batch    *batch.ProcessorStats
	loader   *batch.LoaderStats
}

// A joiner finds what there is of a name in a report. Names must be asked for in order.
type joiner struct {
	functions cursor[profile.FuncStats]
	caches    cursor[Cache]
	batches   cursor[batch.ProcessorStats]
	loaders   cursor[batch.LoaderStats]
}

// cachesByName are caches whatever their manager.
var cachesByName = kind[Cache]{
	key:   func(c Cache) key { return key{name: c.Name} },
	named: caches.named,
	plus:  caches.plus,
	since: caches.since,
}

func newJoiner(r *Report) *joiner {
	if r == nil {
		r = new(Report)
	}
	list := grouped(cachesByName, r.Caches)
	sortBy(list, cachesByName)
	return &joiner{
		newCursor(functions, r.Functions), newCursor(cachesByName, list),
		newCursor(processors, r.Processors), newCursor(loaders, r.Loaders),
	}
}

func (j *joiner) at(name string) joined {
	k := key{name: name}
	return joined{j.functions.at(k), j.caches.at(k), j.batches.at(k), j.loaders.at(k)}
}

// earlier returns how what there is now of a name stood then. Of what is not there any more
// it tells nothing.
func (j *joiner) earlier(now joined) joined {
	return joined{
		j.functions.earlier(now.function), j.caches.earlier(now.cache), j.batches.earlier(now.batch), j.loaders.earlier(now.loader),
	}
}

// calls are those of the first kind that there is.
func (j joined) calls() (n uint64) {
	switch {
	case j.function != nil:
		n = j.function.Calls
	case j.cache != nil:
		n = j.cache.Hits + j.cache.Misses
	case j.batch != nil:
		n = j.batch.Succeeded + j.batch.Failed
	case j.loader != nil:
		n = j.loader.Calls
	}
	return n
}

// troubles returns errors, panics and calls in flight of the first kind that there is.
func (j joined) troubles() (errors, panics, inFlight float64) {
	switch {
	case j.function != nil:
		return float64(j.function.Errors), float64(j.function.Panics), float64(j.function.InFlight)
	case j.cache != nil:
		return float64(j.cache.LoadErrors), unknown, unknown
	case j.batch != nil:
		return float64(j.batch.Failed), float64(j.batch.Panics), float64(j.batch.Running)
	case j.loader != nil:
		return float64(j.loader.Errors + j.loader.KeyErrors), float64(j.loader.Panics), float64(j.loader.InFlight)
	default:
		return unknown, unknown, unknown
	}
}

func (j joined) kinds() (list []string) {
	if j.function != nil {
		list = append(list, "function")
	}
	if j.cache != nil {
		list = append(list, "cache")
	}
	if j.batch != nil {
		list = append(list, "batch")
	}
	if j.loader != nil {
		list = append(list, "loader")
	}
	return list
}

// since returns what was added after earlier. What cannot be told counts from now on.
func (j joined) since(earlier joined) joined {
	return joined{
		addedTo(functions, j.function, earlier.function), addedTo(caches, j.cache, earlier.cache),
		addedTo(processors, j.batch, earlier.batch), addedTo(loaders, j.loader, earlier.loader),
	}
}

func addedTo[T any](k kind[T], now, before *T) *T {
	if now == nil {
		return nil
	}
	if before == nil {
		before = new(T)
	}
	added, ok := k.since(*now, *before)
	if !ok {
		added, _ = k.since(*now, *now)
	}
	return &added
}

// latencies appends p50, p90, p99 and max.
func (j joined) latencies(n numbers) numbers {
	if j.function == nil || j.function.Timed == 0 {
		return append(n, unknown, unknown, unknown, unknown)
	}
	f := j.function
	return append(n, float64(f.Quantile(0.5)), float64(f.Quantile(0.9)), float64(f.Quantile(0.99)), float64(f.Max))
}

func (j joined) lookups(n numbers) numbers {
	if j.cache == nil {
		return append(n, unknown, unknown)
	}
	return append(n, float64(j.cache.Hits), float64(j.cache.Misses))
}

// names returns those of all rows of the overview, in order.
func (r *Report) names() []string {
	var all []string
	for i := range r.Functions {
		all = append(all, r.Functions[i].Name)
	}
	for i := range r.Caches {
		all = append(all, r.Caches[i].Name)
	}
	for i := range r.Processors {
		all = append(all, r.Processors[i].Name)
	}
	for i := range r.Loaders {
		all = append(all, r.Loaders[i].Name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// managersOf returns the managers of the caches of each name.
func (r *Report) managersOf() map[string][]string {
	of := make(map[string][]string, len(r.Caches))
	for i := range r.Caches {
		of[r.Caches[i].Name] = append(of[r.Caches[i].Name], r.Caches[i].Manager)
	}
	return of
}

// functionRows fills the table of the overview.
func functionRows(v *view, t *table) {
	now, base, before := newJoiner(&v.now), newJoiner(v.base), newJoiner(v.before)
	of, step := v.now.managersOf(), v.step()
	var n numbers
	t.begin()
	for _, name := range v.rows {
		is := now.at(name)
		was, recent := before.earlier(is), is
		if v.base != nil {
			recent = base.earlier(is)
		}
		n = is.row(n[:0], recent, perSecond(step, is.calls(), was.calls()))
		t.put(key{name: name}, pageLabel{Name: name, Short: short(name), Kinds: is.kinds(), Managers: of[name]}, n)
	}
	t.end()
}

// row appends the numbers of a row, given how things stood a minute ago.
func (j joined) row(n numbers, base joined, rate float64) numbers {
	errors, panics, inFlight := j.troubles()
	n = append(n, float64(j.calls()), errors, panics, inFlight)
	n = j.lookups(j.latencies(n))
	recent := j.since(base)
	errors, panics, _ = recent.troubles()
	n = append(n, float64(recent.calls()), errors, panics)
	n = recent.lookups(recent.latencies(n))
	return append(n, rate)
}

// perSecond returns the rate of a count, and NaN if nothing is known.
func perSecond(s Span, now, before uint64) float64 {
	if s.Length <= 0 || now < before {
		return unknown
	}
	return rounded(float64(now-before) / s.Length.Seconds())
}

// sparks returns the rates of a row in the history of a monitor.
func (m *Monitor) sparks(l pageLabel) (rates numbers) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := &m.history
	switch k := (key{name: l.Name}); {
	case slices.Contains(l.Kinds, "function"):
		for _, p := range h.functions.points(k) {
			rates = append(rates, rounded(p.PerSecond(p.Calls)))
		}
	case len(l.Managers) == 1:
		for _, p := range h.caches.points(key{l.Managers[0], l.Name}) {
			rates = append(rates, rounded(p.PerSecond(p.Hits+p.Misses)))
		}
	case slices.Contains(l.Kinds, "batch"):
		for _, p := range h.processors.points(k) {
			rates = append(rates, rounded(p.PerSecond(p.Succeeded+p.Failed)))
		}
	case slices.Contains(l.Kinds, "loader"):
		for _, p := range h.loaders.points(k) {
			rates = append(rates, rounded(p.PerSecond(p.Calls)))
		}
	}
	return rates[max(len(rates)-pageSpark, 0):]
}
