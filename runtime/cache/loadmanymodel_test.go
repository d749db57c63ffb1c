package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

const crowdKeys = 12

// crowdModel is a source whose values grow, and which fails at random in all ways.
type crowdModel struct {
	t *testing.T
	c *cache.Cache[int, int]
	// versions are those of the source, and deleted those that the cache was told of.
	versions, deleted [crowdKeys]atomic.Int64
	calls             atomic.Int64
	limit             int64
	timed             bool
}

func (m *crowdModel) loadMany(ctx context.Context, keys []int) (values []int, errs []error) {
	if n := m.calls.Add(1); m.limit > 0 && n > m.limit {
		m.t.Errorf("%d loads at once", n)
	}
	defer m.calls.Add(-1)
	values, errs = make([]int, len(keys)), make([]error, len(keys))
	seen := [crowdKeys]bool{}
	for i, key := range keys {
		if seen[key] {
			m.t.Errorf("asked twice for %d: %v", key, keys)
		}
		seen[key] = true
		values[i] = int(m.versions[key].Load())*100 + key
		if rand.IntN(20) == 0 {
			errs[i] = errLoad
		}
	}
	select {
	case <-time.After(time.Duration(rand.IntN(3000)) * time.Microsecond * time.Duration(rand.IntN(2))):
	case <-ctx.Done():
		for i := range errs {
			errs[i] = ctx.Err()
		}
		return nil, errs
	}
	switch rand.IntN(20) {
	case 0:
		panic(errLoad)
	case 1:
		runtime.Goexit()
	}
	return values, errs
}

func (m *crowdModel) load(ctx context.Context, key int) (int, error) {
	values, errs := m.loadMany(ctx, []int{key})
	if values == nil {
		return 0, errs[0]
	}
	return values[0], errs[0]
}

// check judges what a call has given that began when the version was least.
func (m *crowdModel) check(ctx context.Context, key, v int, err error, least int64) {
	switch {
	case errors.Is(err, errLoad), m.timed && errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil && errors.Is(err, ctx.Err()):
	case err != nil, v%100 != key, int64(v/100) < least, int64(v/100) > m.versions[key].Load():
		m.t.Errorf("%d: %d, %v, not before version %d", key, v, err, least)
	}
}

// safely makes a call in a goroutine of its own, and judges how it ends.
func (m *crowdModel) safely(r *rand.Rand) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			var p *cache.PanicError
			switch v := recover().(type) {
			case nil:
			case error:
				if !errors.As(v, &p) || p.Value != error(errLoad) && p.Value != error(cache.ErrGoexit) {
					m.t.Errorf("it panicked with %v", v)
				}
			default:
				m.t.Errorf("it panicked with %v", v)
			}
		}()
		m.call(r)
	}()
	<-ended
}

func (m *crowdModel) call(r *rand.Rand) {
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	if r.IntN(2) == 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(1+r.IntN(4000))*time.Microsecond)
	}
	defer cancel()
	key := r.IntN(crowdKeys)
	switch r.IntN(6) {
	case 0:
		v := m.versions[key].Add(1)
		if err := m.c.Delete(ctx, key); err != nil {
			m.t.Error(err)
		}
		for old := m.deleted[key].Load(); old < v && !m.deleted[key].CompareAndSwap(old, v); {
			old = m.deleted[key].Load()
		}
	case 1:
		least := m.deleted[key].Load()
		v, err := m.c.Load(ctx, key, m.load)
		m.check(ctx, key, v, err, least)
	default:
		keys, least := make([]int, r.IntN(8)), make([]int64, 8)
		for i := range keys {
			keys[i] = r.IntN(crowdKeys)
			least[i] = m.deleted[keys[i]].Load()
		}
		values, errs := m.c.LoadMany(ctx, keys, m.loadMany)
		for i, key := range keys {
			var err error
			if errs != nil {
				err = errs[i]
			}
			m.check(ctx, key, values[i], err, least[i])
		}
	}
}

// Whatever callers and the source do, each call gets for each key what is not older than
// the last change before it, and nothing is left over.
func TestLoadManyModel(t *testing.T) {
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			m := &crowdModel{t: t, limit: int64(r.IntN(3))}
			o := cache.Options[int, int]{LoadLimit: int(m.limit)}
			if r.IntN(2) == 0 {
				o.ErrorsTTL = time.Millisecond
			}
			if m.timed = r.IntN(4) == 0; m.timed {
				o.Timeout = 2 * time.Millisecond
			}
			m.c = newCache(t, o)
			var all sync.WaitGroup
			for i := range uint64(1 + r.IntN(12)) {
				all.Go(func() {
					r := rand.New(rand.NewPCG(seed, 2+i))
					for range 40 {
						time.Sleep(time.Duration(r.IntN(1500)) * time.Microsecond)
						m.safely(r)
					}
				})
			}
			all.Wait()
			synctest.Wait()
			if n := m.calls.Load(); n != 0 {
				t.Errorf("%d loads run", n)
			}
		})
		if t.Failed() {
			t.Fatal("seed ", seed)
		}
	}
}
