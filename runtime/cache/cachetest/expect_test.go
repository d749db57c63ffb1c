package cachetest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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
	if want := "cachetest: TestExpectationsFail has made no manager that has a cache called own"; len(v.fatal) != 1 || v.fatal[0] != want {
		t.Errorf("a cache of another manager: %v", v.fatal)
	}
}

func TestExpectationsWithoutContext(t *testing.T) {
	v := of(t, func(t testing.TB) { cachetest.Hits(t, users, 1) })
	want := "cachetest: TestExpectationsWithoutContext has no caches of its own: call cachetest.Context(t), and the function with that context"
	if len(v.fatal) != 1 || v.fatal[0] != want {
		t.Errorf("%v", v.fatal)
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
	t.Run("own manager", func(t *testing.T) {
		_ = cachetest.Context(t)
		m := cachetest.New(t)
		c := cache.New(cache.Options[int, int]{Name: "of the test", TTL: time.Minute, Manager: m.Scope("eu")})
		_ = c.Set(t.Context(), 1, 1)
		c.Get(1)
		cachetest.Hits(t, c, 1)
	})
}

func TestForceMiss(t *testing.T) {
	ctx, other := cachetest.Context(t), cachetest.With(t.Context(), cache.Default())
	user(ctx, 1)
	restore := cachetest.ForceMiss(t, users)
	for range 3 {
		user(ctx, 1)
	}
	cachetest.Misses(t, users, 4)
	cachetest.Loads(t, users, 4)
	restore()
	user(ctx, 1)
	user(ctx, 1)
	cachetest.Loads(t, users, 5)
	cachetest.Hits(t, users, 1)
	user(other, 5)
	if _, ok := users.Find(other, 5); !ok {
		t.Error("the miss is forced elsewhere")
	}
}

var errDown = errors.New("down")

// prepared is a cache of results that may be stale.
func prepared(m *cache.Manager) *cache.Cache[int, int] {
	return cache.New(cache.Options[int, int]{Name: "stale", TTL: time.Hour, Stale: time.Minute, ErrorsTTL: time.Hour, Manager: m})
}

func TestForceStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // in which no time passes
		c := prepared(cachetest.New(t))
		next, failure := 1, error(nil)
		call := func(want int, wantErr error) {
			t.Helper()
			v, err := c.Load(t.Context(), 1, func(context.Context, int) (int, error) { return next, failure })
			if v != want || !errors.Is(err, wantErr) {
				t.Errorf("%d, %v; want %d, %v", v, err, want, wantErr)
			}
		}
		call(1, nil)
		next = 2
		call(1, nil)
		restore := cachetest.ForceStale(t, c)
		call(2, nil)
		next = 3
		call(3, nil) // fresh results are too old as well
		failure = errDown
		call(3, nil)
		if s := cachetest.Stats(t, c); s.Stale != 1 {
			t.Errorf("%+v", s)
		}
		if _, ok := c.Get(1); ok {
			t.Error("Get returns what is stale")
		}
		restore()
		restore()
		failure, next = nil, 4
		call(3, nil) // is as old as it is
		cachetest.Loads(t, c, 4)
	})
}

// A plain cache has nothing stale: what is too old is gone.
func TestForceStaleOfPlainCache(t *testing.T) {
	for _, ttl := range []time.Duration{time.Minute, cache.Forever, time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			c := cache.New(cache.Options[int, int]{Name: "plain", TTL: ttl, Manager: cachetest.New(t)})
			_ = c.Set(t.Context(), 1, 1)
			defer cachetest.ForceStale(t, c)()
			_, err := c.Load(t.Context(), 1, func(context.Context, int) (int, error) { return 0, errDown })
			if !errors.Is(err, errDown) {
				t.Errorf("%v: %v", ttl, err)
			}
		})
	}
}

func TestContextWithStore(t *testing.T) {
	ctx, store := cachetest.ContextWithStore(t)
	shared := sharedUsers()
	load := func(context.Context, int) (int64, error) { return loads.Add(1), nil }
	first, _ := shared.Load(ctx, 1, load)
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
		Name: "example.com/store.sharedUser", TTL: time.Minute, Shared: true, Codec: numbers{},
		KeyText: func(id int) string { return cache.KeyText("user:", id) },
	})
})
