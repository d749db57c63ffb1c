package cache_test

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// change changes a key in the model, and returns what changes it in the cache.
func (w *world) change(key int) (real func()) {
	n := w.rng.IntN(3)
	w.did("change %d of %d", n, key)
	if n == 0 {
		w.values++
		v := w.values
		w.set(key, v)
		return func() { _ = w.cache.Set(context.Background(), key, v) }
	}
	w.forget(key)
	if n == 1 {
		return func() { _ = w.cache.Delete(context.Background(), key) }
	}
	return func() {
		if _, err := w.manager.InvalidateMatching(context.Background(), "model:"+strconv.Itoa(key)); err != nil {
			w.Error(err)
		}
	}
}

func (w *world) clearAll() {
	w.did("clear")
	for key := range modelKeys {
		w.forget(key)
	}
	if w.rng.IntN(2) == 0 {
		_ = w.cache.Clear(context.Background())
	} else if _, err := w.manager.InvalidateMatching(context.Background(), "model:*"); err != nil {
		w.Error(err)
	}
}

func (w *world) get(key int) {
	w.did("get %d", key)
	e := w.lookup(key)
	var v int64
	var ok bool
	switch w.rng.IntN(3) {
	case 0:
		if e == nil {
			w.stats.Misses++
		}
		v, ok = w.cache.Get(key)
	case 1:
		v, ok = w.cache.Hit(key)
	default:
		v, ok = w.cache.Find(context.Background(), key)
	}
	if e != nil {
		w.stats.Hits++
	}
	if ok != (e != nil) || e != nil && v != e.value {
		w.Errorf("got %v, %v of key %d, want %v", v, ok, key, e)
	}
}

func (w *world) reconfigure() {
	var s cache.Settings
	maybe := func() bool { return w.rng.IntN(4) == 0 }
	for _, d := range []*time.Duration{&s.TTL, &s.Idle, &s.Timeout} {
		if maybe() {
			*d = []time.Duration{cache.Forever, time.Duration(2 + 2*w.rng.IntN(500))}[w.rng.IntN(2)]
		}
	}
	if maybe() {
		s.MaxEntries = []int{cache.Unlimited, 1 + w.rng.IntN(modelKeys+1)}[w.rng.IntN(2)]
	}
	if maybe() && !w.nesting {
		s.LoadLimit = []int{cache.Unlimited, 1 + w.rng.IntN(3)}[w.rng.IntN(2)]
	}
	if maybe() {
		jitter := []float64{0, w.rng.Float64()}[w.rng.IntN(2)]
		s.Jitter = &jitter
	}
	if maybe() {
		s.Mode = []cache.Mode{cache.On, cache.On, cache.MemoryOnly, cache.Off}[w.rng.IntN(4)]
	}
	w.did("configure %v", s.LogValue())
	w.configure(s)
	if err := w.manager.Configure("model", s); err != nil {
		w.Error(err)
	}
	synctest.Wait()
}

// crowd makes several calls for one key at the same time. Whichever comes first
// begins the load, if there is none.
func (w *world) crowd() {
	key := w.rng.IntN(modelKeys)
	crowd := make([]*call, 2+w.rng.IntN(4))
	how, obedient := manner(w.rng.IntN(2)), w.rng.IntN(2) == 0
	for i := range crowd {
		w.ids++
		c := &call{id: w.ids, key: key, how: how, obedient: obedient}
		c.prepare(context.Background(), w.now)
		w.begin(c)
		c.led = cmp.Or(crowd[0], c).led
		crowd[i] = c
	}
	w.all = append(w.all, crowd...)
	w.did("crowd %d to %d: %v of %d, obedient %v", crowd[0].id, w.ids, how, key, obedient)
	w.together(crowd...)
}

// spread does one thing for each key, all at the same time.
func (w *world) spread() {
	timeout := w.settings.Timeout > 0 && w.settings.Timeout != cache.Forever
	if w.settings.MaxEntries != cache.Unlimited || w.settings.LoadLimit > 0 || w.nesting && timeout {
		return
	}
	var acts []func()
	for key := range modelKeys {
		switch w.rng.IntN(3) {
		case 0:
			c := w.newCall(key, nil)
			acts = append(acts, func() { go w.make(c) })
		case 1:
			acts = append(acts, w.change(key))
		default:
			of := slices.DeleteFunc(w.ready(), func(l *modelLoad) bool { return l.key != key || w.runOf(l) == nil })
			if len(of) > 0 {
				l := of[w.rng.IntN(len(of))]
				acts = append(acts, w.end(l, w.ending(l, false)))
			}
		}
	}
	concurrently(acts...)
}

func concurrently(acts ...func()) {
	var wait sync.WaitGroup
	for _, act := range acts {
		wait.Go(act)
	}
	wait.Wait()
	synctest.Wait()
}

// race ends a load while something happens to it.
func (w *world) race() {
	loads := w.ready()
	if len(loads) == 0 {
		return
	}
	l := loads[w.rng.IntN(len(loads))]
	if w.rng.IntN(2) == 0 {
		w.raceWithLeaving(l)
		return
	}
	// In either order the change has the last word, but what the load has kept
	// may be counted as deleted.
	act := w.change(l.key)
	w.mayDelete++
	concurrently(act, w.end(l, w.ending(l, false)))
}

// raceWithLeaving ends a load while a caller leaves, and sees which came first.
func (w *world) raceWithLeaving(l *modelLoad) {
	leavers := slices.DeleteFunc(slices.Clone(l.waiters), func(c *call) bool { return c.inline || c.parent != nil || c.ended != pending })
	if len(leavers) == 0 || l.alone || l.leader.obedient {
		return
	}
	c := leavers[w.rng.IntN(len(leavers))]
	w.values++
	o := order{result: result{ending: returned, value: w.values}}
	r := w.runOf(l)
	concurrently(func() { c.cancel() }, func() { r.orders <- o })
	left := w.resultOf(c) != o.result
	w.did("end load of %d by %d: %v while call %d leaves: %v", l.key, l.leader.id, o, c.id, left)
	if left {
		w.endCallContext(c, canceled)
		w.finish(l, o.result)
	} else {
		w.finish(l, o.result)
		c.ended = canceled
	}
}
