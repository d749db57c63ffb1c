package cachetest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// verdict is a test that remembers how it failed.
type verdict struct {
	testing.TB
	errors, fatal []string
}

func (v *verdict) Helper() {}

func (v *verdict) Errorf(format string, args ...any) {
	v.errors = append(v.errors, fmt.Sprintf(format, args...))
}

func (v *verdict) Fatalf(format string, args ...any) {
	v.fatal = append(v.fatal, fmt.Sprintf(format, args...))
	runtime.Goexit()
}

// of returns how a test that does f fails.
func of(t *testing.T, f func(testing.TB)) *verdict {
	t.Helper()
	v := &verdict{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(v)
	}()
	<-done
	return v
}

func TestExpectationsOfParallelTests(t *testing.T) {
	for n := range 10 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			ctx := cachetest.Context(t)
			for range n + 1 {
				user(ctx, 1)
			}
			_ = users.Delete(ctx, 1)
			cachetest.Hits(t, users, uint64(n))
			cachetest.Misses(t, users, 1)
			cachetest.Loads(t, users, 1)
			cachetest.Invalidations(t, users, 1)
			t.Run("part", func(t *testing.T) {
				cachetest.Hits(t, users, uint64(n)) // those of the whole
				own := cachetest.Context(t)
				user(own, 1)
				cachetest.Hits(t, users, 0)
			})
		})
	}
}

func TestExpectationsFail(t *testing.T) {
	ctx := cachetest.Context(t)
	user(ctx, 1)
	user(ctx, 1)
	for what, f := range map[string]func(testing.TB){
		"1 hits, want 2":          func(t testing.TB) { cachetest.Hits(t, users, 2) },
		"1 misses, want 0":        func(t testing.TB) { cachetest.Misses(t, users, 0) },
		"1 loads, want 3":         func(t testing.TB) { cachetest.Loads(t, users, 3) },
		"0 invalidations, want 1": func(t testing.TB) { cachetest.Invalidations(t, users, 1) },
	} {
		v := of(t, f)
		want := "cachetest: example.com/store.getUser had " + what + ": {Hits:1 Misses:1 "
		if len(v.errors) != 1 || !strings.HasPrefix(v.errors[0], want) || len(v.fatal) > 0 {
			t.Errorf("%s: %v %v", what, v.errors, v.fatal)
		}
	}
	v := of(t, func(t testing.TB) { cachetest.Hits(t, own, 1) })
	want := "cachetest: no manager of TestExpectationsFail has a cache called own: if it was made with a manager, let that be cachetest.New(t)"
	if len(v.fatal) != 1 || v.fatal[0] != want {
		t.Errorf("a cache of another manager: %v", v.fatal)
	}
	v = of(t, func(t testing.TB) { cachetest.Hits(t, nil, 1) })
	if want := "cachetest: the handle is nil: pass that of the function, such as GetUserCache"; len(v.fatal) != 1 || v.fatal[0] != want {
		t.Errorf("no handle: %v", v.fatal)
	}
}

// Whoever forgets the context is told so.
func TestExpectationsOfOtherContext(t *testing.T) {
	_ = cachetest.Context(t)
	user(t.Context(), 90)
	v := of(t, func(t testing.TB) { cachetest.Loads(t, users, 1) })
	want := "; no call has reached this test's caches: make them with the context that cachetest.Context(t) has returned"
	if len(v.errors) != 1 || !strings.HasSuffix(v.errors[0], want) {
		t.Errorf("%v", v.errors)
	}
	_ = users.Delete(t.Context(), 90)
}

func TestNoTest(t *testing.T) {
	defer func() {
		if got, want := recover(), "cachetest: the testing.TB is nil: pass the test's own"; got != want {
			t.Errorf("panic = %v", got)
		}
	}()
	cachetest.New(nil)
}

func TestExpectationsWithoutContext(t *testing.T) {
	ask := map[string]func(testing.TB){
		"Hits":       func(t testing.TB) { cachetest.Hits(t, users, 1) },
		"ForceMiss":  func(t testing.TB) { cachetest.ForceMiss(t, users) },
		"ForceStale": func(t testing.TB) { cachetest.ForceStale(t, users) },
	}
	want := "cachetest: TestExpectationsWithoutContext has no caches of its own: call the functions with the context that cachetest.Context(t) returns, " +
		"or before those without a context, cachetest.Isolate(t)"
	for name, f := range ask {
		if v := of(t, f); len(v.fatal) != 1 || v.fatal[0] != want {
			t.Errorf("%s: %v", name, v.fatal)
		}
	}
	t.Run("after", func(t *testing.T) { cachetest.Context(t) })
	if v := of(t, ask["Hits"]); len(v.fatal) != 1 || v.fatal[0] != want {
		t.Errorf("after a part that had a manager: %v", v.fatal)
	}
}

