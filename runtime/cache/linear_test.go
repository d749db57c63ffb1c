package cache_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// A deed is one thing that happens to a key at one moment between its start and
// its end, which is all that is known of it.
type deed struct {
	kind  deedKind
	value int64
}

type deedKind string

const (
	found   deedKind = "found"   // value is kept
	nothing deedKind = "nothing" // nothing is kept
	stored  deedKind = "stored"  // by Set
	removed deedKind = "removed" // by Delete
	// What Clear does: it has every later load begin anew, and removes what is
	// kept. Refresh may begin a load between the two, which is later than Clear.
	detached deedKind = "detached"
	emptied  deedKind = "emptied"
	begun    deedKind = "begun"  // the load that will give value, since nothing was kept
	anew     deedKind = "anew"   // the same, whatever was kept
	ended    deedKind = "ended"  // the load that gives value
	lost     deedKind = "lost"   // the load that gives nothing: an error
	shared   deedKind = "shared" // value was kept, or was being loaded
	left     deedKind = "left"   // a caller went away, perhaps the last of a load
)

// A slot is what a cache knows of a key: the value that is kept and the load
// that a caller may join, by the value that it will give; 0 for none.
type slot struct{ kept, loading int64 }

// after returns the states that a deed can lead to.
func (s slot) after(d deed) []slot {
	is := func(ok bool, next slot) []slot {
		if ok {
			return []slot{next}
		}
		return nil
	}
	switch d.kind {
	case found:
		return is(s.kept == d.value, s)
	case nothing:
		return is(s.kept == 0, s)
	case stored:
		return []slot{{kept: d.value}}
	case removed:
		return []slot{{}}
	case detached:
		return []slot{{kept: s.kept}}
	case emptied:
		return []slot{{loading: s.loading}}
	case begun:
		return is(s.kept == 0 && s.loading == 0, slot{loading: d.value})
	case anew:
		return []slot{{kept: s.kept, loading: d.value}}
	case shared:
		return is(s.kept == d.value || s.loading == d.value, s)
	case left:
		return []slot{s, {kept: s.kept}}
	case lost:
		if s.loading == d.value {
			s.loading = 0
		}
	case ended:
		if s.loading == d.value {
			s = slot{kept: d.value}
		}
	}
	return []slot{s}
}

// register is a key of a cache, for porcupine.
var register = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{slot{}} },
	Step: func(state, input, _ any) []any {
		var next []any
		for _, s := range state.(slot).after(input.(deed)) {
			next = append(next, s)
		}
		return next
	},
}).ToModel()

// A history is what several goroutines do to one key.
type history struct {
	*testing.T
	cache  *cache.Cache[int, int64]
	time   atomic.Int64
	values atomic.Int64
	mu     sync.Mutex
	deeds  []porcupine.Operation
}

// add notes a deed that happened between start and now, and returns its number.
func (h *history) add(client int, start int64, kind deedKind, value int64) int {
	return h.addUntil(h.time.Add(1), client, start, kind, value)
}

func (h *history) addUntil(end int64, client int, start int64, kind deedKind, value int64) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deeds = append(h.deeds, porcupine.Operation{ClientId: client, Input: deed{kind, value}, Call: start, Return: end})
	return len(h.deeds) - 1
}

// act does something at random.
func (h *history) act(client int, rng *rand.Rand) {
	start := h.time.Add(1)
	switch rng.IntN(12) {
	case 0, 1:
		v := h.values.Add(1)
		_ = h.cache.Set(context.Background(), 1, v)
		h.add(client, start, stored, v)
	case 2, 3:
		_ = h.cache.Delete(context.Background(), 1)
		h.add(client, start, removed, 0)
	case 4:
		_ = h.cache.Clear(context.Background())
		h.add(client, start, detached, 0)
		h.add(client, start, emptied, 0)
	case 5, 6:
		if v, ok := h.cache.Get(1); ok {
			h.add(client, start, found, v)
		} else {
			h.add(client, start, nothing, 0)
		}
	case 7:
		h.load(client, start, rng, anew)
	default:
		h.load(client, start, rng, begun)
	}
}

