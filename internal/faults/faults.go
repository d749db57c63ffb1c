// Package faults measures what callers of a shared cached function notice while the
// Redis server behind it is killed, paused, full, replaced, or behind a bad network:
// wrong results, calls that hang, errors, slow calls, and loads that reach the source.
// Servers and networks are real ones, from internal/redistest; the two managers of a
// run are what two processes would be, and know of each other only through Redis.
//
// It does not restart the program that uses the cache: examples/shared has tests with
// real processes. Its figures are those of the machine that it runs on; only the
// counts of what must not happen are the same everywhere.
package faults

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/stage"
)

const (
	// calm is how long a run lasts before the fault, fault how long that lasts, and
	// after how long the run goes on at least.
	calm  = 2 * time.Second
	fault = 4 * time.Second
	after = 4 * time.Second
	// quiet is how long nothing may fail until the store counts as used again, and
	// patience how long a run waits for that.
	quiet    = time.Second
	patience = 20 * time.Second
	// rest is how long before a fail-over nothing is changed.
	rest = 50 * time.Millisecond

	// Hung is how long a call takes at least that counts as one that hangs.
	Hung = 10 * time.Second
	// DefaultCalls is how many calls of a cached function a scenario has.
	DefaultCalls = 10_000
)

// Scenario is something that goes wrong, once, while calls are made.
type Scenario struct {
	// Name says what it is in a few words.
	Name string
	// Calls is how many calls of the cached function are made at least. They are spread
	// evenly over the run.
	Calls int

	set func(testing.TB) scene
}

// Scenarios returns all of them, each with DefaultCalls calls.
func Scenarios() []Scenario {
	all := []Scenario{
		{Name: "none", set: undisturbed},
		{Name: "server killed, restarted empty after 4 s", set: killed},
		{Name: "server paused for 4 s", set: paused},
		{Name: "server full for 4 s (noeviction)", set: full},
		{Name: "master killed, Sentinel fail-over", set: failedOver},
		{Name: "a Cluster's master killed", set: masterKilled},
		{Name: "network of one process cut for 4 s", set: cut},
		{Name: "network of one process half open for 4 s", set: halfOpen},
		{Name: "answers 200 ms late for 4 s", set: slow(200 * time.Millisecond)},
		{Name: "answers 600 ms late for 4 s", set: slow(600 * time.Millisecond)},
	}
	for i := range all {
		all[i].Calls = DefaultCalls
	}
	return all
}

// Row is what came of a scenario.
type Row struct {
	Scenario string
	// Calls and Changes count the calls of the cached function, and the changes of the
	// source with the invalidation that follows each.
	Calls, Changes int
	// Wrong counts the results of another key, those older than a change whose
	// invalidation had returned in this process before the call began, and those older
	// than one that had reached the store, from the other process, more than Bound
	// earlier, or RuleBound.
	Wrong int
	// Hung counts the calls and changes that took at least Hung, and Errors the calls
	// that returned an error.
	Hung, Errors int
	// Longest and LongestChange are the longest call and invalidation.
	Longest, LongestChange time.Duration
	// Owed counts the invalidations that failed and were made good later, by the cache
	// itself.
	Owed int
	// Oldest is how long after an invalidation had returned, or was made good, the other
	// process still returned the old value.
	Oldest time.Duration
	// Stale counts the calls that were given a result beyond its time because of
	// Options.Stale.
	Stale int
	// Loads counts the calls of the source, and Together how many one process made at
	// the same time at most.
	Loads, Together int
	// Away is how long after the end of the fault, or after a server that does not come
	// back had gone, it took until no operation on the store failed any more, nothing was
	// owed, and both processes had found results there again.
	Away time.Duration
}

// Run plays a scenario, which takes about ten seconds. It returns an error if servers do
// not do what they should, if calls never return, or when ctx ends. Several may run at
// the same time.
func Run(ctx context.Context, s Scenario) (row Row, err error) {
	if s.Calls <= 0 {
		return Row{}, fmt.Errorf("faults: %s: %d calls are too few", s.Name, s.Calls)
	}
	err = stage.Run(func(t testing.TB) error {
		r := newRun(s, s.set(t))
		if err := r.play(ctx); err != nil {
			return err
		}
		row = r.row()
		return nil
	})
	if err != nil {
		return Row{}, fmt.Errorf("faults: %s: %w", s.Name, err)
	}
	return row, nil
}
