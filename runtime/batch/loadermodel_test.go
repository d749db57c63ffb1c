package batch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// loaderModel is a function of many keys that does at random what such functions do, and
// holds the loader to what it promises.
type loaderModel struct {
	t        *testing.T
	rand     *rand.Rand
	maxKeys  int
	inFlight int

	mu      sync.Mutex
	running map[string]int // by group
	batches int
	keys    int
	panics  int
}

var (
	errLoaderModel  = errors.New("all failed")
	errLoaderOfAKey = errors.New("one failed")
)

// begin checks what the function is asked for, and returns what it is to do.
func (m *loaderModel) begin(group string, keys []int) (what int, takes time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batches++
	m.keys += len(keys)
	if m.running[group]++; m.running[group] > m.inFlight {
		m.t.Errorf("%d batches are in flight", m.running[group])
	}
	seen := make(map[int]bool)
	for _, key := range keys {
		if seen[key] {
			m.t.Errorf("asked twice for %d: %v", key, keys)
		}
		seen[key] = true
	}
	if len(keys) > m.maxKeys || len(keys) == 0 {
		m.t.Errorf("asked for %d keys", len(keys))
	}
	return m.rand.IntN(10), time.Duration(m.rand.IntN(4)) * time.Millisecond * time.Duration(m.rand.IntN(2))
}

func (m *loaderModel) fetch(ctx context.Context, group string, keys []int) batch.Found[int, string] {
	what, takes := m.begin(group, keys)
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.running[group]--
	}()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return batch.FromMap[int, string](nil, ctx.Err())
	}
	if what == 1 || what == 2 {
		m.mu.Lock()
		m.panics++
		m.mu.Unlock()
	}
	switch what {
	case 0:
		return batch.FromMap[int, string](nil, errLoaderModel)
	case 1:
		panic("at random")
	case 2:
		runtime.Goexit()
	case 3:
		return batch.FromSlice[int](make([]string, len(keys)+1), nil)
	}
	return m.found(what, group, keys)
}

// found returns what there is in one of the three shapes. Keys that divide by 7 are
// missing, or have an error.
func (m *loaderModel) found(what int, group string, keys []int) batch.Found[int, string] {
	byKey := make(map[int]string)
	values, errs := make([]string, len(keys)), make([]error, len(keys))
	for i, key := range keys {
		values[i] = fmt.Sprint(group, key)
		if key%7 == 0 {
			errs[i] = errLoaderOfAKey
			continue
		}
		byKey[key] = values[i]
	}
	defer clear(keys)
	switch what {
	case 4:
		return batch.FromErrors[int](values, errs)
	case 5:
		return batch.FromSlice[int](values, nil)
	}
	return batch.FromMap(byKey, nil)
}

// check judges the answer to a call whose context was ctx.
func (m *loaderModel) check(ctx context.Context, group string, key int, v string, err error) {
	var p *batch.PanicError
	want := fmt.Sprint(group, key)
	switch {
	case err == nil && v == want, errors.Is(err, errLoaderModel), errors.Is(err, batch.ErrContract), errors.As(err, &p):
	case key%7 == 0 && (err == batch.ErrNotFound || err == errLoaderOfAKey):
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
	default:
		m.t.Errorf("%s %d: %q, %v", group, key, v, err)
	}
}

func (m *loaderModel) caller(l *batch.GroupLoader[string, int, string], seed uint64) {
	r := rand.New(rand.NewPCG(seed, 2))
	for range 30 {
		time.Sleep(time.Duration(r.IntN(3)) * time.Millisecond * time.Duration(r.IntN(2)))
		ctx, cancel := context.Background(), context.CancelFunc(func() {})
		switch r.IntN(3) {
		case 1:
			ctx, cancel = context.WithCancel(ctx)
		case 2:
			ctx, cancel = context.WithTimeout(ctx, time.Duration(r.IntN(4000))*time.Microsecond)
		}
		group := string(rune('a' + r.IntN(2)))
		if r.IntN(4) > 0 {
			m.one(ctx, l, group, r.IntN(40))
		} else {
			keys := make([]int, r.IntN(25))
			for i := range keys {
				keys[i] = r.IntN(40)
			}
			m.many(ctx, l, group, keys)
		}
		cancel()
	}
}

func (m *loaderModel) one(ctx context.Context, l *batch.GroupLoader[string, int, string], group string, key int) {
	ended := make(chan struct{})
	go func() { // Goexit may end it
		defer close(ended)
		v, err := l.Load(ctx, group, key, m.fetch)
		m.check(ctx, group, key, v, err)
	}()
	<-ended
	if at, ok := ctx.Deadline(); ok && time.Since(at) > 0 {
		m.t.Errorf("it returned %v after its deadline", time.Since(at))
	}
}

func (m *loaderModel) many(ctx context.Context, l *batch.GroupLoader[string, int, string], group string, keys []int) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r := l.LoadMany(ctx, group, keys, m.fetch)
		if len(r.Outcomes) != len(keys) || r.Succeeded+r.Failed+r.NotStarted != len(keys) {
			m.t.Errorf("%d keys: %+v", len(keys), r)
		}
		for i, o := range r.Outcomes {
			if o.Index != i || o.Item != keys[i] || (o.Attempts == 0) != errors.Is(o.Err, batch.ErrNotStarted) {
				m.t.Errorf("%+v", o)
			}
			m.check(ctx, group, keys[i], o.Value, o.Err)
		}
	}()
	<-ended
}

// Whatever callers and the function do, each call is answered once, with what there is
// for its key, and nothing is left over.
func TestLoaderModel(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			m := &loaderModel{t: t, rand: r, maxKeys: 1 + r.IntN(12), inFlight: 1 + r.IntN(3), running: map[string]int{}}
			options := []batch.LoaderOption{
				batch.MaxKeys(m.maxKeys), batch.InFlight(m.inFlight), batch.Window(time.Duration(r.IntN(3)) * time.Millisecond), nil,
			}
			l := batch.NewGroupLoader[string, int, string]("model", options...)
			var all sync.WaitGroup
			for i := range 1 + r.IntN(20) {
				all.Go(func() { m.caller(l, seed<<8+uint64(i)) })
			}
			all.Wait()
			synctest.Wait() // what was given up ends
			s := l.Stats()
			if s.InFlight != 0 || s.Waiting != 0 || int(s.Batches) != m.batches || int(s.Keys) != m.keys || int(s.Panics) != m.panics {
				t.Errorf("Stats = %+v; %d batches of %d keys, %d panics", s, m.batches, m.keys, m.panics)
			}
			if s.Largest > m.maxKeys || batch.LoaderPending(l) != 0 {
				t.Errorf("Stats = %+v; %d groups left", s, batch.LoaderPending(l))
			}
		})
		if t.Failed() {
			t.Fatal("seed ", seed)
		}
	}
}