func TestExpectationsOfOtherHandles(t *testing.T) {
	t.Run("isolated", func(t *testing.T) {
		cachetest.Isolate(t)
		user(t.Context(), 1)
		user(t.Context(), 1)
		cachetest.Hits(t, users, 1)
	})
	t.Run("instances", func(t *testing.T) {
		ctx := cachetest.Context(t)
		a, b := &shop{}, &shop{}
		for _, of := range []*shop{a, b, a} {
			_, _ = prices.Of(of).Load(ctx, 1, func(context.Context, int) (int, error) { return 1, nil })
		}
		cachetest.Hits(t, prices, 1)
		cachetest.Loads(t, prices, 2)
		runtime.KeepAlive(a)
	})
	t.Run("generic", func(t *testing.T) {
		ctx := cachetest.Context(t)
		for range 3 {
			_, _ = itemCache[string]().Load(ctx, 1, func(context.Context, int) (string, error) { return "", nil })
		}
		cachetest.Hits(t, itemCache[string](), 2)
		cachetest.Hits(t, itemCache[bool](), 0)
	})
	t.Run("own manager", func(t *testing.T) {
		_ = cachetest.Context(t)
		m := cachetest.New(t)
		c := cache.New(cache.Options[int, int]{Name: "of the test", TTL: time.Minute, Manager: m.Scope("eu")})
		_ = c.Set(t.Context(), 1, 1)
		c.Get(1)
		cachetest.Hits(t, c, 1)
	})
}

func TestContextWithStore(t *testing.T) {
	ctx, store := cachetest.ContextWithStore(t)
	shared := sharedUsers()
	load := func(context.Context, int) (int64, error) { return loads.Add(1), nil }
	first, _ := shared.Load(ctx, 1, load)
	_, _ = shared.Load(ctx, 1, load)
	cachetest.Hits(t, shared, 1) // whenever the store says that it is there
	if len(store.Keys()) == 0 {
		t.Fatal("nothing is in the store")
	}
	store.Fail(errDown)
	if v, err := shared.Load(ctx, 2, load); err != nil || v == first {
		t.Errorf("%d, %v", v, err)
	}
	if s := cachetest.Stats(t, shared); s.StoreErrors == 0 || s.Loads != 2 {
		t.Errorf("%+v", s)
	}
}

func TestConnect(t *testing.T) {
	store := cachetest.NewStore()
	here, there, alone := cachetest.New(t), cachetest.New(t), cachetest.New(t)
	cachetest.Connect(t, here, store)
	cachetest.Connect(t, there, store.Join())
	cut := store.Join()
	cut.Disconnect()
	cachetest.Connect(t, alone, cut) // does not wait for ever
	closed := cachetest.New(t)
	_ = closed.Close(t.Context())
	cachetest.Connect(t, closed, store.Join()) // nor does this
	for m, want := range map[*cache.Manager]bool{here: true, there: true, alone: false} {
		if s, ok := m.StoreStats(); !ok || s.Live != want {
			t.Errorf("%+v, %v; want Live %v", s, ok, want)
		}
	}
	shared := sharedUsers()
	_ = shared.Set(cachetest.With(t.Context(), here), 1, 7)
	v, err := shared.Load(cachetest.With(t.Context(), there), 1, nil)
	if v != 7 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
	cachetest.Loads(t, shared, 0)
}

var items = cache.NewGeneric("example.com/store.item")

func itemCache[V any]() *cache.Cache[int, V] {
	type handle struct{ *cache.Cache[int, V] }
	return cache.For(items, func() *handle {
		name := "example.com/store.item[" + cache.TypeName[V]() + "]"
		return &handle{cache.New(cache.Options[int, V]{Name: name, TTL: time.Minute})}
	}).Cache
}

// numbers carries what is shared.
type numbers struct{}

func (numbers) Append(b []byte, v int64) ([]byte, error) { return fmt.Append(b, v), nil }

func (numbers) Decode(b []byte) (v int64, err error) {
	_, err = fmt.Sscan(string(b), &v)
	return v, err
}

func (numbers) Schema() string { return "decimal" }

var sharedUsers = sync.OnceValue(func() *cache.Cache[int, int64] {
	return cache.New(cache.Options[int, int64]{
		Name: "example.com/store.sharedUser", TTL: time.Minute, Stale: time.Minute, Shared: true, Codec: numbers{},
		KeyText: func(id int) string { return cache.KeyText("user:", id) },
	})
})
