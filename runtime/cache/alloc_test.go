package cache_test

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

type pair struct {
	name string
	id   int64
}

func getInt(_ context.Context, k int64) (*pair, error)     { return &pair{id: k}, nil }
func getString(_ context.Context, k string) (*pair, error) { return &pair{name: k}, nil }
func getPair(_ context.Context, k pair) (*pair, error)     { return &k, nil }
func valueOf(_ context.Context, k int64) *pair             { return &pair{id: k} }

func TestHitsDoNotAllocate(t *testing.T) {
	ctx := t.Context()
	for name, o := range map[string]cache.Options[int64, *pair]{
		"ttl":     {},
		"idle":    {Idle: time.Minute},
		"jitter":  {Jitter: 0.1},
		"forever": {TTL: cache.Forever},
		"limit":   {LoadLimit: 1},
	} {
		c := newCache(t, o)
		ofString := newCache(t, cache.Options[string, *pair]{})
		ofPair := newCache(t, cache.Options[pair, *pair]{})
		i := cache.NewInstances[shop](cache.Options[int64, *pair]{TTL: time.Minute, Manager: newManager(t)})
		s := &shop{}
		for what, f := range map[string]func(){
			"Load":             func() { _, _ = c.Load(ctx, 1, getInt) },
			"Load of a string": func() { _, _ = ofString.Load(ctx, "one", getString) },
			"Load of a struct": func() { _, _ = ofPair.Load(ctx, pair{"one", 1}, getPair) },
			"LoadValue":        func() { c.LoadValue(ctx, 1, valueOf) },
			"Find":             func() { _, _ = c.Find(ctx, 1) },
			"Hit":              func() { _, _ = c.Hit(1) },
			"Get":              func() { _, _ = c.Get(1) },
			"Get of a miss":    func() { _, _ = c.Get(-1) },
			"Peek":             func() { _, _ = c.Peek(ctx, 1) },
			"Delete of a miss": func() { _ = c.Delete(ctx, -1) },
			"Of":               func() { _, _ = i.Of(s).Load(ctx, 1, getInt) },
			"Of nil":           func() { _, _ = i.Of(nil).Load(ctx, 1, getInt) },
		} {
			f()
			if n := testing.AllocsPerRun(100, f); n != 0 {
				t.Errorf("%s, %s: %v allocations", name, what, n)
			}
		}
	}
}

func TestMissesAllocateLittle(t *testing.T) {
	value := &pair{}
	load := func(context.Context, int64) (*pair, error) { return value, nil }
	for _, tt := range []struct {
		name string
		ctx  context.Context
		most float64
	}{{"inline", context.Background(), 2}, {"detached", t.Context(), 7}} {
		c := newCache(t, cache.Options[int64, *pair]{MaxEntries: 100})
		key := int64(0)
		n := testing.AllocsPerRun(1000, func() {
			key++
			_, _ = c.Load(tt.ctx, key, load)
		})
		if n > tt.most {
			t.Errorf("%s: %v allocations, want at most %v", tt.name, n, tt.most)
		}
	}
}
