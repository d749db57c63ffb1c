package rows

import (
	"context"
	"strconv"
	"sync/atomic"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// missCapacity bounds the caches that are always asked for new keys.
const missCapacity = 100_000

// misses loads keys that are new each time, through full caches. The loader does
// nothing.
func misses(ctx context.Context, b *harness.Bench) error {
	for _, c := range crowds()[:2] {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		contenders, done := missContenders()
		for _, contender := range contenders {
			contender.Run(0, missCapacity*3/2) // fills it
		}
		t := b.Measure(harness.Case{Workers: c.workers, Contenders: contenders})
		done()
		row := "miss, " + c.name
		b.Ratio(row+": inline × Do, look-up and store in our cache", t.Ratio(wrapper, "Do + our cache"), harness.AtMost(0.5))
		b.Ratio(row+": inline × Do, look-up and store in golang-lru", t.Ratio(wrapper, "Do + golang-lru"), harness.AtMost(0.5))
		b.Ratio(row+": inline × Do, look-up and store in xsync", t.Ratio(wrapper, "Do + xsync"), nil)
		b.Ratio(row+": inline × otter Get", t.Ratio(wrapper, "otter Get"), harness.AtMost(0.3))
		b.Ratio(row+": inline CPU × otter Get", t.CPURatio(wrapper, "otter Get"), nil)
		b.Ratio(row+": detached × inline", t.Ratio("detached", wrapper), nil)
		table := harness.TimingTable("Miss and load, int64, "+c.name, t, "Do + golang-lru")
		table.Note = "Do + xsync deletes the key that came 100,000 keys before, so that it stays as small as the others: a bound without a policy. " +
			"Do alone keeps nothing."
		b.Table(table)
	}
	return nil
}

// fresh is a contender that hands each operation a key that was never used.
func fresh(name string, do func(key int64)) harness.Contender {
	var next atomic.Int64
	return harness.Contender{Name: name, Run: func(_, n int) {
		last := next.Add(int64(n))
		for key := last - int64(n); key < last; key++ {
			do(key)
		}
	}}
}

func missContenders() (contenders []harness.Contender, done func()) {
	background := context.Background()
	cancellable, cancel := context.WithCancel(background)
	ours, theirs := rivals.NewBunsui[int64](missCapacity), rivals.NewOtter[int64](missCapacity)
	load := func(context.Context, int64) (*sample.User, error) { return sample.Nobody, nil }
	var loader otter.Loader[int64, *sample.User] = otter.LoaderFunc[int64, *sample.User](load)
	contenders = append([]harness.Contender{
		fresh(wrapper, func(key int64) { _, _ = sample.FreshUser(background, key) }),
		fresh(byHand, func(key int64) { _, _ = ours.Cache.Load(background, key, load) }),
		fresh("otter Get", func(key int64) { _, _ = theirs.Cache.Get(background, key, loader) }),
	}, singleflights()...)
	// Other keys than those of the wrapper above, which has the same cache.
	detached := fresh("detached", func(key int64) { _, _ = sample.FreshUser(cancellable, -1-key) })
	return append(contenders, detached), func() {
		cancel()
		ours.Close()
		theirs.Close()
		_ = sample.FreshUserCache.InvalidateAll(background)
	}
}

// A keeper is a cache without protected loads.
type keeper struct {
	name  string
	get   func(key int64) (*sample.User, bool)
	store func(key int64, user *sample.User)
}

// singleflights are loads that x/sync protects, as one writes them by hand.
func singleflights() []harness.Contender {
	contenders := make([]harness.Contender, 0, 4)
	for _, k := range keepers() {
		var group singleflight.Group
		contenders = append(contenders, fresh("Do + "+k.name, func(key int64) {
			if _, ok := k.get(key); ok {
				return
			}
			_, _, _ = group.Do(strconv.FormatInt(key, 10), func() (any, error) {
				k.store(key, sample.Nobody)
				return sample.Nobody, nil
			})
		}))
	}
	var group singleflight.Group
	return append(contenders, fresh("Do alone", func(key int64) {
		_, _, _ = group.Do(strconv.FormatInt(key, 10), func() (any, error) { return sample.Nobody, nil })
	}))
}

func keepers() []keeper {
	plain, ours := rivals.NewXsync[int64](), rivals.NewBunsui[int64](missCapacity)
	list, err := lru.New[int64, *sample.User](missCapacity)
	if err != nil {
		panic(err) // a size of 0 is what it refuses
	}
	return []keeper{
		{"xsync", plain.Map.Load, func(key int64, user *sample.User) {
			plain.Map.Store(key, user)
			plain.Map.Delete(key - missCapacity)
		}},
		{"our cache", ours.Cache.Get, ours.Set},
		{"golang-lru", list.Get, func(key int64, user *sample.User) { list.Add(key, user) }},
	}
}
