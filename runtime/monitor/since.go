package monitor

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A Window is a report whose counts are those of the time from Begin to Time; what can
// go up and down, such as a number of entries, is as it was at Time. An element whose
// counts became smaller in between, because it was reset or because one of several with
// its name is gone, is left out: nothing is known of it.
type Window struct {
	Begin time.Time
	Report
}

// Length returns how long the window is.
func (w Window) Length() time.Duration { return w.Time.Sub(w.Begin) }

// Since returns what has happened after an earlier report. Elements that share a name
// are summed up first, and one that was not there earlier counts from 0.
func (r Report) Since(earlier Report) Window {
	w := Window{Begin: earlier.Time, Report: Report{Time: r.Time}}
	w.Managers = since(managers, r.Managers, earlier.Managers)
	w.Caches = since(caches, r.Caches, earlier.Caches)
	w.Processors = since(processors, r.Processors, earlier.Processors)
	w.Loaders = since(loaders, r.Loaders, earlier.Loaders)
	w.Pools = since(pools, r.Pools, earlier.Pools)
	w.Functions = since(functions, r.Functions, earlier.Functions)
	return w
}

func since[T any](k kind[T], now, earlier []T) []T {
	earlier = grouped(k, earlier)
	places := make(map[key]int, len(earlier))
	for i := range earlier {
		places[k.key(earlier[i])] = i
	}
	var added []T
	for _, e := range grouped(k, now) {
		var before T
		if i, ok := places[k.key(e)]; ok {
			before = earlier[i]
		}
		if d, ok := k.since(e, before); ok {
			added = append(added, d)
		}
	}
	return added
}

// A decrease subtracts counts, and remembers if one of them has become smaller.
type decrease struct{ found bool }

func (d *decrease) less(now *uint64, earlier uint64) {
	if *now < earlier {
		d.found = true
		return
	}
	*now -= earlier
}

func sinceManager(m, e Manager) (Manager, bool) {
	var d decrease
	d.less(&m.Store.Errors, e.Store.Errors)
	d.less(&m.Store.Timeouts, e.Store.Timeouts)
	d.less(&m.Store.Refused, e.Store.Refused)
	d.less(&m.Store.Lost, e.Store.Lost)
	d.less(&m.Store.Waits, e.Store.Waits)
	return m, !d.found
}

func sinceCache(c, e Cache) (Cache, bool) {
	var d decrease
	d.less(&c.Hits, e.Hits)
	d.less(&c.Misses, e.Misses)
	d.less(&c.Loads, e.Loads)
	d.less(&c.LoadErrors, e.LoadErrors)
	d.less(&c.Evictions, e.Evictions)
	d.less(&c.Expirations, e.Expirations)
	d.less(&c.Invalidations, e.Invalidations)
	d.less(&c.Stale, e.Stale)
	d.less(&c.Refreshes, e.Refreshes)
	d.less(&c.StoreHits, e.StoreHits)
	d.less(&c.StoreMisses, e.StoreMisses)
	d.less(&c.StoreErrors, e.StoreErrors)
	d.less(&c.DecodeErrors, e.DecodeErrors)
	return c, !d.found
}

func sinceProcessor(p, e batch.ProcessorStats) (batch.ProcessorStats, bool) {
	var d decrease
	d.less(&p.Succeeded, e.Succeeded)
	d.less(&p.Failed, e.Failed)
	d.less(&p.NotStarted, e.NotStarted)
	d.less(&p.Retries, e.Retries)
	d.less(&p.Panics, e.Panics)
	p.Runs -= e.Runs
	return p, !d.found && p.Runs >= 0
}

func sinceLoader(l, e batch.LoaderStats) (batch.LoaderStats, bool) {
	var d decrease
	d.less(&l.Calls, e.Calls)
	d.less(&l.Deduplicated, e.Deduplicated)
	d.less(&l.Left, e.Left)
	d.less(&l.Batches, e.Batches)
	d.less(&l.Keys, e.Keys)
	d.less(&l.Errors, e.Errors)
	d.less(&l.Panics, e.Panics)
	d.less(&l.NotFound, e.NotFound)
	d.less(&l.KeyErrors, e.KeyErrors)
	return l, !d.found
}

func sincePool(p, e Pool) (Pool, bool) {
	var d decrease
	d.less(&p.Created, e.Created)
	d.less(&p.Closed, e.Closed)
	d.less(&p.Errors, e.Errors)
	d.less(&p.CloseErrors, e.CloseErrors)
	d.less(&p.Waits, e.Waits)
	d.less(&p.Canceled, e.Canceled)
	d.less(&p.Timeouts, e.Timeouts)
	d.less(&p.Leaks, e.Leaks)
	d.less(&p.Misuses, e.Misuses)
	for i := range p.WaitTimes {
		d.less(&p.WaitTimes[i], e.WaitTimes[i])
	}
	reasons := make(map[pool.Reason]uint64, len(p.ClosedBy))
	for reason, n := range p.ClosedBy {
		d.less(&n, e.ClosedBy[reason])
		reasons[reason] = n
	}
	p.ClosedBy = reasons
	// These two are put together from parts that change meanwhile, and may lag a little.
	p.Acquired -= min(p.Acquired, e.Acquired)
	p.Reused -= min(p.Reused, e.Reused)
	p.WaitTime -= e.WaitTime
	return p, !d.found && p.WaitTime >= 0
}
