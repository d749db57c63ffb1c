package harness

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"time"
)

// A Contender is one of the things that a case measures beside each other.
type Contender struct {
	Name string

	// Run performs n operations. The workers of a case call it at the same time,
	// worker being their number, from 0.
	Run func(worker, n int)
}

// A Case is a set of contenders that do the same work.
type Case struct {
	Contenders []Contender

	// Workers is the number of goroutines that share the operations; 0 means 1.
	Workers int

	// Count is the number of operations of a sample, where it must be a certain one. 0
	// means as many as fill [Effort.Sample].
	Count int

	// Warm is the number of operations that a contender does ahead of each sample,
	// unmeasured, to have its memory in the processor's caches as it would be if
	// the others were not there. 0 means an eighth of a sample.
	Warm int
}

// A Timing is what was measured of one contender.
type Timing struct {
	Name string

	// Wall and CPU are nanoseconds for each operation, one figure for each round.
	// CPU is that of the whole process, so it includes goroutines that a contender
	// leaves to do the rest of the work. It is zero where the system does not tell.
	Wall, CPU []float64

	// Allocs and Bytes are heap allocations of the whole process for each operation,
	// in the round that had the fewest.
	Allocs, Bytes float64
}

// Timings are those of all contenders of a case, in its order.
type Timings []Timing

// Of returns the timing of a contender, and panics if there is none of that name:
// the caller has spelled it wrong.
func (t Timings) Of(name string) Timing {
	i := slices.IndexFunc(t, func(t Timing) bool { return t.Name == name })
	if i < 0 {
		panic("harness: no contender is called " + name)
	}
	return t[i]
}

// Has reports whether a contender of this name was measured.
func (t Timings) Has(name string) bool {
	return slices.ContainsFunc(t, func(t Timing) bool { return t.Name == name })
}

// Effort says how long measuring may take.
type Effort struct {
	// Rounds is how often each contender is measured.
	Rounds int
	// Sample is about how long one contender runs in one round.
	Sample time.Duration
	// Quick asks groups to leave out what takes minutes.
	Quick bool
}

// Measure runs the contenders of c in turn, round by round. Each round begins with
// another one.
func (e Effort) Measure(c Case) Timings {
	workers := max(c.Workers, 1)
	timings := make(Timings, len(c.Contenders))
	counts := make([]int, len(c.Contenders))
	for i, contender := range c.Contenders {
		timings[i].Name = contender.Name
		if counts[i] = c.Count; c.Count == 0 {
			counts[i] = e.calibrate(contender, workers)
		}
	}
	for round := range max(e.Rounds, 1) {
		runtime.GC()
		for i := range c.Contenders {
			i = (i + round) % len(c.Contenders)
			execute(c.Contenders[i], workers, cmp.Or(c.Warm, counts[i]/8+1))
			timings[i].add(sample(c.Contenders[i], workers, counts[i]))
		}
	}
	return timings
}

// calibrate returns how many operations fill a sample.
func (e Effort) calibrate(c Contender, workers int) int {
	for n := 64 * workers; ; n *= 4 {
		start := time.Now()
		execute(c, workers, n)
		took := time.Since(start)
		if took >= e.Sample/8 || n >= 1<<30 {
			return max(workers, int(float64(n)*float64(e.Sample)/float64(max(took, 1))))
		}
	}
}

// figures are those of one operation in one round.
type figures struct{ wall, cpu, allocs, bytes float64 }

func sample(c Contender, workers, n int) figures {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, start := processCPU(), time.Now()
	done := execute(c, workers, n)
	wall, used := time.Since(start), processCPU()-cpu
	runtime.ReadMemStats(&after)
	per := 1 / float64(done)
	return figures{
		wall:   float64(wall) * per,
		cpu:    float64(used) * per,
		allocs: float64(after.Mallocs-before.Mallocs) * per,
		bytes:  float64(after.TotalAlloc-before.TotalAlloc) * per,
	}
}

// execute runs about n operations and returns how many they were.
func execute(c Contender, workers, n int) int {
	if workers == 1 {
		c.Run(0, n)
		return n
	}
	each := max(n/workers, 1)
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() { c.Run(worker, each) })
	}
	group.Wait()
	return each * workers
}

func (t *Timing) add(f figures) {
	if len(t.Wall) == 0 || f.allocs < t.Allocs {
		t.Allocs, t.Bytes = f.allocs, f.bytes
	}
	t.Wall = append(t.Wall, f.wall)
	t.CPU = append(t.CPU, f.cpu)
}
