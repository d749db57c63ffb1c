package faults

import (
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// tick is the time between two looks at the figures.
const tick = 5 * time.Millisecond

// watch finds out when the store is used again.
type watch struct {
	of    [processes]*process
	stats [processes]cache.StoreStats
	hits  [processes]uint64
	found [processes]bool
	// failed is when something was wrong the last time, and used when both processes
	// had found a result in the store after that.
	failed, used time.Duration
}

func newWatch(r *run, now time.Duration) *watch {
	w := &watch{of: r.processes, failed: now, used: now}
	w.begin()
	for i, p := range w.of {
		w.stats[i], _ = p.manager.StoreStats()
	}
	return w
}

// begin begins to look for results that are found in the store.
func (w *watch) begin() {
	for i, p := range w.of {
		w.hits[i], w.found[i] = p.results.Stats().StoreHits, false
	}
}

// look looks at the figures, and reports whether the store is used, and for how long
// nothing was wrong.
func (w *watch) look(now time.Duration) (used bool, quiet time.Duration) {
	wrong, all := false, true
	for i, p := range w.of {
		s, _ := p.manager.StoreStats()
		before := w.stats[i]
		wrong = wrong || s.Open || !s.Live || s.Owed > 0 || s.Errors > before.Errors || s.Refused > before.Refused
		w.stats[i] = s
	}
	if wrong {
		w.failed = now
		w.begin()
		return false, 0
	}
	for i, p := range w.of {
		if !w.found[i] && p.results.Stats().StoreHits > w.hits[i] {
			w.found[i], w.used = true, now
		}
		all = all && w.found[i]
	}
	return all, now - w.failed
}

// String tells what is wrong.
func (w *watch) String() string { return fmt.Sprintf("%+v, found %v", w.stats, w.found) }

// audit finds out when the changes of a process that are owed have reached the store.
func (r *run) audit(p *process) {
	for {
		select {
		case <-r.stop:
			return
		case <-time.After(tick):
		}
		debts := len(r.journal.debts(p.number))
		if s, _ := p.manager.StoreStats(); debts > 0 && s.Owed == 0 {
			r.journal.settle(p.number, debts, r.now())
		}
	}
}
