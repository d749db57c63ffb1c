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
	// Who waits for a load that is under way is a miss, and so is who gets a stale
	// result; who gets an error that is kept is a hit.
	Hits, Misses uint64
	// Loads counts the calls of loaders, LoadErrors those of them that ended
	// with an error, a panic or runtime.Goexit.
	Loads, LoadErrors uint64
	// Evictions counts the entries removed to make room, Expirations those
	// found too old, Invalidations those removed by Delete, Clear or
	// InvalidateMatching.
	Evictions, Expirations, Invalidations uint64
	// Stale counts the misses that got a result which was too old, because of
	// Options.Stale, Refreshes the loads in the background: see Options.Refresh.
	Stale, Refreshes uint64
	// StoreHits and StoreMisses count what loads found in the manager's store or did
	// not, StoreErrors the operations on it that failed, DecodeErrors the results
	// in it that the codec could not read.
	StoreHits, StoreMisses, StoreErrors, DecodeErrors uint64
	// Size is the number of entries, errors that are kept among them, and including
	// those that are too old and have not been looked for since.
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

// Plus returns the sum of both.
func (s Stats) Plus(t Stats) Stats {
	s.Hits += t.Hits
	s.Misses += t.Misses
	s.Loads += t.Loads
	s.LoadErrors += t.LoadErrors
	s.Evictions += t.Evictions
	s.Expirations += t.Expirations
	s.Invalidations += t.Invalidations
	s.Stale += t.Stale
	s.Refreshes += t.Refreshes
	s.StoreHits += t.StoreHits
	s.StoreMisses += t.StoreMisses
	s.StoreErrors += t.StoreErrors
	s.DecodeErrors += t.DecodeErrors
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
	// member is the cache's place in a link, left when the cache is gone.
	member atomic.Pointer[membership]
}

// stripe has the counters of some of the keys, on a cache line of its own.
type stripe struct {
	hits, misses, loads, loadErrors       atomic.Uint64
	evictions, expirations, invalidations atomic.Uint64
	// rare is what rich caches count beside, all of it in the first of the stripes.
	rare *rare
}

// rare has the counters of what happens less often than once in a call, or takes
// much longer than to count it.
type rare struct {
	stale, refreshes                                atomic.Uint64
	storeHits, storeMisses, storeErrors, decodeErrs atomic.Uint64
}

// rare returns the counters that rich caches have, nil for a plain one.
func (c *counters) rare() *rare { return c.stripes[0].rare }

// sum returns what was counted.
func (r *rare) sum() Stats {
	return Stats{
		Stale: r.stale.Load(), Refreshes: r.refreshes.Load(),
		StoreHits: r.storeHits.Load(), StoreMisses: r.storeMisses.Load(),
		StoreErrors: r.storeErrors.Load(), DecodeErrors: r.decodeErrs.Load(),
	}
}

func newCounters(n int, total *atomic.Int64) *counters {
	return &counters{stripes: make([]stripe, n), ledger: engine.Ledger{Total: total}}
}

// fold makes the figures of a cache that is gone a part of the past.
func (c *counters) fold() {
	if m := c.member.Load(); m != nil {
		m.Leave()
	}
	c.ledger.Total.Add(-c.ledger.Held.Swap(0))
	for _, t := range c.tallies {
		t.fold(c)
	}
}

// sum returns the figures without the size.
func (c *counters) sum() Stats {
	s := Stats{}
	if r := c.rare(); r != nil {
		s = r.sum()
	}
	s.Bytes = c.ledger.Held.Load()
	for i := range c.stripes {
		p := &c.stripes[i]
		s = s.Plus(Stats{
			Hits: p.hits.Load(), Misses: p.misses.Load(),
			Loads: p.loads.Load(), LoadErrors: p.loadErrors.Load(),
			Evictions: p.evictions.Load(), Expirations: p.expirations.Load(),
			Invalidations: p.invalidations.Load(),
		})
	}
	return s
}
