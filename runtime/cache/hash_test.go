package cache_test

import (
	"context"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

type place struct {
	Region string
	ID     int64
	Hot    bool
	At     [2]int8
}

func (p place) hash(h cache.Hash) cache.Hash {
	return cache.HashField(h.String(p.Region).Uint64(uint64(p.ID)).Bool(p.Hot), p.At)
}

// Hashes must tell fields and their order apart, or a cache would work but crawl.
func TestHashTellsFieldsApart(t *testing.T) {
	seen := make(map[cache.Hash]any)
	add := func(h cache.Hash, what any) {
		if other, ok := seen[h]; ok {
			t.Errorf("%+v and %+v have one hash", what, other)
		}
		seen[h] = what
	}
	for id := range int64(2000) {
		for _, region := range []string{"", "eu", "us"} {
			for _, hot := range []bool{false, true} {
				p := place{region, id, hot, [2]int8{int8(id), 1}}
				add(p.hash(1), p)
			}
		}
	}
	add(cache.Hash(1).Uint64(1).Uint64(2), "1, 2")
	add(cache.Hash(1).Uint64(2).Uint64(1), "2, 1")
	add(cache.Hash(1).String("ab").String("c"), "ab, c")
	add(cache.Hash(1).String("a").String("bc"), "a, bc")
}

func TestOptionsHash(t *testing.T) {
	constant := func(place, cache.Hash) cache.Hash { return 7 }
	for name, hash := range map[string]func(place, cache.Hash) cache.Hash{"fields": place.hash, "all the same": constant} {
		t.Run(name, func(t *testing.T) {
			c := newCache(t, cache.Options[place, int64]{Hash: hash, MaxEntries: 100})
			for range 2 {
				for id := range int64(50) {
					key := place{"eu", id, id%2 == 0, [2]int8{}}
					v, err := c.Load(t.Context(), key, func(_ context.Context, k place) (int64, error) { return k.ID, nil })
					if v != id || err != nil {
						t.Errorf("%d: %d, %v", id, v, err)
					}
				}
			}
			if s := c.Stats(); s.Hits != 50 || s.Misses != 50 || s.Size != 50 {
				t.Errorf("%+v", s)
			}
		})
	}
}