// load makes a call that may load. A load is two deeds, its start and its end.
func (h *history) load(client int, start int64, rng *rand.Rand, how deedKind) {
	ctx, cancel := context.Background(), func() {}
	switch rng.IntN(4) {
	case 0:
	case 1:
		ctx, cancel = context.WithTimeout(ctx, time.Duration(rng.IntN(30))*time.Microsecond)
	default:
		ctx, cancel = context.WithCancel(ctx)
	}
	defer cancel()
	var end atomic.Int64 // the number of the deed that ended this call's load, plus 1
	call := h.cache.Load
	if how == anew {
		call = h.cache.Refresh
	}
	v, err := call(ctx, 1, h.loader(client, start, how, &end, rng.IntN(4), rng.IntN(5) == 0))
	switch n := int(end.Load()); {
	case err != nil && err != errLoad:
		if ctx.Err() == nil {
			h.Errorf("a caller that had not left got %v", err)
		}
		h.add(client, start, left, 0)
	case n > 0: // the result was kept, or not, before the call returned
		h.mu.Lock()
		defer h.mu.Unlock()
		h.deeds[n-1].Return = h.time.Add(1)
	default:
		h.add(client, start, shared, v)
	}
}

// loader returns a loader that gives a new value.
func (h *history) loader(client int, start int64, how deedKind, end *atomic.Int64, pause int, fails bool) func(context.Context, int) (int64, error) {
	return func(ctx context.Context, _ int) (int64, error) {
		v := h.values.Add(1)
		h.add(client, start, how, v)
		for range pause {
			runtime.Gosched()
		}
		kind, err := ended, ctx.Err()
		if fails {
			err = errLoad
		}
		if err != nil {
			kind = lost
		}
		end.Store(1 + int64(h.addUntil(math.MaxInt64, client, h.time.Add(1), kind, v)))
		return v, err
	}
}

// TestLinearizable lets goroutines do things to one key at the same time, and
// looks for an order of what they did in which it makes sense. Every other cache is rich.
func TestLinearizable(t *testing.T) {
	const clients, acts = 6, 8
	rounds := number(t, "BUNSUI_STEPS", 10_000) / (clients * acts)
	seed, unknown := rand.Uint64(), uint64(0)
	for round := range rounds {
		manager := cache.NewManager(cache.Config{})
		h := &history{T: t, cache: newCache(t, cache.Options[int, int64]{Manager: manager, TTL: cache.Forever, MaxEntries: cache.Unlimited, Early: round%2 == 1})}
		var wait sync.WaitGroup
		for client := range clients {
			rng := rand.New(rand.NewPCG(seed+round, uint64(client)))
			wait.Go(func() {
				for range acts {
					h.act(client, rng)
				}
			})
		}
		wait.Wait()
		if err := manager.Close(t.Context()); err != nil { // waits for loads that everybody has left
			t.Fatal(err)
		}
		switch porcupine.CheckOperationsTimeout(register, h.deeds, 5*time.Second) {
		case porcupine.Illegal:
			t.Fatalf("there is no order that makes sense of (seed %d, round %d):\n%s", seed, round, h)
		case porcupine.Unknown:
			unknown++
		}
	}
	t.Logf("%d histories of %d calls, %d of which took too long to check; seed %d", rounds, clients*acts, unknown, seed)
	if unknown > rounds/10 {
		t.Error("that are too many")
	}
}

// String lists the deeds in the order in which they began.
func (h *history) String() string {
	slices.SortFunc(h.deeds, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	var b strings.Builder
	for _, d := range h.deeds {
		fmt.Fprintf(&b, "%d: [%d, %d] %v\n", d.ClientId, d.Call, d.Return, d.Input)
	}
	return b.String()
}
