package cachetest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// What follows is what generated code looks like.

var users = cache.New(cache.Options[int, int64]{Name: "example.com/store.getUser", TTL: time.Minute})

var loads atomic.Int64

func getUser(context.Context, int) (int64, error) { return loads.Add(1), nil }

func user(ctx context.Context, id int) int64 {
	if v, ok := users.Find(ctx, id); ok {
		return v
	}
	v, _ := users.Load(ctx, id, getUser)
	return v
}

type shop struct{ _ int }

var prices = cache.NewInstances[shop](cache.Options[int, int]{Name: "example.com/store.Shop.price", TTL: time.Minute})

// own has a manager that its maker chose.
var own = cache.New(cache.Options[int, int64]{Name: "own", TTL: time.Minute, Manager: cache.NewManager(cache.Config{})})

func TestContextsAreApart(t *testing.T) {
	for n := range 20 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			ctx := cachetest.Context(t)
			if _, ok := users.Find(ctx, 1); ok {
				t.Error("the cache is not empty")
			}
			first := user(ctx, 1)
			for range 100 {
				if got := user(ctx, 1); got != first {
					t.Fatalf("got %d, want %d: another test was here", got, first)
				}
			}
			_ = users.Set(ctx, 1, -7)
			if v, ok := users.Peek(ctx, 1); v != -7 || !ok {
				t.Errorf("Peek = %d, %v", v, ok)
			}
			if v, _ := users.Refresh(ctx, 1, getUser); v <= first {
				t.Errorf("Refresh = %d", v)
			}
			if n, err := cache.InvalidateMatching(ctx, "example.com/store.getUser:*"); n != 1 || err != nil {
				t.Errorf("InvalidateMatching = %d, %v", n, err)
			}
			_ = users.Set(ctx, 1, -8)
			_ = users.Delete(ctx, 1)
			_ = users.Set(ctx, 2, -8)
			_ = users.Clear(ctx)
			if _, ok := users.Find(ctx, 2); ok {
				t.Error("Clear did not reach the test's cache")
			}
		})
	}
}

func TestContextLeavesTheOthersAlone(t *testing.T) {
	_ = users.Set(context.Background(), 50, 1)
	t.Cleanup(func() { _ = users.Delete(context.Background(), 50) })
	ctx := cachetest.Context(t)
	_ = users.Set(ctx, 50, 2)
	_ = users.Clear(ctx)
	if v, ok := users.Peek(context.Background(), 50); v != 1 || !ok {
		t.Errorf("outside of the test: %d, %v", v, ok)
	}
	_ = own.Set(ctx, 1, 1)
	if _, ok := own.Get(1); !ok {
		t.Error("a cache with a manager of its own was routed")
	}
}

func TestWith(t *testing.T) {
	m := cachetest.New(t)
	if err := m.Configure("example.com/store.getUser", cache.Settings{MaxEntries: 2}); err != nil {
		t.Fatalf("a cache of the default manager is not known: %v", err)
	}
	if err := m.Configure("example.com/store.getUsr", cache.Settings{MaxEntries: 2}); !errors.Is(err, cache.ErrUnknownCache) {
		t.Errorf("Configure = %v", err)
	}
	ctx := cachetest.With(t.Context(), m)
	for id := range 5 {
		user(ctx, id)
	}
	want := cache.Stats{Misses: 5, Loads: 5, Evictions: 3, Size: 2}
	if got := m.Stats(); got != want {
		t.Errorf("Stats = %+v, want %+v", got, want)
	}
	for _, e := range cache.Default().Caches() {
		if s := e.Settings(); s.MaxEntries != cache.DefaultMaxEntries {
			t.Errorf("the default manager's settings of %s changed: %+v", e.Name(), s)
		}
	}
	if v := user(cache.Bypass(ctx), 4); v == user(ctx, 4) {
		t.Error("Bypass and With do not go together")
	}
	back := cachetest.With(ctx, cache.Default())
	if _, ok := users.Peek(back, 4); ok {
		t.Error("With(Default()) does not lead back")
	}
}

