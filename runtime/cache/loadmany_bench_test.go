package cache_test

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// BenchmarkLoadMany is a hundred keys, all kept or none, with a context that can be
// cancelled and with one that cannot.
func BenchmarkLoadMany(b *testing.B) {
	keys := make([]int, 100)
	for i := range keys {
		keys[i] = i
	}
	load := func(_ context.Context, keys []int) ([]int, []error) { return keys, nil }
	for name, ctx := range map[string]context.Context{"detached": b.Context(), "inline": context.Background()} {
		for _, mode := range []string{"hits", "misses"} {
			b.Run(name+"/"+mode, func(b *testing.B) {
				c := newCache(b, cache.Options[int, int]{TTL: time.Hour})
				b.ReportAllocs()
				for b.Loop() {
					if mode == "misses" {
						if err := c.Clear(ctx); err != nil {
							b.Fatal(err)
						}
					}
					if _, errs := c.LoadMany(ctx, keys, load); errs != nil {
						b.Fatal(errs)
					}
				}
			})
		}
	}
}
