package cache_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

type shop struct {
	name string
	_    [64]byte
}

func newInstances[R any](t *testing.T, o cache.Options[int, int]) *cache.Instances[R, int, int] {
	t.Helper()
	o.Name, o.TTL = "test.Shop.price", time.Minute
	if o.Manager == nil {
		o.Manager = newManager(t)
	}
	return cache.NewInstances[R](o)
}

func TestInstancesAreApart(t *testing.T) {
	i := newInstances[shop](t, cache.Options[int, int]{MaxEntries: 2})
	a, b := &shop{name: "a"}, &shop{name: "a"}
	for n, s := range []*shop{a, b, nil} {
		for k := range 3 {
			_ = i.Of(s).Set(t.Context(), k, n)
		}
	}
	for n, s := range []*shop{a, b, nil} {
		if v, ok := i.Of(s).Get(2); v != n || !ok {
			t.Errorf("receiver %d has %d, %v", n, v, ok)
		}
	}
	ofA, ofNil := i.Of(a), i.Of(nil)
	if ofA != i.Of(a) || ofNil != i.Of(nil) || ofA == i.Of(b) || ofA == ofNil {
		t.Error("Of does not tell receivers apart")
	}
	want := cache.Stats{Hits: 3, Evictions: 3, Size: 6}
	if got := i.Stats(); got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
	_ = i.Clear(t.Context())
	if s := i.Stats(); s.Size != 0 || s.Invalidations != 6 {
		t.Errorf("after Clear: %+v", s)
	}
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
}

var aGlobal shop

func TestReceiversThatAreNotOnTheHeapOrPartOfAnother(t *testing.T) {
	i := newInstances[shop](t, cache.Options[int, int]{})
	pair := new([2]struct{ shop })
	receivers := []*shop{&aGlobal, &pair[0].shop, &pair[1].shop}
	for n, s := range receivers {
		_ = i.Of(s).Set(t.Context(), 1, n)
	}
	runtime.GC()
	for n, s := range receivers {
		if v, ok := i.Of(s).Get(1); v != n || !ok {
			t.Errorf("receiver %d has %d, %v", n, v, ok)
		}
	}
}

func TestReceiversWithoutASize(t *testing.T) {
	i := newInstances[struct{}](t, cache.Options[int, int]{})
	type holder struct {
		_    int
		zero struct{}
	}
	h := &holder{}
	_ = i.Of(&struct{}{}).Set(t.Context(), 1, 5)
	if v, ok := i.Of(&h.zero).Get(1); v != 5 || !ok {
		t.Errorf("%d, %v", v, ok)
	}
	if _, ok := i.Of(nil).Get(1); ok {
		t.Error("nil shares the cache of those that are not")
	}
}

func TestSmallReceivers(t *testing.T) {
	i := newInstances[int32](t, cache.Options[int, int]{}) // several in one block of memory
	var keep []*int32
	for n := range 100 {
		p := new(int32)
		keep = append(keep, p)
		_ = i.Of(p).Set(t.Context(), 1, n)
	}
	runtime.GC()
	for n, p := range keep {
		if v, ok := i.Of(p).Get(1); v != n || !ok {
			t.Fatalf("receiver %d has %d, %v", n, v, ok)
		}
	}
}

// eventually collects garbage until done is true.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 500 {
		runtime.GC()
		if done() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%s did not happen", what)
}

func TestEntriesAreFreedWithTheirReceiver(t *testing.T) {
	const receivers = 200
	m := newManager(t)
	i := cache.NewInstances[shop](cache.Options[int, *[1 << 12]byte]{Name: "p", TTL: cache.Forever, Manager: m})
	freed := make(chan struct{}, receivers)
	for range receivers {
		s := &shop{}
		value := new([1 << 12]byte)
		runtime.AddCleanup(value, func(int) { freed <- struct{}{} }, 0)
		_ = i.Of(s).Set(t.Context(), 1, value)
		_, _ = i.Of(s).Get(1)
		_, _ = i.Of(s).Get(2)
	}
	eventually(t, "freeing the entries", func() bool { return len(freed) == receivers })
	want := cache.Stats{Hits: receivers, Misses: receivers}
	eventually(t, "adding the figures to the past", func() bool { return i.Stats() == want && m.Stats() == want })
}

// Addresses are used again: a new receiver must never see what an old one had.
func TestAddressesThatAreUsedAgain(t *testing.T) {
	i := newInstances[shop](t, cache.Options[int, int]{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for n := range 3000 {
				s := &shop{}
				if v, ok := i.Of(s).Get(1); ok {
					t.Errorf("a new receiver has %d", v)
				}
				_ = i.Of(s).Set(context.Background(), 1, n)
				if v, ok := i.Of(s).Get(1); !ok || v != n {
					t.Errorf("got %d, %v, want %d", v, ok, n)
				}
				if n%500 == 0 {
					runtime.GC()
				}
				runtime.KeepAlive(s)
			}
		})
	}
	wait.Wait()
	if s := i.Stats(); s.Hits != 12000 || s.Misses != 12000 {
		t.Errorf("Stats = %+v", s)
	}
}

func TestCachesThatNobodyUsesAreFreed(t *testing.T) {
	m := newManager(t)
	freed := make(chan struct{}, 100)
	for range 100 {
		c := newCache(t, cache.Options[int, *[1 << 12]byte]{Manager: m})
		value := new([1 << 12]byte)
		runtime.AddCleanup(value, func(int) { freed <- struct{}{} }, 0)
		_ = c.Set(t.Context(), 1, value)
		c.Get(1)
	}
	eventually(t, "freeing the caches", func() bool { return len(freed) == 100 })
	eventually(t, "keeping the figures", func() bool { return m.Stats() == cache.Stats{Hits: 100} })
}
