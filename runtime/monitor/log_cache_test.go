package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

const (
	missed = "cache miss cache=log.shop"
	loaded = "cache load cache=log.shop took=2s"
	stored = "cache store cache=log.shop source=loaded"
)

// All ways to a hit, and what goes before one.
func TestLogHits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newShop(t, nil)
		ctx := context.WithoutCancel(t.Context()) // with which loads run in this goroutine
		r := record(t, monitor.LogOnly("log.*"))
		_, _ = c.Load(ctx, 1, shop)
		r.wants(t, missed, loaded, stored)
		time.Sleep(3 * time.Second)
		_, _ = c.Load(ctx, 1, shop)
		c.LoadValue(ctx, 1, func(context.Context, int) string { return "" })
		c.Get(1)
		c.Hit(1)
		_, _ = c.Find(ctx, 1)
		_, _ = c.LoadMany(ctx, []int{1, 1}, func(context.Context, []int) ([]string, []error) { panic("it is kept") })
		r.wants(t, slices.Repeat([]string{"cache hit cache=log.shop age=3s"}, 7)...)
		if s := c.Stats(); s.Hits != 7 || s.Misses != 1 {
			t.Errorf("%+v", s)
		}
		_, _ = c.Find(ctx, 2)
		c.Hit(2)
		c.Peek(ctx, 1)
		r.wants(t) // nothing that is counted
	})
}

func TestLogChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newShop(t, func(o *cache.Options[int, string]) { o.MaxEntries = 2 })
		ctx := context.WithoutCancel(t.Context()) // with which loads run in this goroutine
		r := record(t, monitor.LogOnly("log.*"))
		_, err := c.Load(ctx, -1, shop)
		r.wants(t, missed, loaded+" error=no such shop")
		if !errors.Is(err, errShop) {
			t.Error(err)
		}
		_ = c.Set(ctx, 1, "")
		_ = c.Delete(ctx, 1, 2)
		r.wants(t, "cache store cache=log.shop source=set", "cache invalidation cache=log.shop entries=1")
		_ = c.Set(ctx, 1, "")
		_ = c.Set(ctx, 2, "")
		_ = c.Set(ctx, 3, "")
		_ = c.Clear(ctx)
		set := "cache store cache=log.shop source=set"
		r.wants(t, set, set, set, "cache eviction cache=log.shop entries=1", "cache invalidation cache=log.shop entries=2")
		n, err := c.Warm(ctx, func(yield func(int, string) bool) { yield(1, "one") })
		r.wants(t, "cache store cache=log.shop source=warmed")
		if n != 1 || err != nil {
			t.Error(n, err)
		}
		time.Sleep(time.Minute)
		c.Get(1)
		r.wants(t, "cache expiration cache=log.shop age=1m0s", missed)
		_, _ = c.Refresh(ctx, 1, shop)
		r.wants(t, loaded, stored)
	})
}

func TestLogLoadMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newShop(t, nil)
		r := record(t, monitor.LogOnly("log.*"), monitor.LogKeys())
		_, _ = c.LoadMany(context.WithoutCancel(t.Context()), []int{1, 2}, func(context.Context, []int) ([]string, []error) {
			time.Sleep(time.Second)
			return []string{"one", ""}, []error{nil, errShop}
		})
		one, two := " cache=log.shop key=log.shop:1", " cache=log.shop key=log.shop:2"
		r.wants(t, "cache miss"+one, "cache miss"+two,
			"cache load"+one+" took=1s", "cache store"+one+" source=loaded", "cache load"+two+" took=1s error=no such shop")
	})
}

