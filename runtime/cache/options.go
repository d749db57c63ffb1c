package cache

import (
	"math"
	"time"
)

const (
	// Forever is a duration without an end: results with this TTL stay until
	// they are removed or evicted. As Idle or Timeout it is the same as none.
	Forever time.Duration = math.MaxInt64

	// Deferred, as TTL, Idle or Timeout of Options, says that Options.Late gives the
	// value, which must then be positive. Without it a zero from Late is none.
	Deferred time.Duration = math.MinInt64

	// Unlimited lifts the bound on the number of entries or loads.
	Unlimited = -1

	// DefaultMaxEntries is the number of entries that a cache keeps unless
	// Options.MaxEntries says otherwise.
	DefaultMaxEntries = 10_000
)

// Options describe a cache. Only TTL is required.
type Options[K comparable, V any] struct {
	// Name names the cache in figures, settings and errors. Generated code
	// gives "import/path.Func" or "import/path.Type.Func". Several caches may
	// share a name: they share settings, and their figures are summed. It may
	// be empty, which is a name like any other.
	Name string

	// TTL is how long a result is used after it was stored. It is required
	// unless Late gives it; Forever for no end.
	TTL time.Duration

	// Idle is how long a result is used after it was last used. 0 and Forever
	// mean that it may lie idle.
	Idle time.Duration

	// Timeout bounds each load: its context ends then, and a result that comes
	// later is handed to those who wait, but not kept. Time that the load spends
	// waiting because of LoadLimit counts. 0 and Forever mean no bound.
	Timeout time.Duration

	// Jitter shortens the TTL of each entry by a random part of up to this
	// fraction, so that entries stored together do not expire together.
	// At least 0, which is none, and less than 1.
	Jitter float64

	// MaxEntries bounds the number of entries, exactly. 0 means
	// DefaultMaxEntries; Unlimited lifts the bound.
	MaxEntries int

	// MaxBytes bounds what the entries take up together, in bytes, as Weigh
	// tells it, beside MaxEntries. A result that is heavier than that, or weighs
	// a gibibyte or more, is handed out but not kept. 0 and Unlimited mean no
	// bound.
	MaxBytes int64

	// Weigh returns the bytes that a key and a value hold beside the entry, whose
	// own size, with that of K and V, is added. It is called once for each result
	// that is stored, if there is a bound in bytes, here or in the manager, and
	// must not use the cache. nil means an estimate by reflection, which looks at
	// all of a value.
	Weigh func(key K, value V) int64

	// LoadLimit bounds the loads that run at the same time. A load above it
	// waits its turn until its context ends. A load that a running one waits
	// for is let in above the limit, if the context leads from one to the
	// other; a function without a context that calls itself for other keys
	// must not have a limit. 0 and Unlimited mean no bound.
	LoadLimit int

	// Hash adds a key's fields to a hash; nil means that package maphash does.
	// Keys that are equal must give the same.
	Hash func(K, Hash) Hash

	// KeyText gives a key as text, by which InvalidateMatching finds it. Nil
	// means that keys have the text described there.
	KeyText func(K) string

	// Late gives durations that are not known before the process runs.
	Late Late

	// Manager is what the cache belongs to; nil means Default.
	Manager *Manager
}

// Late gives the durations of a cache when it is used for the first time. It
// lets generated code refer to package-level variables without an
// initialisation cycle.
type Late interface {
	// Durations is called once for each cache, and may be called by several
	// goroutines if several caches share it.
	Durations() Durations
}

// Durations are the values that a Late gives. Those that are 0 leave the value
// of Options as it is; a negative one panics when the cache is first used.
type Durations struct {
	TTL, Idle, Timeout time.Duration
}
