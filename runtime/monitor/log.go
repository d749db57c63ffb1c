package monitor

import (
	"log/slog"
	"slices"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/bunsui/bunsui-go/runtime/monitor/internal/pattern"
)

// A LogOption changes what LogEvents does.
type LogOption func(*logSettings)

type logSettings struct {
	keys bool
	only func(name string) bool
}

// LogKeys shows the keys of caches, as text of at most 200 bytes: as they are matched by
// patterns, so that keys that are structs need cache.Options.KeyText. Keys may be secrets,
// which is why they are left out otherwise.
func LogKeys() LogOption {
	return func(s *logSettings) { s.keys = true }
}

// LogOnly restricts the log to caches, batches, loaders and pools whose names match one of
// the patterns, in which * stands for any text, also for none. Later ones add to it.
func LogOnly(patterns ...string) LogOption {
	patterns = slices.Clone(patterns)
	return func(s *logSettings) {
		before := s.only
		s.only = func(name string) bool {
			matches := func(p string) bool { return pattern.Match(p, name) }
			return before != nil && before(name) || slices.ContainsFunc(patterns, matches)
		}
	}
}

// LogEvents writes a line at slog.LevelDebug for each event from now on, to l and in place
// of the l of before; nil ends that. It concerns the whole process, also what is made
// later, and may be called at any time, by a handler too.
//
// The messages, with the attributes that they have, in the order in which they stand:
//
//	cache hit           cache, manager, key, age, error (one that is kept)
//	cache miss          cache, manager, key, joined (to a load that is under way)
//	cache load          cache, manager, key, took, error
//	cache store         cache, manager, key, source, error (one that is kept)
//	cache stale         cache, manager, key, age
//	cache refresh       cache, manager, key, age
//	cache expiration    cache, manager, key, age
//	cache eviction      cache, manager, entries
//	cache invalidation  cache, manager, key and entries, or entries, or tags (how many)
//	batch retry         batch, index, attempt, delay, error
//	batch call          batch, items, failed, took (Write and WriteStream only)
//	batch run           batch, succeeded, failed, not_started, took
//	loader batch        loader, keys, took, error
//	pool acquire        pool, took, error
//	pool wait           pool, before (how many wait)
//	pool release        pool, reason (why the resource is not kept)
//	pool create         pool, took, error
//	pool close          pool, reason, error
//
// Attributes without a value are left out, and key is unless LogKeys is given; names may be
// empty. source is one of those of cache.Source, "set" or "warmed". Durations are
// time.Duration. Each hit, miss, load, stale result and refresh that cache.Stats counts is an
// event; evictions that make room in another cache than the one that stores, or because
// of a change of settings, are not.
//
// While it is on, calls take longer: by the handler's time, and pools lend everything
// under one lock. If l is not enabled for the level, nothing is formatted. While it is
// off, nothing is paid for it but a look at a flag in calls that are slow anyway, such as
// misses, waits and retries.
//
// The handler of l is called by whoever causes the event, with a context that has the
// values of the call's, if it has one, and does not end. What it does itself with caches,
// batches, loaders and pools is not logged; goroutines that it starts are known by that
// context only. It runs in the middle of others' work: the call waits for it, and a pool
// that it acquires from may be exhausted by the caller that it was called by. If it
// panics, the line is lost and the call goes on; the first time, that is logged by
// slog.Default. It must not end the goroutine, as runtime.Goexit and testing.T.FailNow do:
// what it was called in the middle of, such as a load that others wait for, would not end.
func LogEvents(l *slog.Logger, opts ...LogOption) {
	if l == nil {
		eventlog.Switch(nil)
		return
	}
	var s logSettings
	for _, o := range opts {
		o(&s)
	}
	eventlog.Switch(&eventlog.Log{To: l, Keys: s.keys, Only: s.only})
}
