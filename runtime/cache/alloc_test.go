package cache_test

import (
	"context"
	"fmt"
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

func BenchmarkHit(b *testing.B) {
	const keys = 1 << 14
	ctx := context.Background()
	ints := newCache(b, cache.Options[int64, *pair]{MaxEntries: 2 * keys})
	strings := newCache(b, cache.Options[string, *pair]{MaxEntries: 2 * keys})
	pairs := newCache(b, cache.Options[pair, *pair]{MaxEntries: 2 * keys})
	names := make([]string, keys)
	for k := range names {
		names[k] = fmt.Sprintf("user:%d", k)
		_, _ = ints.Load(ctx, int64(k), getInt)
		_, _ = strings.Load(ctx, names[k], getString)
		_, _ = pairs.Load(ctx, pair{names[k], int64(k)}, getPair)
	}
	b.Run("int64/hot", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ints.Load(ctx, 1, getInt)
		}
	})
	benchKeys(b, "int64", func(k int) { _, _ = ints.Load(ctx, int64(k), getInt) })
	benchKeys(b, "string", func(k int) { _, _ = strings.Load(ctx, names[k], getString) })
	benchKeys(b, "struct", func(k int) { _, _ = pairs.Load(ctx, pair{names[k], int64(k)}, getPair) })
	instances := cache.NewInstances[shop](cache.Options[int64, *pair]{TTL: time.Minute, Manager: newManager(b)})
	s := &shop{}
	b.Run("instance", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = instances.Of(s).Load(ctx, 1, getInt)
		}
	})
}

// benchKeys looks keys up in an order that caches of the processor do not know.
func benchKeys(b *testing.B, name string, get func(k int)) {
	b.Run(name+"/many", func(b *testing.B) {
		b.ReportAllocs()
		k := 0
		for b.Loop() {
			k = (k*5 + 7919) & (1<<14 - 1)
			get(k)
		}
	})
	b.Run(name+"/parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(p *testing.PB) {
			for k := 0; p.Next(); {
				k = (k*5 + 7919) & (1<<14 - 1)
				get(k)
			}
		})
	})
}

func BenchmarkMiss(b *testing.B) {
	value := &pair{}
	load := func(context.Context, int64) (*pair, error) { return value, nil }
	detached, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, ctx := range map[string]context.Context{"inline": context.Background(), "detached": detached} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			c := newCache(b, cache.Options[int64, *pair]{MaxEntries: 10000})
			key := int64(0)
			for b.Loop() {
				key++
				_, _ = c.Load(ctx, key, load)
			}
		})
	}
}

func BenchmarkFor(b *testing.B) {
	var g cache.Generic
	b.ReportAllocs()
	for b.Loop() {
		cache.For(&g, func() *box[int] { return new(box[int]) })
	}
}
