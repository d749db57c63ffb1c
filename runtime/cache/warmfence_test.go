package cache_test

import (
	"context"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// What is changed while rows are read is not brought back by an older row, whatever
// changes it.
func TestWarmFence(t *testing.T) {
	text := func(id int) string { return textOf(id) }
	for name, change := range map[string]func(t *testing.T, c *cache.Cache[int, int64], m *cache.Manager){
		"delete": func(t *testing.T, c *cache.Cache[int, int64], _ *cache.Manager) { _ = c.Delete(t.Context(), 5, 7) },
		"set and evicted": func(t *testing.T, c *cache.Cache[int, int64], _ *cache.Manager) {
			_ = c.Set(t.Context(), 5, 0)
			_ = c.Set(t.Context(), 7, 0)
			_ = c.Delete(t.Context(), 5, 7)
		},
		"transaction": func(t *testing.T, c *cache.Cache[int, int64], _ *cache.Manager) {
			tx, done := cache.Tx(t.Context())
			_ = c.Delete(tx, 5, 7)
			_ = done(nil)
		},
		"matching": func(t *testing.T, _ *cache.Cache[int, int64], m *cache.Manager) {
			_, _ = m.InvalidateMatching(t.Context(), "org:5")
			_, _ = m.InvalidateMatching(t.Context(), "test.get:org:7*")
		},
		"tags": func(t *testing.T, _ *cache.Cache[int, int64], m *cache.Manager) {
			_ = m.InvalidateTags(t.Context(), "tag 5", "tag 7")
		},
	} {
		for kind, o := range map[string]cache.Options[int, int64]{
			"plain": {KeyText: text},
			"rich":  {KeyText: text, Stale: time.Minute, Tags: func(id int) []string { return []string{"tag " + textOf(id)[4:]} }},
		} {
			if name == "tags" && kind == "plain" {
				continue
			}
			t.Run(name+"/"+kind, func(t *testing.T) {
				o.Manager = newManager(t)
				c := newCache(t, o)
				_, _ = c.Warm(t.Context(), rows(10, func(id int) {
					if id == 3 {
						change(t, c, o.Manager)
					}
				}))
				for id := range 10 {
					if _, ok := c.Get(id); ok == (id == 5 || id == 7) {
						t.Errorf("%d is kept: %v", id, ok)
					}
				}
			})
		}
	}
}

func TestWarmAndClear(t *testing.T) {
	c := newCache(t, cache.Options[int, int64]{})
	mustWarm(t, c, rows(10, func(id int) {
		if id == 3 {
			_ = c.Clear(t.Context())
		}
	}), 4)
	if s := c.Stats(); s.Size != 0 {
		t.Errorf("%+v", s)
	}
	mustWarm(t, c, rows(10, nil), 10) // it was about that call only
}

// A change by another process reaches rows that were not brought in yet.
func TestWarmShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		s := cachetest.NewStore()
		a, b := share(t, s, d, nil), share(t, s.Join(), d, nil)
		seq := func(yield func(int, person) bool) {
			for id := range 10 {
				if !yield(id, person{id, d.version.Load()}) {
					return
				}
				if id == 3 {
					d.version.Store(1)
					_ = b.Delete(t.Context(), 2, 7)
					_ = b.Set(t.Context(), 8, person{8, 2})
					_, _ = b.manager.InvalidateMatching(t.Context(), "6*")
					d.version.Store(0) // the query reads from a snapshot of before
					synctest.Wait()
				}
			}
		}
		mustWarm(t, a.Cache, seq, 7)
		d.version.Store(1)
		for id := range 10 {
			want := int64(0)
			switch id {
			case 2, 6, 7:
				want = 1
			case 8:
				want = 2
			}
			a.get(t, id, want)
		}
		d.loaded(t, 3)
		for _, id := range []int{0, 1, 9} {
			mustInspect(t, b.Cache, id, cache.Inspection{}) // nor did the others learn of it
		}
	})
}

// A process that is deaf keeps what it brings in no longer than what it loads.
func TestWarmDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		a := share(t, cachetest.NewStore(), d, nil)
		a.store.Disconnect()
		mustWarm(t, a.Cache, maps.All(map[int]person{1: {1, 5}}), 1)
		a.get(t, 1, 5)
		time.Sleep(2 * time.Second)
		a.get(t, 1, 0)
	})
}

// Who calls Load after Delete has returned never gets a row from before, however the
// two meet.
func TestWarmRaces(t *testing.T) {
	const keys = 64
	for _, o := range []cache.Options[int, int64]{{}, {Stale: time.Minute}, {MaxEntries: 16}} {
		c := newCache(t, o)
		var mu sync.Mutex
		version := int64(0)
		read := func() int64 { mu.Lock(); defer mu.Unlock(); return version }
		load := func(context.Context, int) (int64, error) { return read(), nil }
		var wait sync.WaitGroup
		for range 2 {
			wait.Go(func() {
				for range 200 {
					_, _ = c.Warm(t.Context(), func(yield func(int, int64) bool) {
						for id := range keys {
							if !yield(id, read()) {
								return
							}
						}
					})
				}
			})
		}
		wait.Go(func() {
			for i := range 5000 {
				mu.Lock()
				version++
				now := version
				mu.Unlock()
				id := i * 7 % keys
				_ = c.Delete(t.Context(), id)
				if v, err := c.Load(t.Context(), id, load); err != nil || v < now {
					t.Errorf("Load() = %d, %v after version %d", v, err, now)
					return
				}
			}
		})
		wait.Wait()
	}
}
