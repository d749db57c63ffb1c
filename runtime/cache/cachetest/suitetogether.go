package cachetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func togetherCases() []storeCase {
	return []storeCase{
		{"one load for all", testOneLoad},
		{"leases exclude", testExclusion},
		{"everything at a time", testTogether},
	}
}

// testOneLoad has callers in both processes ask for keys, load those whose lease
// they get, and wait for the others by the events alone.
func testOneLoad(t testing.TB, a, b store.Store) {
	const keys = 20
	stores := []store.Store{a, b}
	witnesses := []*witness{watch(t, a), watch(t, b)}
	for i := range keys {
		must(t, a.Delete(t.Context(), fmt.Sprint("suite:v1:load", i)))
	}
	var loads atomic.Int64
	var work sync.WaitGroup
	for i := range stores {
		for k := range keys {
			work.Go(func() {
				key, token := fmt.Sprint("suite:v1:load", k), fmt.Sprint("load", i, "-", k)
				g, err := stores[i].Acquire(t.Context(), key, nil, token, long)
				switch {
				case err != nil:
					t.Error(err)
				case g.Leased:
					loads.Add(1)
					if ok, err := stores[i].Fill(t.Context(), key, token, []byte(key), long); !ok || err != nil {
						t.Errorf("Fill = %v, %v", ok, err)
					}
				case g.Value == nil:
					awaitEnd(t, witnesses[i], key)
				}
			})
		}
	}
	work.Wait()
	if n := loads.Load(); n != keys {
		t.Errorf("%d loads of %d keys", n, keys)
	}
	for k := range keys {
		key := fmt.Sprint("suite:v1:load", k)
		want(t, a, key, []byte(key))
	}
}

// awaitEnd waits for Ended, in a goroutine of its own, and so reports by Error.
func awaitEnd(t testing.TB, w *witness, key string) {
	ended := about(store.Ended, key)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, e := range w.all() {
			if ended(e) {
				return
			}
		}
	}
	t.Errorf("Ended of %s was not told within %v", key, patience)
}

// testExclusion has everybody fight for the lease of one key.
func testExclusion(t testing.TB, a, b store.Store) {
	const key = "suite:v1:exclusion"
	must(t, a.Delete(t.Context(), key))
	var holders, leases atomic.Int64
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			s := []store.Store{a, b}[i%2]
			for j := range 50 {
				token := fmt.Sprint("exclusion", i, "-", j)
				g, err := s.Acquire(t.Context(), key, nil, token, long)
				if err != nil {
					t.Error(err)
					return
				}
				if !g.Leased {
					continue
				}
				leases.Add(1)
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d have the lease", n)
				}
				holders.Add(-1)
				if err := s.Release(t.Context(), key, token); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	if leases.Load() == 0 {
		t.Error("nobody got a lease")
	}
	acquire(t, a, key, "exclusion", long)
}

// testTogether runs all methods on few keys from many goroutines, and then tests
// that the store is not the worse for it.
func testTogether(t testing.TB, a, b store.Store) {
	watch(t, a)
	w := watch(t, b)
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			s := []store.Store{a, b}[i%2]
			for range 20 {
				for name, call := range everyMethod(s) {
					if err := call(t.Context()); err != nil {
						t.Errorf("%s: %v", name, err)
						return
					}
				}
			}
		})
	}
	work.Wait()
	const key = "suite:v1:context"
	must(t, a.Delete(t.Context(), key))
	acquire(t, b, key, "together", long)
	fill(t, b, key, "together", []byte("value"), true)
	want(t, a, key, []byte("value"))
	must(t, a.Set(t.Context(), "suite:v1:last", []byte("value"), long))
	w.await(t, "the last", about(store.Changed, "suite:v1:last"))
}
