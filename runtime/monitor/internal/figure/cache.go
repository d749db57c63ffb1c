package figure

import "github.com/bunsui/bunsui-go/runtime/monitor"

var manager = Label{"manager", "bunsui.cache.manager"}

func cacheFigures() []Figure {
	s := source[monitor.Cache]{
		labels: []Label{manager, {"cache", "bunsui.cache.name"}},
		list:   func(r monitor.Report) []monitor.Cache { return r.Caches },
		values: func(c monitor.Cache) []string { return []string{c.Manager, c.Name} },
	}
	result := Label{"result", "bunsui.cache.result"}
	return []Figure{
		s.by(count("cache_lookups", "cache.lookups", "{lookup}", "Lookups in caches, by whether they were hits."), result,
			func(c monitor.Cache) []part { return []part{{"hit", int64(c.Hits)}, {"miss", int64(c.Misses)}} }),
		s.of(count("cache_loads", "cache.loads", "{load}", "Calls of functions for results that were not cached."),
			func(c monitor.Cache) int64 { return int64(c.Loads) }),
		s.of(count("cache_load_errors", "cache.load.errors", "{load}", "Loads that ended with an error or a panic."),
			func(c monitor.Cache) int64 { return int64(c.LoadErrors) }),
		s.by(count("cache_removals", "cache.removals", "{entry}", "Entries removed, by reason."), Label{"reason", "bunsui.cache.removal.reason"},
			func(c monitor.Cache) []part {
				return []part{{"evicted", int64(c.Evictions)}, {"expired", int64(c.Expirations)}, {"invalidated", int64(c.Invalidations)}}
			}),
		s.of(count("cache_stale", "cache.stale", "{lookup}", "Misses that got a result which was too old."),
			func(c monitor.Cache) int64 { return int64(c.Stale) }),
		s.of(count("cache_refreshes", "cache.refreshes", "{load}", "Loads in the background."),
			func(c monitor.Cache) int64 { return int64(c.Refreshes) }),
		s.by(count("cache_store_lookups", "cache.store.lookups", "{lookup}", "Lookups in the shared store, by whether they were hits."), result,
			func(c monitor.Cache) []part {
				return []part{{"hit", int64(c.StoreHits)}, {"miss", int64(c.StoreMisses)}}
			}),
		s.of(count("cache_store_errors", "cache.store.errors", "{operation}", "Operations of a cache on the shared store that failed."),
			func(c monitor.Cache) int64 { return int64(c.StoreErrors) }),
		s.of(count("cache_decode_errors", "cache.decode.errors", "{result}", "Results in the shared store that could not be read."),
			func(c monitor.Cache) int64 { return int64(c.DecodeErrors) }),
		s.of(gauge("cache_entries", "cache.entries", "{entry}", "Entries in memory."),
			func(c monitor.Cache) int64 { return int64(c.Size) }),
		s.of(gauge("cache_size_bytes", "cache.size", "By", "What the entries in memory take up, as far as they are weighed."),
			func(c monitor.Cache) int64 { return c.Bytes }),
	}
}

func storeFigures() []Figure {
	s := source[monitor.Manager]{
		labels: []Label{manager},
		list: func(r monitor.Report) (all []monitor.Manager) {
			for _, m := range r.Managers {
				if m.HasStore {
					all = append(all, m)
				}
			}
			return all
		},
		values: func(m monitor.Manager) []string { return []string{m.Name} },
	}
	return []Figure{
		s.by(count("store_errors", "store.errors", "{operation}", "Operations on a manager's store that failed, by how; those refused were not tried."),
			Label{"error", "bunsui.store.error"},
			func(m monitor.Manager) []part {
				timeouts := min(m.Store.Timeouts, m.Store.Errors)
				return []part{{"timeout", int64(timeouts)}, {"refused", int64(m.Store.Refused)}, {"failed", int64(m.Store.Errors - timeouts)}}
			}),
		s.of(count("store_lost", "store.lost", "{event}", "Times at which changes of other processes may have been missed."),
			func(m monitor.Manager) int64 { return int64(m.Store.Lost) }),
		s.of(gauge("store_owed_changes", "store.owed", "{change}", "Invalidations and changes that failed and are tried again."),
			func(m monitor.Manager) int64 { return int64(m.Store.Owed) }),
		s.of(gauge("store_up", "store.up", "1", "1 while operations on the store are tried, 0 while they are not because others failed."),
			func(m monitor.Manager) int64 { return whether(!m.Store.Open) }),
		s.of(gauge("store_live", "store.live", "1", "1 while changes of other processes are heard of as they happen."),
			func(m monitor.Manager) int64 { return whether(m.Store.Live) }),
	}
}

func whether(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
