package cache_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

const (
	modelKeys = 5
	// modelCalls is how many calls are under way at most, roughly.
	modelCalls = 24
)

// A world is a cache, its callers and the model, in one bubble.
type world struct {
	*testing.T
	calls
	model
	rng     *rand.Rand
	manager *cache.Manager
	born    time.Time
	all     []*call // those under way
	nesting bool    // loaders make calls; else loads may be limited
	ids     int
	values  int64
	evicted uint64
	bounded bool
	what    []string // the last steps
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{T: t, rng: rand.New(rand.NewPCG(seed, 0)), born: time.Now(), manager: newManager(t)}
	w.nesting = w.rng.IntN(2) == 0
	jitter := 0.0
	w.settings = cache.Settings{
		TTL: time.Microsecond, MaxEntries: cache.Unlimited, LoadLimit: cache.Unlimited, Jitter: &jitter, Mode: cache.On,
	}
	if w.rng.IntN(2) == 0 { // a rich cache, which does the same in other ways
		w.settings.Refresh = cache.Forever
	}
	w.entries, w.onKey = make(map[int]*modelEntry), make(map[int]*modelLoad)
	w.cache = newCache(t, cache.Options[int, int64]{
		Name: "model", Manager: w.manager, TTL: w.settings.TTL, MaxEntries: cache.Unlimited, LoadLimit: cache.Unlimited,
		Refresh: w.settings.Refresh,
	})
	w.abort = make(chan struct{})
	t.Cleanup(func() { close(w.abort) })
	w.peek = func(key int) bool {
		_, ok := w.cache.Peek(context.Background(), key)
		return ok
	}
	return w
}

// step does something at random, first in the model, then in the cache.
func (w *world) step() {
	w.pass(time.Duration(2 + 2*w.rng.IntN(20)))
	n := w.rng.IntN(100)
	switch {
	case n < 30 && len(w.all) < modelCalls:
		w.together(w.newCall(w.rng.IntN(modelKeys), nil))
	case n < 44 && w.nesting:
		w.nest()
	case n < 61:
		w.order(true)
	case n < 68:
		w.change(w.rng.IntN(modelKeys))()
	case n < 70:
		w.clearAll()
	case n < 76:
		w.leave()
	case n < 79:
		w.pass(time.Duration(2 * w.rng.IntN(500)))
	case n < 83:
		w.reconfigure()
	case n < 87:
		w.get(w.rng.IntN(modelKeys))
	case n < 91:
		w.crowd()
	case n < 95:
		w.spread()
	default:
		w.race()
	}
	w.check()
}

func (w *world) did(format string, args ...any) {
	if len(w.what) == 40 {
		w.what = w.what[1:]
	}
	w.what = append(w.what, fmt.Sprintf("%v "+format, append([]any{w.now}, args...)...))
}

// pass lets time pass.
func (w *world) pass(d time.Duration) {
	w.advance(w.now+d, w.all)
	time.Sleep(time.Until(w.born.Add(w.now)))
	synctest.Wait()
}

// newCall thinks of a call and lets the model make it.
func (w *world) newCall(key int, parent *modelLoad) *call {
	w.ids++
	c := &call{
		id: w.ids, key: key, how: manner(w.rng.IntN(8) / 3), parent: parent,
		inline: w.rng.IntN(4) == 0, obedient: w.rng.IntN(2) == 0,
	}
	outer := context.Background()
	if parent != nil {
		outer = w.runOf(parent).ctx
		c.inline = c.inline && !parent.hasContext()
		parent.nested = c
		c.ended = parent.ended
	}
	if !c.inline && w.rng.IntN(3) == 0 {
		c.deadline = w.freeDeadline()
	}
	c.prepare(outer, w.now)
	if !c.inline && w.rng.IntN(12) == 0 && c.ended == pending {
		c.cancel()
		c.ended = canceled
	}
	w.all = append(w.all, c)
	w.begin(c)
	w.did("call %d: %v of %d, inline %v, obedient %v, deadline %v, ended %v, inside of %v",
		c.id, c.how, key, c.inline, c.obedient, c.deadline, c.ended, parent != nil)
	return c
}

// freeDeadline is a time at which nothing else happens, so that it is known
// what comes first. Everything else happens at even times.
func (w *world) freeDeadline() time.Duration {
	for {
		d := w.now + time.Duration(1+2*w.rng.IntN(300))
		if !slices.ContainsFunc(w.all, func(c *call) bool { return c.deadline == d }) {
			return d
		}
	}
}

// together makes calls at the same time.
func (w *world) together(calls ...*call) {
	for _, c := range calls {
		go w.make(c)
	}
	synctest.Wait()
}

// ready returns the loads whose loaders wait for orders.
func (w *world) ready() []*modelLoad {
	var found []*modelLoad
	for _, l := range w.loads {
		if !l.queued && l.nested == nil {
			found = append(found, l)
		}
	}
	return found
}

// nest lets a loader make a call.
func (w *world) nest() {
	loads := slices.DeleteFunc(w.ready(), func(l *modelLoad) bool { return l.alone })
	if len(loads) == 0 || len(w.all) >= modelCalls {
		return
	}
	// If the time of the new load were up at the same moment as that of one around
	// it, either could come first.
	if slices.ContainsFunc(w.loads, func(l *modelLoad) bool { return l.deadline > 0 && l.deadline == w.now+w.settings.Timeout }) {
		return
	}
	l := loads[w.rng.IntN(len(loads))]
	r := w.runOf(l)
	c := w.newCall(w.rng.IntN(modelKeys), l)
	r.orders <- order{nested: c}
	synctest.Wait()
}

// ending returns an order to end a load.
func (w *world) ending(l *modelLoad, exit bool) order {
	w.values++
	o := order{result: result{ending: returned, value: w.values}}
	switch n := w.rng.IntN(10); {
	case n == 0:
		o.ending = panicked
	case n == 1 && exit:
		o.ending = exited
	case n < 4 && l.leader.how != loadValue:
		o.ending = failed
	}
	return o
}

// after returns what an ended load must come to by an order.
func (o order) after() result {
	if o.ending == panicked || o.ending == exited {
		return result{ending: o.ending}
	}
	return o.result
}

// order ends a load.
func (w *world) order(exit bool) {
	loads := w.ready()
	if len(loads) == 0 {
		return
	}
	l := loads[w.rng.IntN(len(loads))]
	w.end(l, w.ending(l, exit))()
	synctest.Wait()
}

func (w *world) end(l *modelLoad, o order) (real func()) {
	r := w.runOf(l)
	w.did("end load of %d by %d: %v", l.key, l.leader.id, o)
	w.finish(l, o.after())
	return func() { r.orders <- o }
}

// leave cancels a call's context.
func (w *world) leave() {
	calls := slices.DeleteFunc(slices.Clone(w.all), func(c *call) bool { return c.inline || c.ended != pending })
	if len(calls) == 0 {
		return
	}
	c := calls[w.rng.IntN(len(calls))]
	w.did("cancel call %d", c.id)
	w.endCallContext(c, canceled)
	c.cancel()
	synctest.Wait()
}