func TestIsolate(t *testing.T) {
	ctx := context.Background()
	_ = users.Set(ctx, 60, 1)
	s := &shop{}
	_ = prices.Of(s).Set(ctx, 1, 1)
	before, pricesBefore := users.Stats(), prices.Stats()
	t.Run("isolated", func(t *testing.T) {
		m := cachetest.Isolate(t)
		if _, ok := users.Get(60); ok {
			t.Error("Get is not isolated")
		}
		if _, ok := users.Hit(60); ok {
			t.Error("Hit is not isolated")
		}
		_ = users.Set(ctx, 60, 2)
		_ = prices.Of(s).Set(ctx, 2, 2)
		if got, want := users.Stats(), (cache.Stats{Misses: 1, Size: 1}); got != want {
			t.Errorf("Stats = %+v, want %+v", got, want)
		}
		if got := maps.Collect(users.All()); !maps.Equal(got, map[int]int64{60: 2}) {
			t.Errorf("All = %v", got)
		}
		if got := prices.Stats(); got.Size != 1 {
			t.Errorf("Stats of instances = %+v", got)
		}
		_ = prices.Clear(ctx)
		if got := prices.Stats(); got.Size != 0 {
			t.Errorf("Stats of instances after Clear = %+v", got)
		}
		if got := m.Stats(); got.Size != 1 {
			t.Errorf("Stats of the manager = %+v", got)
		}
		t.Run("again", func(t *testing.T) {
			cachetest.Isolate(t)
			if _, ok := users.Hit(60); ok {
				t.Error("not isolated from the outer test")
			}
		})
		if v, _ := users.Hit(60); v != 2 {
			t.Error("the outer isolation was not restored")
		}
	})
	if got := users.Stats(); got != before {
		t.Errorf("Stats = %+v, want %+v", got, before)
	}
	if got := prices.Stats(); got != pricesBefore {
		t.Errorf("Stats of instances = %+v, want %+v", got, pricesBefore)
	}
	if v, ok := users.Peek(ctx, 60); v != 1 || !ok {
		t.Errorf("after the test: %d, %v", v, ok)
	}
	_ = users.Delete(ctx, 60)
	if os.Getenv("BUNSUI_CACHETEST") != "" {
		t.Error("the environment was not restored")
	}
}

func TestIsolateRefusesParallelTests(t *testing.T) {
	t.Run("parallel", func(t *testing.T) {
		t.Parallel()
		defer func() {
			if recover() == nil {
				t.Error("Isolate did not refuse")
			}
		}()
		cachetest.Isolate(t)
	})
}

func TestBubbles(t *testing.T) {
	for range 2 { // the second must not see the first: they have one clock
		synctest.Test(t, func(t *testing.T) {
			ctx := cachetest.Context(t)
			first := user(ctx, 70)
			time.Sleep(time.Minute - 1)
			if got := user(ctx, 70); got != first {
				t.Errorf("loaded too early")
			}
			time.Sleep(time.Nanosecond)
			if got := user(ctx, 70); got == first {
				t.Errorf("not loaded after a minute")
			}
			if got := user(ctx, 71); got == first {
				t.Error("mixed up")
			}
		})
		synctest.Test(t, func(t *testing.T) {
			cachetest.Isolate(t)
			ctx := context.Background()
			first := user(ctx, 70)
			time.Sleep(time.Minute)
			if got := user(ctx, 70); got == first {
				t.Errorf("not loaded after a minute")
			}
		})
	}
}

// What a test leaves running is cancelled when it ends.
func TestLoadsEndWithTheTest(t *testing.T) {
	ended := make(chan error, 1)
	t.Run("test", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.WithoutCancel(cachetest.Context(t)))
		t.Cleanup(cancel)
		began := make(chan struct{})
		go func() {
			_, _ = users.Load(ctx, 80, func(ctx context.Context, _ int) (int64, error) {
				close(began)
				<-ctx.Done()
				ended <- ctx.Err()
				return 0, ctx.Err()
			})
		}()
		<-began
	})
	select {
	case err := <-ended:
		if err == nil {
			t.Error("no error")
		}
	default:
		t.Error("the load still runs")
	}
}

// A context that outlives its test works, and keeps nothing.
func TestContextAfterTheTest(t *testing.T) {
	var ctx context.Context
	t.Run("test", func(t *testing.T) { ctx = context.WithoutCancel(cachetest.Context(t)); user(ctx, 1) })
	if first := user(ctx, 1); first == user(ctx, 1) {
		t.Error("a closed manager kept something")
	}
	s := &shop{}
	_ = prices.Of(s).Set(ctx, 1, 1)
	if _, ok := prices.Of(s).Peek(ctx, 1); ok {
		t.Error("a closed manager kept something of an instance")
	}
}
