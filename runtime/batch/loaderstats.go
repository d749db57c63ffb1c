package batch

import (
	"runtime"
	"slices"
	"sync"
	"weak"
)

// LoaderStats are the figures of a loader since it was made.
type LoaderStats struct {
	Name string
	// Calls are the keys that were asked for: one for Load, and as many as LoadMany was
	// given. Deduplicated are those of them whose key had been gathered already, and
	// Left those whose context ended first.
	Calls, Deduplicated, Left uint64
	// Batches are the calls of the function, and Keys the keys that those were for.
	Batches, Keys uint64
	// Errors are the batches that ended with an error for all keys, a breach of the
	// contract included, and Panics those in which the function did not return.
	Errors, Panics uint64
	// NotFound are the keys that the function had no value for, and KeyErrors those
	// for which it returned an error of their own.
	NotFound, KeyErrors uint64
	// Largest is the number of keys of the largest batch.
	Largest int
	// InFlight are the batches whose function runs now, and Waiting the calls whose
	// batch has not left yet.
	InFlight, Waiting int
}

// loaderCore is what a loader is apart from the types of its keys and values.
type loaderCore struct {
	loaderSettings

	// mu guards all that follows in the loader, its groups and their batches, unless
	// their fields say otherwise.
	mu    sync.Mutex
	stats LoaderStats
}

// Name returns the name that the loader was given.
func (c *loaderCore) Name() string { return c.name }

// Stats returns the figures.
func (c *loaderCore) Stats() LoaderStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.Name = c.name
	return s
}

// loaders are those that somebody refers to, in the order in which they were made.
var loaders struct {
	mu  sync.Mutex
	all []weak.Pointer[loaderCore]
}

// register makes a loader known to Loaders for as long as somebody refers to it.
func (c *loaderCore) register() {
	ref := weak.Make(c)
	runtime.AddCleanup(c, loaderGone, ref)
	loaders.mu.Lock()
	defer loaders.mu.Unlock()
	loaders.all = append(loaders.all, ref)
}

func loaderGone(ref weak.Pointer[loaderCore]) {
	loaders.mu.Lock()
	defer loaders.mu.Unlock()
	if i := slices.Index(loaders.all, ref); i >= 0 {
		loaders.all = slices.Delete(loaders.all, i, i+1)
	}
}

// Loaders returns the figures of all loaders of the process that somebody still refers
// to, in the order in which they were made.
func Loaders() []LoaderStats {
	loaders.mu.Lock()
	all := slices.Clone(loaders.all)
	loaders.mu.Unlock()
	stats := make([]LoaderStats, 0, len(all))
	for _, ref := range all {
		if c := ref.Value(); c != nil {
			stats = append(stats, c.Stats())
		}
	}
	return stats
}
