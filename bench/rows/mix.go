package rows

import (
	"context"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// mixes reads nine times and writes once, Zipf keys, in caches that have room for a
// quarter of them.
func mixes(ctx context.Context, b *harness.Bench) error {
	if err := mix(ctx, b, "int64", newWorkload(intKey)); err != nil {
		return err
	}
	return mix(ctx, b, "struct", newWorkload(placeKey))
}

func mix[K comparable](ctx context.Context, b *harness.Bench, keyType string, w workload[K]) error {
	// The wrapper's cache has room for all keys: it takes no part.
	stores := commonStores[K](rivals.NewBunsui[K](1), keyCount/4, b.Quick)[1:]
	defer closeStores(stores)
	w.fill(stores)
	for _, c := range crowds()[:2] {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		t := b.Measure(harness.Case{Workers: c.workers, Warm: ringLength, Contenders: mixers(stores, w.zipf)})
		row := "90/10 mix, " + keyType + ", " + c.name
		b.Ratio(row+": by hand × otter", t.Ratio(byHand, otterPlain), nil)
		b.Ratio(row+": by hand CPU × otter", t.CPURatio(byHand, otterPlain), nil)
		b.Ratio(row+": by hand CPU × otter, coarse clock", t.CPURatio(byHand, otterCoarse), nil)
		table := harness.TimingTable("90/10 mix, "+keyType+", "+c.name, t, otterPlain)
		table.Note = "xsync, sync.Map and mutex+map have no bound: they hold all keys. The others differ in how many reads are hits."
		b.Table(table)
	}
	return nil
}

func mixers[K comparable](stores []rivals.Named[K], ring []K) []harness.Contender {
	user := &sample.User{}
	contenders := make([]harness.Contender, len(stores))
	for i, s := range stores {
		contenders[i] = harness.Contender{Name: s.Name, Run: func(worker, n int) {
			from := startOf(worker, len(ring))
			for ; n > 0; n -= 10 {
				s.Store.Read(ring, from, 9)
				// Written keys are as popular as those that are read.
				s.Store.Set(ring[(from+9)&(len(ring)-1)], user)
				from += 10
			}
		}}
	}
	return contenders
}
