package cache_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

const benchedKeys = 1 << 14

// benched are caches that have all keys.
type benched struct {
	ints    *cache.Cache[int64, *pair]
	strings *cache.Cache[string, *pair]
	pairs   *cache.Cache[pair, *pair]
	names   []string
}

func newBenched(b *testing.B) *benched {
	ctx := context.Background()
	c := &benched{
		ints:    newCache(b, cache.Options[int64, *pair]{MaxEntries: 2 * benchedKeys}),
		strings: newCache(b, cache.Options[string, *pair]{MaxEntries: 2 * benchedKeys}),
		pairs:   newCache(b, cache.Options[pair, *pair]{MaxEntries: 2 * benchedKeys}),
		names:   make([]string, benchedKeys),
	}
	for k := range c.names {
		c.names[k] = fmt.Sprintf("user:%d", k)
		_, _ = c.ints.Load(ctx, int64(k), getInt)
		_, _ = c.strings.Load(ctx, c.names[k], getString)
		_, _ = c.pairs.Load(ctx, pair{c.names[k], int64(k)}, getPair)
	}
	return c
}

// All benchmarks of hits and misses run with the clock of production.

func BenchmarkHit(b *testing.B) {
	clock.Tick(b)
	ctx := context.Background()
	c := newBenched(b)
	hot := make([]int64, 1<<16)
	for i := range hot {
		hot[i] = 1
	}
	c.bench(b, "hot", hot)
	c.bench(b, "zipf", zipfKeys(benchedKeys))
	benchKeys(b, "int64", func(k int) { _, _ = c.ints.Load(ctx, int64(k), getInt) })
	benchKeys(b, "string", func(k int) { _, _ = c.strings.Load(ctx, c.names[k], getString) })
	benchKeys(b, "struct", func(k int) { _, _ = c.pairs.Load(ctx, pair{c.names[k], int64(k)}, getPair) })
	instances := cache.NewInstances[shop](cache.Options[int64, *pair]{TTL: time.Minute, Manager: newManager(b)})
	s := &shop{}
	b.Run("instance", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = instances.Of(s).Load(ctx, 1, getInt)
		}
	})
}

// bench looks up a row of keys, whose number is a power of two.
func (c *benched) bench(b *testing.B, name string, keys []int64) {
	ctx, mask := context.Background(), len(keys)-1
	b.Run("int64/"+name, func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, _ = c.ints.Load(ctx, keys[i&mask], getInt)
		}
	})
	b.Run("string/"+name, func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, _ = c.strings.Load(ctx, c.names[keys[i&mask]], getString)
		}
	})
	b.Run("struct/"+name, func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			k := keys[i&mask]
			_, _ = c.pairs.Load(ctx, pair{c.names[k], k}, getPair)
		}
	})
}

// zipfKeys are keys of which few are asked for often.
func zipfKeys(n int) []int64 {
	zipf := rand.NewZipf(rand.New(rand.NewPCG(1, 2)), 1.01, 1, uint64(n-1))
	keys := make([]int64, 1<<16)
	for i := range keys {
		keys[i] = int64(zipf.Uint64())
	}
	return keys
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
	clock.Tick(b)
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
