package rows

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/cache"
)

const million = 1_000_000

// A maker makes caches of a number of entries.
type maker struct {
	name string
	make func(size int) rivals.Store[int64]
	// unbounded ones grow with what they are given.
	unbounded bool
	// one makes the cache of a number among many, if that is another way than
	// make, as in a program where all of them belong to one manager.
	one func(number, size int) rivals.Store[int64]
}

func makers() []maker {
	manager := cache.NewManager(cache.Config{})
	return []maker{
		{
			name: byHand,
			make: func(size int) rivals.Store[int64] { return rivals.NewBunsui[int64](size) },
			one: func(number, size int) rivals.Store[int64] {
				return rivals.NewBunsuiIn[int64](manager, "example.com/store.get"+strconv.Itoa(number), size)
			},
		},
		{name: otterPlain, make: func(size int) rivals.Store[int64] { return rivals.NewOtter[int64](size) }},
		{name: "theine", make: func(size int) rivals.Store[int64] { return rivals.NewTheine[int64](size) }},
		{name: "ristretto", make: func(size int) rivals.Store[int64] { return rivals.NewRistretto[int64](size) }},
		{name: "expirable", make: func(size int) rivals.Store[int64] { return rivals.NewExpirable[int64](size) }},
		{name: bare, make: func(int) rivals.Store[int64] { return rivals.NewXsync[int64]() }, unbounded: true},
		{name: "sync.Map", make: func(int) rivals.Store[int64] { return &rivals.SyncMap[int64]{} }, unbounded: true},
		{name: "mutex+map", make: func(int) rivals.Store[int64] { return rivals.NewMutexMap[int64]() }, unbounded: true},
	}
}

func makerOf(name string) (maker, error) {
	for _, m := range makers() {
		if m.name == name {
			return m, nil
		}
	}
	return maker{}, fmt.Errorf("no cache is called %q", name)
}

// memory measures what entries and caches take up, each in a process of its own.
func memory(ctx context.Context, b *harness.Bench) error {
	table := harness.Table{
		Title:  "Memory, int64 → pointer, 1 M entries",
		Header: []string{"", "B/entry, filled", "in use", "B/entry, after as many evictions", "in use", "empty cache, B", "goroutines of a cache"},
		Note: "The growth of what is allocated on the heap, after two collections, in a process of its own; in use is that of the heap's pages, " +
			"with the holes that freed entries left. What the pointers point to is not in it. " +
			"An empty cache has been asked once; the figures are means of 200 caches.",
	}
	for _, m := range makers() {
		if b.Quick && m.name != byHand && m.name != otterPlain && m.name != bare {
			continue
		}
		full, evicted, empty, err := memoryOf(ctx, m)
		if err != nil {
			return err
		}
		table.Rows = append(table.Rows, []string{
			m.name, harness.Short(full.live), harness.Short(full.inUse), harness.Short(evicted.live), harness.Short(evicted.inUse),
			harness.Short(empty[0]), harness.Short(empty[1]),
		})
		switch m.name {
		case byHand:
			b.Figure("memory of an entry, filled", full.live, "B", nil)
			b.Figure("memory of an entry, after evictions", evicted.live, "B", harness.AtMost(90))
			b.Figure("memory of an entry, after evictions, with holes", evicted.inUse, "B", nil)
			b.Figure("memory of an empty cache", empty[0], "B", harness.AtMost(2000))
			b.Figure("goroutines of a cache", empty[1], "", harness.AtMost(0))
		case otterPlain:
			b.Figure("memory of an entry, after evictions, otter", evicted.live, "B", nil)
			b.Figure("memory of an entry, after evictions, with holes, otter", evicted.inUse, "B", nil)
			b.Figure("memory of an empty cache, otter", empty[0], "B", nil)
		}
	}
	b.Table(table)
	return nil
}

// footprint is what takes up memory: what is allocated, and the pages that hold it.
type footprint struct{ live, inUse float64 }

func entriesOf(ctx context.Context, m maker, times string) (footprint, error) {
	values, err := ask(ctx, "entries", m.name, times)
	if err == nil && len(values) != 2 {
		err = fmt.Errorf("child entries printed %v", values)
	}
	if err != nil {
		return footprint{}, err
	}
	return footprint{values[0], values[1]}, nil
}

func memoryOf(ctx context.Context, m maker) (full, evicted footprint, empty []float64, err error) {
	if full, err = entriesOf(ctx, m, "1"); err != nil {
		return full, evicted, nil, err
	}
	evicted = footprint{math.NaN(), math.NaN()}
	if !m.unbounded {
		if evicted, err = entriesOf(ctx, m, "2"); err != nil {
			return full, evicted, nil, err
		}
	}
	if empty, err = ask(ctx, "empty", m.name); err == nil && len(empty) != 2 {
		err = fmt.Errorf("child empty printed %v", empty)
	}
	return full, evicted, empty, err
}

// entriesChild fills a cache of a million entries several times over, and prints
// the bytes for each of them.
func entriesChild(args []string, out io.Writer) error {
	m, err := makerOf(args[0])
	if err != nil {
		return err
	}
	times, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	user := &sample.User{}
	before := heapNow()
	store := m.make(million)
	for i := range times * million {
		store.Set(int64(i), user)
		if i%1000 == 0 {
			settle(store)
		}
	}
	settle(store)
	after := heapNow()
	_, err = fmt.Fprintln(out, (after.live-before.live)/million, (after.inUse-before.inUse)/million)
	store.Close()
	return err
}

// emptyChild makes many caches, asks each once, and prints the bytes and the
// goroutines for each.
func emptyChild(args []string, out io.Writer) error {
	const count = 200
	m, err := makerOf(args[0])
	if err != nil {
		return err
	}
	ring := []int64{1}
	m.make(10_000).Read(ring, 0, 1) // what is made once for all
	stores := make([]rivals.Store[int64], count)
	before, running := heapNow(), runtime.NumGoroutine()
	for i := range stores {
		if m.one != nil {
			stores[i] = m.one(i, 10_000)
		} else {
			stores[i] = m.make(10_000)
		}
		stores[i].Read(ring, 0, 1)
	}
	used, started := heapNow().live-before.live, runtime.NumGoroutine()-running
	_, err = fmt.Fprintln(out, used/count, float64(started)/count)
	runtime.KeepAlive(stores)
	return err
}

// heapNow returns the footprint of the whole process.
func heapNow() footprint {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return footprint{float64(stats.HeapAlloc), float64(stats.HeapInuse)}
}
