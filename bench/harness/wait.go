package harness

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// A Caller is one of the things whose single calls are timed.
type Caller struct {
	Name string

	// Call performs one operation. Workers call it at the same time.
	Call func(worker int)
}

// A Wait is how long single calls took.
type Wait struct {
	Name string

	// P50 and P99 are percentiles in nanoseconds, one figure for each round.
	P50, P99 []float64

	// Calls is the number of calls of a round.
	Calls int

	// Busy is how many processors were busy, in each round. It is zero where the system
	// does not tell.
	Busy []float64
}

// Waits makes about so many calls in each round, in so many goroutines, each of which
// waits for one call before it makes the next. Reading the clock for each takes some
// 50 ns.
func (e Effort) Waits(workers, calls int, callers []Caller) []Wait {
	each := max(calls/workers, 1)
	waits := make([]Wait, len(callers))
	for round := range max(e.Rounds, 1) {
		runtime.GC()
		for i := range callers {
			i = (i + round) % len(callers)
			waits[i].Name, waits[i].Calls = callers[i].Name, each*workers
			waits[i].add(closedLoop(callers[i], workers, each))
		}
	}
	return waits
}

// closedLoop returns how long calls took, in ascending order, and how many processors
// were busy.
func closedLoop(c Caller, workers, each int) (took []time.Duration, busy float64) {
	took = make([]time.Duration, workers*each)
	cpu, start := processCPU(), time.Now()
	var all sync.WaitGroup
	for worker := range workers {
		all.Go(func() {
			mine := took[worker*each : (worker+1)*each]
			for i := range mine {
				began := time.Now()
				c.Call(worker)
				mine[i] = time.Since(began)
			}
		})
	}
	all.Wait()
	busy = float64(processCPU()-cpu) / float64(time.Since(start))
	slices.Sort(took)
	return took, busy
}

func (w *Wait) add(took []time.Duration, busy float64) {
	w.P50 = append(w.P50, float64(took[len(took)/2]))
	w.P99 = append(w.P99, float64(took[len(took)*99/100]))
	w.Busy = append(w.Busy, busy)
}

// TailMeans reports whether P99 says something about what was called: there were enough
// calls, and they waited for other things than for a processor.
func (w *Wait) TailMeans() bool {
	busy := Median(w.Busy)
	return w.Calls >= 1000 && busy > 0 && busy < 0.8*float64(runtime.GOMAXPROCS(0))
}
