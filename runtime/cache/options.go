package cache

import (
	"math"
	"time"
)

const (
	// Forever is a duration without an end: results with this TTL stay until
	// they are removed or evicted. As Idle or Timeout it is the same as none.
	Forever time.Duration = math.MaxInt64

	// Deferred, as a duration of Options, says that Options.Late gives the value,
	// which must then be positive. Without it a zero from Late is none.
	Deferred time.Duration = math.MinInt64

	// Never, as one of the durations Refresh, Stale, SoftTimeout, ErrorsTTL, MissingTTL
	// and MemoryTTL of Settings, turns it off. In Options they are off if they are 0.
	Never time.Duration = -1

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

	// Refresh is the age from which a hit begins a load in the background, and
	// returns what is kept at once. It must be shorter than the TTL. 0 and Forever
	// mean none; with Forever, Configure may change that.
	//
	// There is one such load for a key at a time. It has the values of the caller's
	// context and is not cancelled with it; Timeout bounds it, and it is put off
	// while LoadLimit is reached. If it fails, it is tried again at a hit after a
	// second, then two, and so on up to a minute, and the failure is logged at level
	// Warn, at most once a minute for each name.
	Refresh time.Duration

	// Early refreshes in the background before a result is too old, at random, the
	// sooner the longer its load took, so that the processes that share it do not
	// all load it at once (XFetch: Vattani, Chierichetti and Lowenstein, VLDB 2015).
	Early bool

	// Stale is how long after its TTL a result may still be returned, if a load
	// fails, is over LoadLimit, or takes longer than SoftTimeout. For a second after
	// a load has failed or was slow, it is returned without another try. Only Load and
	// LoadValue return it, and not in place of a panic or of an error for which
	// Policy.Missing is true. Failures are logged as for Refresh. 0 means never.
	Stale time.Duration

	// SoftTimeout is how long a caller waits for a load before it gets a stale
	// result, if there is one; the load goes on. It needs Stale. 0 means that
	// callers wait.
	SoftTimeout time.Duration

	// ErrorsTTL is how long an error is kept and returned like a result, if there is
	// no result, not even one that is stale. It counts as an entry, and its hits as
	// hits. Errors of contexts that ended are never kept, nor are those for which
	// errors.As finds one whose method NotAResult() bool returns true, such as recursion
	// errors and, of package batch, panics and keys that nothing was called for. 0 means
	// that errors are not.
	ErrorsTTL time.Duration

	// MissingTTL is how long an error that Policy.Missing tells to mean absence is
	// kept, and takes the place of a result. It needs a Policy. 0 means that it is not
	// kept beyond ErrorsTTL.
	MissingTTL time.Duration

	// Policy decides about single results; nil means DefaultPolicy.
	Policy Policy[V]

	// Shared keeps results in the manager's store too, for other processes. It needs
	// Codec and KeyText, and a Name that no other function of any process has.
	Shared bool

	// Codec turns results into bytes for the store, and for Cache.SaveTo, which both
	// need KeyText besides.
	Codec Codec[V]

	// Fingerprint is the part of the keys in the store, and of what Cache.SaveTo
	// writes, that changes with the shape of the results: Codec.Schema unless given.
	// Letters, digits, - and _ only.
	Fingerprint string

	// KeyShape is added to the fingerprint, with a hyphen before it. It changes with
	// what keys are made of and in which order, so that the text of a key never finds
	// the result of another one that a different version of the program has written.
	// Letters, digits, - and _ only; empty for none.
	KeyShape string

	// MemoryTTL bounds how long a shared result is used from memory without asking
	// the store, and so how old a value may be that another process has changed
	// while this one could not be told. A result that is older may still be returned
	// because of Stale. 0 means the TTL.
	MemoryTTL time.Duration

	// Strict makes Set, Delete, Clear and what stands on them return the errors of
	// the store. Otherwise they are logged, counted and tried again.
	Strict bool

	// Tags returns the tags of a key, by which InvalidateTags finds its result. It
	// must be a function of the key alone. nil means none.
	Tags func(K) []string

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
// of Options as it is; a negative one panics when the cache is first used. If
// Options have none of Refresh to MissingTTL, nor what makes a cache keep more than
// a result with each entry, none of these may be given: they must be Deferred there.
type Durations struct {
	TTL, Idle, Timeout, Refresh, Stale, SoftTimeout, ErrorsTTL, MissingTTL, MemoryTTL time.Duration
}

// Policy decides about single results. Its methods are called once for each load,
// in the goroutine of the load, Keep and TTL also by Set, and must not use the cache.
// A panic in one of them is one of the load. Embed DefaultPolicy to
// write only some of them. As an interface value it lets generated code refer to
// functions of the user's without an initialisation cycle.
type Policy[V any] interface {
	// Keep reports whether a result may be kept at all. If not, what was kept before
	// is removed.
	Keep(v V) bool
	// TTL returns how long a result may be kept, in place of Options.TTL; 0 or less
	// means that it is not kept, as if Keep were false. If it returns usual, later
	// changes of the TTL apply. Refresh is an age whatever it returns.
	TTL(v V, usual time.Duration) time.Duration
	// Missing reports whether an error means that there is nothing for the key, and
	// never will be before MissingTTL is over. err is not nil.
	Missing(err error) bool
	// Absence returns the error that callers get where another process has found
	// that there is nothing. It must be one for which Missing is true.
	Absence() error
}

// DefaultPolicy keeps every result for the usual time, and takes no error for
// absence.
type DefaultPolicy[V any] struct{}

// Keep returns true.
func (DefaultPolicy[V]) Keep(V) bool { return true }

// TTL returns usual.
func (DefaultPolicy[V]) TTL(_ V, usual time.Duration) time.Duration { return usual }

// Missing returns false.
func (DefaultPolicy[V]) Missing(error) bool { return false }

// Absence returns nil.
func (DefaultPolicy[V]) Absence() error { return nil }

// Codec turns values into bytes and back: see package codec, whose codecs these
// are. Its methods are safe for concurrent use.
type Codec[V any] interface {
	// Append appends the bytes of v to b.
	Append(b []byte, v V) ([]byte, error)
	// Decode reads a value from the whole of b, which it does not keep. Bytes that
	// Append did not write are an error.
	Decode(b []byte) (V, error)
	// Schema differs between codecs whose bytes do not mean the same.
	Schema() string
}
