package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// raced is a model: versions that only rise, several processes with two shapes, and the
// lowest version that each may still return.
type raced struct {
	*testing.T
	processes []*process
	versions  [racedKeys]atomic.Int64
	changing  [racedKeys]chan struct{}
	floors    [racedProcesses][racedKeys]atomic.Int64
	hits      atomic.Int64
}

const (
	racedKeys      = 6
	racedProcesses = 4
	racedWalkers   = 200
	racedSteps     = 20
	// racedBound is how much later than an invalidation has returned other processes may
	// return what is older: what memory keeps while news are missed, and what events,
	// questions and repeated tries take in this test.
	racedBound = 4 * time.Second
)

// Whatever fails, no process returns a value that is older than an invalidation that has
// returned without an error, later than the bound; the one that made it never does.
func TestSharedNobodyReadsWhatWasChanged(t *testing.T) {
	for _, faulty := range []bool{false, true} {
		t.Run(strconv.FormatBool(faulty), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newRaced(t).run(faulty) })
		})
	}
}

func newRaced(t *testing.T) *raced {
	w := &raced{T: t}
	for k := range w.changing {
		w.changing[k] = make(chan struct{}, 1)
	}
	s := cachetest.NewStore()
	for i := range racedProcesses {
		w.processes = append(w.processes, share(t, s.Join(), nil, func(o *peopleOptions) {
			o.Codec, o.Strict = jsonCodec{strconv.Itoa(i % 2)}, true
			o.Refresh = 20 * time.Second
			o.Tags = func(id int) []string { return []string{textOf(id)} }
			if i == 3 {
				o.MaxEntries = 3
			}
		}))
	}
	return w
}

func (w *raced) run(faulty bool) {
	ctx, stop := context.WithCancel(w.Context())
	var chaos, all sync.WaitGroup
	if faulty {
		chaos.Go(func() { w.chaos(ctx) })
	}
	for i := range racedWalkers {
		all.Go(func() { w.walk(rand.New(rand.NewPCG(rand.Uint64(), 1)), i%racedProcesses) })
	}
	all.Wait()
	stop()
	chaos.Wait()
	time.Sleep(time.Minute)
	for k := range racedKeys {
		for i := range w.processes {
			if got, want := w.read(i, k), w.versions[k].Load(); got != want {
				w.Errorf("at the end, process %d, key %d: %d, not %d", i, k, got, want)
			}
		}
	}
	for i, p := range w.processes {
		if s, _ := p.manager.StoreStats(); s.Owed != 0 || s.Open || !s.Live {
			w.Errorf("process %d: %+v", i, s)
		}
		w.hits.Add(int64(p.Stats().Hits + p.Stats().StoreHits))
	}
	w.Logf("%d hits", w.hits.Load())
	if w.hits.Load() == 0 {
		w.Error("too little has happened")
	}
}

// load is the source: it reads, and is slow.
func (w *raced) load(_ context.Context, k int) (person, error) {
	v := w.versions[k].Load()
	time.Sleep(rand.N(2 * time.Second))
	return person{k, v}, nil
}

func (w *raced) read(i, k int) int64 {
	floor := w.floors[i][k].Load()
	v, err := w.processes[i].Load(w.Context(), k, w.load)
	if err != nil || v.ID != k || v.Version < floor {
		w.Errorf("process %d, key %d: %v, %v after %d", i, k, v, err, floor)
	}
	return v.Version
}

func (w *raced) walk(random *rand.Rand, i int) {
	for range racedSteps {
		k := random.IntN(racedKeys)
		time.Sleep(rand.N(5 * time.Second))
		if random.IntN(8) > 0 {
			w.read(i, k)
		} else {
			w.change(random.IntN(8), i, k)
		}
	}
}

// change changes a key with one process, alone: the order of two changes would be
// nobody's promise.
func (w *raced) change(kind, i, k int) {
	p, ctx := w.processes[i], w.Context()
	w.changing[k] <- struct{}{}
	defer func() { <-w.changing[k] }()
	v := w.versions[k].Add(1)
	var err error
	switch kind {
	case 0:
		err = p.Clear(ctx)
	case 1:
		err = p.manager.InvalidateTags(ctx, textOf(k))
	case 2:
		_, err = p.manager.InvalidateMatching(ctx, "test/people.get:"+strconv.Itoa(k))
	case 3:
		err = p.Set(ctx, k, person{k, v})
	case 4:
		var got person
		if got, err = p.Refresh(ctx, k, w.load); err != nil || got.Version < v {
			w.Errorf("Refresh = %v, %v, want at least %d", got, err, v)
		}
		return // it promises nothing where the store fails
	case 5:
		tx, done := cache.Tx(ctx)
		err = done(p.Delete(tx, k))
	default:
		err = p.Delete(ctx, k)
	}
	raiseTo(&w.floors[i][k], v)
	if err != nil {
		return
	}
	time.AfterFunc(racedBound, func() {
		for other := range w.processes {
			raiseTo(&w.floors[other][k], v)
		}
	})
}

func raiseTo(floor *atomic.Int64, v int64) {
	for old := floor.Load(); old < v && !floor.CompareAndSwap(old, v); old = floor.Load() {
	}
}

// chaos makes the store fail for one process after the other, in all ways.
func (w *raced) chaos(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		s := w.processes[n%len(w.processes)].store
		down := errors.New("no route to host")
		switch n % 9 {
		case 0:
			s.Fail(down)
		case 1:
			s.Fail(down, "Set", "Acquire", "Fill")
		case 2:
			s.Delay(400 * time.Millisecond)
		case 3:
			s.Delay(1500 * time.Millisecond)
		case 4:
			s.LoseAnswers(down)
		case 5:
			s.Disconnect()
		case 6:
			s.Fail(down, "Delete", "Bump", "Revoke")
		case 7:
			s.DelayEvents(time.Second)
		case 8:
			s.Wipe()
		}
		time.Sleep(time.Second + rand.N(time.Second))
		s.Fail(nil)
		s.Delay(0)
		s.DelayEvents(0)
		s.LoseAnswers(nil)
		s.Reconnect()
		time.Sleep(rand.N(time.Second))
	}
}
