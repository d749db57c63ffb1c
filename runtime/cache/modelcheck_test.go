package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// check compares everything that can be seen with the model.
func (w *world) check() {
	w.checkCalls()
	w.checkRuns()
	w.checkEntries()
	w.checkStats()
	if w.Failed() {
		w.Fatalf("nesting %v, settings %v, the last steps were\n%s", w.nesting, w.settings.LogValue(), strings.Join(w.what, "\n"))
	}
}

func (w *world) checkCalls() {
	for _, c := range w.all {
		if got := w.resultOf(c); got != c.want {
			w.Errorf("call %d came to %v, want %v", c.id, got, c.want)
		}
		if c.want.ending != pending {
			c.cancel()
			c.ended = canceled
		}
	}
	w.all = slices.DeleteFunc(w.all, func(c *call) bool { return c.want.ending != pending })
}

func (w *world) checkRuns() {
	count := 0
	for _, l := range w.loads {
		if l.queued {
			continue
		}
		count++
		r := w.runOf(l)
		if r == nil {
			w.Errorf("no loader runs for the load of %d that call %d began", l.key, l.leader.id)
			continue
		}
		if ended := endOf(r.ctx); ended != l.ended {
			w.Errorf("the context of the load of %d by %d has ended by %v, want %v", l.key, l.leader.id, ended, l.ended)
		}
		if id := r.ctx.Value(caller{}); id != r.call.id {
			w.Errorf("the load of call %d has the context of call %v", r.call.id, id)
		}
	}
	if n := w.running(); n != count {
		w.Errorf("%d loaders run, want %d", n, count)
	}
}

func endOf(ctx context.Context) ending {
	switch err := ctx.Err(); {
	case err == nil:
		return pending
	case errors.Is(err, context.DeadlineExceeded):
		return expired
	default:
		return canceled
	}
}

// checkEntries takes note of entries that were evicted.
func (w *world) checkEntries() {
	missing, live := uint64(0), 0
	for key := range modelKeys {
		v, ok := w.cache.Peek(context.Background(), key)
		e := w.entries[key]
		age := old
		if e != nil {
			age = w.age(e)
			e.doubtful = e.doubtful || age != young && !ok
		}
		switch {
		case ok && (age == old || v != e.value):
			w.Errorf("key %d has value %v, want %v, age %v", key, v, e, age)
		case ok:
			live++
		case age == young:
			missing++
			delete(w.entries, key)
		}
	}
	got := w.cache.Stats()
	if missing > got.Evictions-w.evicted {
		w.Errorf("%d entries are missing, %d were evicted", missing, got.Evictions-w.evicted)
	}
	bound := w.settings.MaxEntries
	bounded := bound != cache.Unlimited && bound < modelKeys
	if got.Evictions > w.evicted && !bounded && !w.bounded {
		w.Error("an entry was evicted without need")
	}
	w.bounded, w.evicted = bounded, got.Evictions
	if got.Size < live || bound >= 0 && got.Size > bound {
		w.Errorf("size %d, of which %d are live, bound %d", got.Size, live, bound)
	}
}

func (w *world) checkStats() {
	got, want := w.cache.Stats(), w.stats
	if got.Hits != want.Hits || got.Misses != want.Misses || got.Loads != want.Loads || got.LoadErrors != want.LoadErrors {
		w.Errorf("stats %+v, want %+v", got, want)
	}
	if n := got.Invalidations - want.Invalidations; got.Invalidations < want.Invalidations || n > w.mayDelete {
		w.Errorf("%d invalidations, want %d to %d", got.Invalidations, want.Invalidations, want.Invalidations+w.mayDelete)
	}
}

// stop ends all loads, sometimes after the manager was closed.
func (w *world) stop() {
	// Close ends contexts in no order, so that none may depend on another.
	tangled := slices.ContainsFunc(w.loads, func(l *modelLoad) bool { return l.queued || l.nested != nil })
	if w.rng.IntN(2) == 0 && !tangled {
		w.did("close")
		w.close()
		go func() {
			if err := w.manager.Close(context.Background()); err != nil {
				w.Error(err)
			}
		}()
		synctest.Wait()
		w.check()
		for range 20 {
			w.step()
		}
	}
	for len(w.loads) > 0 {
		w.order(true)
		w.check()
	}
	if len(w.all) > 0 {
		w.Errorf("%d calls have not returned", len(w.all))
	}
}

// TestModel runs a cache and the model side by side. BUNSUI_STEPS says how many
// steps there are to be, BUNSUI_SEED makes those of one failure again.
func TestModel(t *testing.T) {
	const each = 250
	steps, seed := number(t, "BUNSUI_STEPS", 10_000), number(t, "BUNSUI_SEED", 0)
	if seed != 0 {
		steps = each
	} else {
		seed = rand.Uint64()>>16 + 1
	}
	var sum cache.Stats
	for done := uint64(0); done < steps && !t.Failed(); done += each {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seed)
			defer func() {
				if t.Failed() {
					t.Logf("to make it again: BUNSUI_SEED=%d", seed)
				}
			}()
			for range each {
				w.step()
			}
			w.stop()
			sum.Hits, sum.Misses, sum.Loads = sum.Hits+w.stats.Hits, sum.Misses+w.stats.Misses, sum.Loads+w.stats.Loads
		})
		seed++
	}
	t.Logf("%d steps: %d hits, %d misses, %d loads; the last seed was %d", steps, sum.Hits, sum.Misses, sum.Loads, seed-1)
}

// number reads a number from the environment.
func number(t *testing.T, name string, usual uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
