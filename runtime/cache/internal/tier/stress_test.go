package tier_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
)

const (
	stressKeys       = 8
	stressGoroutines = 1000
	stressSteps      = 15
)

// world is a source of versions that only rise, and what each process may no longer
// return.
type world struct {
	*testing.T
	processes []*process
	versions  [stressKeys]atomic.Int64
	// setting lets only one goroutine at a time set a key: the order of two would be
	// nobody's promise. Channels, because time stands still for who waits for a mutex.
	setting [stressKeys]chan struct{}
	// floors are by process and key.
	floors             [3][stressKeys]atomic.Int64
	loads, hits, waits atomic.Int64
}

// Whatever fails: once a change of a version has returned without an error, no process
// returns an older one, and the process that made the change not even after an error.
func TestNobodyReadsWhatWasChanged(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := &world{T: t}
		for k := range w.setting {
			w.setting[k] = make(chan struct{}, 1)
		}
		s := cachetest.NewStore()
		for i := range w.floors {
			view := s
			if i > 0 {
				view = s.Join()
			}
			p := join(t, view, nil)
			p.tags = []string{"all"}
			w.processes = append(w.processes, p)
		}
		ctx, stop := context.WithCancel(t.Context())
		var chaos, wait sync.WaitGroup
		chaos.Go(func() { w.chaos(ctx) })
		for i := range stressGoroutines {
			wait.Go(func() { w.walk(rand.New(rand.NewPCG(uint64(i), 1)), i%len(w.processes)) })
		}
		wait.Wait()
		stop()
		chaos.Wait()
		if w.loads.Load() == 0 || w.hits.Load() == 0 || w.waits.Load() == 0 {
			t.Error("too little has happened")
		}
		t.Logf("%d loads, %d hits, %d waited", w.loads.Load(), w.hits.Load(), w.waits.Load())
		w.settle()
	})
}

// settle: when all is well again, nothing is owed, and all agree.
func (w *world) settle() {
	time.Sleep(time.Minute)
	for _, p := range w.processes {
		p.put(w.T, "probe", "1") // as circuits close when something is tried
	}
	for i, p := range w.processes {
		if s := p.link.Stats(); s.Owed != 0 || s.Open || !s.Live {
			w.Errorf("process %d: %+v", i, s)
		}
	}
	for k := range stressKeys {
		for i := range w.processes {
			w.read(i, k)
			if got, want := w.read(i, k), w.versions[k].Load(); got != want {
				w.Errorf("process %d, key %d: %d, not %d", i, k, got, want)
			}
		}
	}
}

func (w *world) walk(random *rand.Rand, i int) {
	for range stressSteps {
		k := random.IntN(stressKeys)
		time.Sleep(rand.N(5 * time.Second))
		if random.IntN(5) > 0 {
			w.read(i, k)
		} else {
			w.change(random.IntN(8), i, k)
		}
	}
}

func (w *world) read(i, k int) int64 {
	floor := w.floors[i][k].Load()
	result, how := w.processes[i].load(w.Context(), strconv.Itoa(k), func() string {
		w.loads.Add(1)
		v := w.versions[k].Load()
		time.Sleep(rand.N(2 * time.Second))
		return strconv.FormatInt(v, 10)
	})
	v, err := strconv.ParseInt(result, 10, 64)
	if err != nil || v < floor {
		w.Errorf("process %d, key %d: %q after %d: %+v", i, k, result, floor, how)
	}
	if how.OK {
		w.hits.Add(1)
	}
	if how.Waited {
		w.waits.Add(1)
	}
	return v
}

func (w *world) change(kind, i, k int) {
	p, text, ctx := w.processes[i], strconv.Itoa(k), w.Context()
	var err error
	everywhere := true
	w.setting[k] <- struct{}{}
	defer func() { <-w.setting[k] }()
	v := w.versions[k].Add(1)
	switch kind {
	case 0:
		err, everywhere = p.Clear(ctx), false // which takes effect with the news
	case 1:
		err = p.link.Bump(ctx, "all")
	case 2, 3:
		_, err = p.Set(ctx, text, p.tags, p.room(strconv.FormatInt(v, 10)))
	default:
		err = p.Delete(ctx, text)
	}
	for other := range w.processes {
		if other == i || err == nil && everywhere {
			raise(&w.floors[other][k], v)
		}
	}
}

func raise(floor *atomic.Int64, v int64) {
	for {
		old := floor.Load()
		if old >= v || floor.CompareAndSwap(old, v) {
			return
		}
	}
}

// chaos makes the store fail for one process after the other, in all ways.
func (w *world) chaos(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		s := w.processes[n%len(w.processes)].store
		switch n % 7 {
		case 0:
			s.Fail(errDown)
		case 1:
			s.Fail(errDown, "Set", "Acquire", "Fill")
		case 2:
			s.Delay(400 * time.Millisecond)
		case 3:
			s.Delay(time.Second)
		case 4:
			s.LoseAnswers(errDown)
		case 5:
			s.Disconnect()
		case 6:
			s.Fail(errors.New("no removal"), "Delete", "Bump", "Revoke")
		}
		time.Sleep(time.Second + rand.N(time.Second))
		s.Fail(nil)
		s.Delay(0)
		s.LoseAnswers(nil)
		s.Reconnect()
		time.Sleep(rand.N(time.Second))
	}
}

// Many goroutines of one process, all at once, on keys of their own and common ones.
func TestCrowd(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		var loads [10]atomic.Int64
		var wait sync.WaitGroup
		for i := range stressGoroutines {
			p := []*process{a, b}[i%2]
			wait.Go(func() {
				k := i % len(loads)
				r, _ := p.load(t.Context(), fmt.Sprint("common", k), func() string {
					loads[k].Add(1)
					time.Sleep(time.Second)
					return strconv.Itoa(k)
				})
				if r != strconv.Itoa(k) {
					t.Errorf("%q, not %d", r, k)
				}
				p.load(t.Context(), fmt.Sprint("own", i), func() string { return "1" })
				p.has(t, fmt.Sprint("own", i), "1")
			})
		}
		wait.Wait()
		for k := range loads {
			if n := loads[k].Load(); n != 1 {
				t.Errorf("key %d was loaded %d times", k, n)
			}
		}
		if s := a.link.Stats(); s.Errors != 0 || s.Running != 0 {
			t.Errorf("%+v", s)
		}
		if r := a.Look(t.Context(), tier.Query{Text: "own0"}); !r.OK {
			t.Errorf("%+v", r)
		}
	})
}