// What rich caches do besides.
func TestLogOldResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newShop(t, func(o *cache.Options[int, string]) {
			o.Refresh, o.Stale, o.ErrorsTTL = 30*time.Second, time.Hour, 10*time.Second
			o.Tags = func(id int) []string { return []string{fmt.Sprint("town:", id)} }
		})
		ctx := context.WithoutCancel(t.Context()) // with which loads run in this goroutine
		_ = c.Set(ctx, 1, "old")
		r := record(t, monitor.LogOnly("log.*"))
		time.Sleep(40 * time.Second)
		_, _ = c.Load(ctx, 1, shop)
		synctest.Wait()
		r.wants(t, "cache hit cache=log.shop age=40s", "cache refresh cache=log.shop age=40s")
		time.Sleep(3 * time.Second)
		r.wants(t, loaded, stored)
		time.Sleep(2 * time.Minute)
		v, err := c.Load(ctx, 1, func(context.Context, int) (string, error) { return "", errShop })
		r.wants(t, missed, "cache load cache=log.shop took=0s error=no such shop", "cache stale cache=log.shop age=2m1s")
		if v == "" || err != nil {
			t.Error(v, err)
		}
		_, _ = c.Load(ctx, 1, shop) // the source is left alone for a moment
		r.wants(t, missed, "cache stale cache=log.shop age=2m1s")
		_, _ = c.Load(ctx, -1, shop)
		_, _ = c.Load(ctx, -1, shop)
		r.wants(t, missed, loaded+" error=no such shop", stored+" error=no such shop", "cache hit cache=log.shop age=0s error=no such shop")
		if s := c.Stats(); r.count("cache") != 0 || s.Stale != 2 || s.Refreshes != 1 || s.Hits != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// Caches that are made or used later, in scopes and for receivers, have the same lines.
func TestLogAllKindsOfCaches(t *testing.T) {
	r := record(t, monitor.LogOnly("log.*"))
	m := cache.NewManager(cache.Config{})
	defer m.Close(context.Background())
	cache.Register("log.manager", m)
	ctx := t.Context()
	for _, c := range []*cache.Cache[int, string]{
		cache.New(cache.Options[int, string]{Name: "log.a", TTL: cache.Forever, Manager: m.Scope("eu")}),
		cache.NewInstances[recorder](cache.Options[int, string]{Name: "log.b", TTL: time.Hour, Idle: time.Minute, Manager: m}).Of(r),
		cache.New(cache.Options[int, string]{Name: "log.c", TTL: time.Hour, Stale: time.Hour, Manager: m}),
	} {
		_ = c.Set(ctx, 1, "")
		r.take()
		c.Get(1)
		if got := r.take(); len(got) != 1 || !strings.HasPrefix(got[0], "cache hit cache="+c.Name()+" manager=log.manager age=") {
			t.Errorf("%s: %q", c.Name(), got)
		}
	}
}

// Tags are told of with their number.
func TestLogTags(t *testing.T) {
	m := cache.NewManager(cache.Config{})
	defer m.Close(context.Background())
	c := cache.New(cache.Options[int, string]{
		Name: "log.shop", TTL: time.Hour, Manager: m, Tags: func(int) []string { return []string{"town"} },
	})
	_ = c.Set(t.Context(), 1, "")
	r := record(t, monitor.LogOnly("log.*"), monitor.LogKeys())
	if err := m.InvalidateTags(t.Context(), "town", "country"); err != nil {
		t.Fatal(err)
	}
	r.wants(t, "cache invalidation cache=log.shop tags=2")
	if _, err := m.InvalidateMatching(t.Context(), "log.*"); err != nil {
		t.Fatal(err)
	}
	r.wants(t, "cache invalidation cache=log.shop key=log.shop:1 entries=1")
}

// Calls past a cache that keeps nothing any more are loads like others, however they end.
func TestLogLoadsPastClosedCache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := cache.NewManager(cache.Config{})
		c := cache.New(cache.Options[int, string]{Name: "log.shop", TTL: time.Hour, Manager: m})
		ctx := context.WithoutCancel(t.Context())
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
		r := record(t, monitor.LogOnly("log.*"))
		_, _ = c.Load(ctx, 1, shop)
		r.wants(t, missed, loaded)
		_, _ = c.LoadMany(ctx, []int{1, 2}, func(context.Context, []int) ([]string, []error) {
			time.Sleep(2 * time.Second)
			return []string{"one", ""}, []error{nil, errShop}
		})
		r.wants(t, missed, missed, loaded, loaded+" error=no such shop")
		func() {
			defer func() {
				if recover() != "no" {
					t.Error("the panic of the load is lost")
				}
			}()
			_, _ = c.LoadMany(ctx, []int{3}, func(context.Context, []int) ([]string, []error) { panic("no") })
		}()
		r.wants(t, missed, "cache load cache=log.shop took=0s error=it did not return")
		if s := c.Stats(); s.Loads != 4 || s.LoadErrors != 2 || s.Misses != 4 {
			t.Errorf("%+v", s)
		}
	})
}
