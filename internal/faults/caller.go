package faults

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

const (
	// callersEach is how many goroutines of a process call.
	callersEach = 8
	// changeEvery is how many calls there are for each change. Of a hundred changes, one
	// is of all keys, and five are of those with a tag.
	changeEvery = 25
)

// caller makes calls, one after the other, at regular times.
type caller struct {
	*run
	of     *process
	random *rand.Rand
	zipf   *rand.Zipf
	number int
}

func newCaller(r *run, p *process, number int) *caller {
	random := rand.New(rand.NewPCG(uint64(p.number), uint64(number)))
	return &caller{run: r, of: p, random: random, zipf: rand.NewZipf(random, 1.1, 1, keys-1), number: number}
}

// work calls until the run is over. After a call that took long, those that should have
// been made meanwhile follow at once.
func (c *caller) work() {
	pause := (calm + fault + after) * processes * callersEach / time.Duration(c.scenario.Calls)
	for due := rand.N(pause); ; due += pause {
		select {
		case <-c.stop:
			return
		case <-time.After(due - c.now()):
		}
		c.call(int(c.zipf.Uint64()))
		if c.random.IntN(changeEvery) == 0 {
			c.change()
		}
	}
}

// call calls the function. Every other caller has a context that can end.
func (c *caller) call(key int) {
	ctx := context.Background()
	if c.number%2 == 0 {
		bound, cancel := context.WithTimeout(ctx, Hung)
		defer cancel()
		ctx = bound
	}
	ctx, trace := cache.Trace(ctx)
	one := call{by: c.of.number, key: key, began: c.now()}
	one.got, one.err = c.of.results.Load(ctx, key, c.of.load)
	one.took = c.now() - one.began
	step, _ := trace.Last()
	one.stale = step.Source == cache.SourceStale
	c.journal.called(one)
}

// change changes some keys in the source, and invalidates what was kept of them.
func (c *caller) change() {
	c.pausing.RLock()
	defer c.pausing.RUnlock()
	var all []int
	var invalidate func(context.Context) error
	bound := Bound
	switch kind := c.random.IntN(100); {
	case kind == 0:
		bound = RuleBound
		all, invalidate = every(0, 1), c.of.results.Clear
	case kind <= 5:
		group := 2*c.random.IntN(groups/2) + 1
		all = every(group, groups)
		invalidate = func(ctx context.Context) error { return c.of.manager.InvalidateTags(ctx, tag(group)) }
	default:
		key := int(c.zipf.Uint64())
		all = []int{key}
		invalidate = func(ctx context.Context) error { return c.of.results.Delete(ctx, key) }
	}
	numbers := make([]int64, len(all))
	for i, key := range all {
		numbers[i] = c.source.versions[key].Add(1)
	}
	began := c.now()
	err := invalidate(context.Background())
	one := &change{by: c.of.number, bound: bound, returned: c.now(), settled: -1, owed: err != nil}
	one.took = one.returned - began
	if err == nil {
		one.settled = one.returned
	}
	c.journal.changed(one, all, numbers)
}

// every returns the keys from first on, in steps.
func every(first, step int) (all []int) {
	for key := first; key < keys; key += step {
		all = append(all, key)
	}
	return all
}
