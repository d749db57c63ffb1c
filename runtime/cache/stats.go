package cache

import (
	"sync/atomic"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// Stats are the figures of a cache since it was made. They are exact once the
// calls that they count have returned.
type Stats struct {
	// Hits and Misses count the lookups by Load, LoadValue and Get, each as
	// one of the two; Hit and Find count hits only, for a Load that follows.
	// Who waits for a load that is under way is a miss.
	Hits, Misses uint64
	// Loads counts the calls of loaders, LoadErrors those of them that ended
	// with an error, a panic or runtime.Goexit.
	Loads, LoadErrors uint64
	// Evictions counts the entries removed to make room, Expirations those
	// found too old, Invalidations those removed by Delete, Clear or
	// InvalidateMatching.
	Evictions, Expirations, Invalidations uint64
	// Size is the number of entries, including those that are too old and
	// have not been looked for since.
	Size int
	// Bytes is what these entries take up, as far as they are weighed: 0 if
	// neither the cache nor its manager has a bound in bytes.
	Bytes int64
}

// HitRate returns the part of the lookups that were hits, from 0 to 1; 0 if
// there were none.
func (s Stats) HitRate() float64 {
	if s.Hits == 0 {
		return 0
	}
	return float64(s.Hits) / float64(s.Hits+s.Misses)
}

// plus returns the sum of both.
func (s Stats) plus(t Stats) Stats {
	s.Hits += t.Hits
	s.Misses += t.Misses
	s.Loads += t.Loads
	s.LoadErrors += t.LoadErrors
	s.Evictions += t.Evictions
	s.Expirations += t.Expirations
	s.Invalidations += t.Invalidations
	s.Size += t.Size
	s.Bytes += t.Bytes
	return s
}

// counters count what a cache does. They are an allocation of their own, so
// that they outlive the cache until its figures have been added to the past.
type counters struct {
	stripes []stripe
	ledger  engine.Ledger
	tallies []*tally // in which the cache counts
}

// stripe has the counters of some of the keys, on a cache line of its own.
type stripe struct {
	hits, misses, loads, loadErrors       atomic.Uint64
	evictions, expirations, invalidations atomic.Uint64
	_                                     uint64
}

func newCounters(n int, total *atomic.Int64) *counters {
	return &counters{stripes: make([]stripe, n), ledger: engine.Ledger{Total: total}}
}

// fold makes the figures of a cache that is gone a part of the past.
func (c *counters) fold() {
	c.ledger.Total.Add(-c.ledger.Held.Swap(0))
	for _, t := range c.tallies {
		t.fold(c)
	}
}

// sum returns the figures without the size.
func (c *counters) sum() Stats {
	s := Stats{Bytes: c.ledger.Held.Load()}
	for i := range c.stripes {
		p := &c.stripes[i]
		s = s.plus(Stats{
			Hits: p.hits.Load(), Misses: p.misses.Load(),
			Loads: p.loads.Load(), LoadErrors: p.loadErrors.Load(),
			Evictions: p.evictions.Load(), Expirations: p.expirations.Load(),
			Invalidations: p.invalidations.Load(),
		})
	}
	return s
}
