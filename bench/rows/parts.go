package rows

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
)

// sink keeps the compiler from leaving out what nobody looks at.
var sink atomic.Uint64

// parts measures what a hit and a recording are made of, so that one can see what
// dominates them on this machine.
func parts(_ context.Context, b *harness.Bench) error {
	base, seed := time.Now(), maphash.MakeSeed()
	var counter atomic.Int64
	var mu sync.Mutex
	ints, texts, places := newWorkload(intKey), newWorkload(stringKey), newWorkload(placeKey)
	t := b.Measure(harness.Case{Contenders: []harness.Contender{
		repeat("two clock reads, time.Since", func(int) uint64 {
			return uint64(time.Since(base)) + uint64(time.Since(base))
		}),
		repeat("time.Since", func(int) uint64 { return uint64(time.Since(base)) }),
		repeat("time.Now", func(int) uint64 { return uint64(time.Now().Nanosecond()) }),
		repeat("atomic load", func(int) uint64 { return uint64(counter.Load()) }),
		repeat("atomic add", func(int) uint64 { return uint64(counter.Add(1)) }),
		repeat("mutex pair", func(int) uint64 {
			mu.Lock()
			defer mu.Unlock()
			return 0
		}),
		repeat("maphash.Comparable int64", func(i int) uint64 { return maphash.Comparable(seed, ints.zipf[i]) }),
		repeat("maphash.Comparable string", func(i int) uint64 { return maphash.Comparable(seed, texts.zipf[i]) }),
		repeat("maphash.Comparable struct", func(i int) uint64 { return maphash.Comparable(seed, places.zipf[i]) }),
	}})
	table := harness.TimingTable("Parts: what things cost here", t, "time.Since")
	table.Note = "An indirect call and the loop are included, some 2 ns. Hashes are of Zipf keys, so they include reading the keys."
	b.Table(table)
	return nil
}

// repeat is a contender that calls do for each operation, with a position in a ring.
func repeat(name string, do func(i int) uint64) harness.Contender {
	return harness.Contender{Name: name, Run: func(_, n int) {
		var sum uint64
		for i := range n {
			sum += do(i & (ringLength - 1))
		}
		sink.Store(sum)
	}}
}
