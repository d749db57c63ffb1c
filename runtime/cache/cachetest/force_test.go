package cachetest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

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

// Parts of a test share its caches: what one of them forces ends with it, and not before.
func TestForcesEndWithTheirTests(t *testing.T) {
	ctx := cachetest.Context(t)
	loaded := func(times uint64, before cache.Stats) {
		t.Helper()
		if got := cachetest.Stats(t, users).Loads - before.Loads; got != times {
			t.Errorf("%d loads, want %d", got, times)
		}
	}
	twice := func(times uint64) {
		t.Helper()
		before := cachetest.Stats(t, users)
		user(ctx, 1)
		user(ctx, 1)
		loaded(times, before)
	}
	t.Run("outer", func(t *testing.T) {
		cachetest.ForceMiss(t, users)
		t.Run("inner", func(t *testing.T) {
			end := cachetest.ForceMiss(t, users)
			twice(2)
			end()
			twice(2) // the outer one holds
			cachetest.ForceStale(t, users)
		})
		twice(2)
		end := cachetest.ForceStale(t, users)
		end()
		end()
		twice(2)
	})
	twice(1)
	stale := cachetest.ForceStale(t, users)
	miss := cachetest.ForceMiss(t, users)
	miss()
	twice(2)
	stale()
	twice(0) // the last one was kept
}

func TestForceMissOfOtherHandles(t *testing.T) {
	load := func(context.Context, int) (int, error) { return 1, nil }
	t.Run("instances", func(t *testing.T) {
		ctx, s := cachetest.Context(t), &shop{}
		_, _ = prices.Of(s).Load(ctx, 1, load)
		cachetest.ForceMiss(t, prices)
		_, _ = prices.Of(s).Load(ctx, 1, load)
		_, _ = prices.Of(&shop{}).Load(ctx, 1, load) // made meanwhile
		cachetest.Loads(t, prices, 3)
		cachetest.Hits(t, prices, 0)
	})
	t.Run("isolated", func(t *testing.T) {
		cachetest.Isolate(t)
		cachetest.ForceMiss(t, users)
		user(context.Background(), 1)
		user(context.Background(), 1)
		cachetest.Loads(t, users, 2)
	})
	t.Run("scope", func(t *testing.T) {
		m := cachetest.New(t)
		in := func(scope string) *cache.Cache[int, int] {
			return cache.New(cache.Options[int, int]{Name: "of the test", TTL: time.Minute, Manager: m.Scope(scope)})
		}
		east, west := in("east"), in("west")
		restore := cachetest.ForceMiss(t, east)
		for range 2 {
			_, _ = east.Load(t.Context(), 1, load)
			_, _ = west.Load(t.Context(), 1, load)
		}
		cachetest.Loads(t, east, 2)
		cachetest.Loads(t, west, 1)
		if err := m.Scope("east").Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		restore() // there is no such cache any more
		east = in("east")
		_, _ = east.Load(t.Context(), 1, load)
		_, _ = east.Load(t.Context(), 1, load)
		cachetest.Hits(t, east, 1)
	})
	t.Run("closed", func(t *testing.T) {
		m := cachetest.New(t)
		c := prepared(m)
		_ = c.Set(t.Context(), 1, 1)
		cachetest.ForceStale(t, c)
		if err := m.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// What is forced is forced upon the store as well, which here is up to date.
func TestForceOfShared(t *testing.T) {
	ctx, store := cachetest.ContextWithStore(t)
	c := sharedUsers()
	next, failure := int64(1), error(nil)
	call := func(want int64, wantErr error) {
		t.Helper()
		v, err := c.Load(ctx, 1, func(context.Context, int) (int64, error) { return next, failure })
		if v != want || !errors.Is(err, wantErr) {
			t.Errorf("%d, %v; want %d, %v", v, err, want, wantErr)
		}
	}
	call(1, nil)
	before := store.Calls()
	end := cachetest.ForceMiss(t, c)
	next = 2
	call(2, nil)
	if got := store.Calls(); got["Get"] != before["Get"] || got["Fill"] != before["Fill"] {
		t.Errorf("the store was asked: %v, before %v", got, before)
	}
	end()
	call(1, nil) // the store has it still
	end = cachetest.ForceStale(t, c)
	next = 3
	call(3, nil)
	cachetest.Loads(t, c, 3)
	failure = errDown
	call(3, nil)
	if s := cachetest.Stats(t, c); s.Stale != 1 {
		t.Errorf("%+v", s)
	}
	end()
	call(3, nil)
	cachetest.Hits(t, c, 1)
}

// A process that has nothing in memory finds in the store what counts as too old.
func TestForceStaleInStore(t *testing.T) {
	ctx, store := cachetest.ContextWithStore(t)
	c := sharedUsers()
	_ = c.Set(ctx, 1, 1)
	other := cachetest.New(t)
	cachetest.Connect(t, other, store.Join())
	cachetest.ForceStale(t, c)
	v, err := c.Load(cachetest.With(t.Context(), other), 1, func(context.Context, int) (int64, error) { return 0, errDown })
	if v != 1 || err != nil {
		t.Errorf("%d, %v: the store's is better than an error", v, err)
	}
	cachetest.Loads(t, c, 1)
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
