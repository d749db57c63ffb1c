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
)

const million = 1_000_000

// A maker makes caches of a number of entries.
type maker struct {
	name string
	make func(size int) rivals.Store[int64]
	// unbounded ones grow with what they are given.
	unbounded bool
}

func makers() []maker {
	return []maker{
		{name: byHand, make: func(size int) rivals.Store[int64] { return rivals.NewBunsui[int64](size) }},
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
		Header: []string{"", "B/entry, filled", "B/entry, after as many evictions", "empty cache, B", "goroutines of a cache"},
		Note: "The growth of the heap in use, after two collections, in a process of its own. What the pointers point to is not in it. " +
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
			m.name, harness.Short(full), harness.Short(evicted), harness.Short(empty[0]), harness.Short(empty[1]),
		})
		switch m.name {
		case byHand:
			b.Figure("memory of an entry, filled", full, "B", nil)
			b.Figure("memory of an entry, after evictions", evicted, "B", harness.AtMost(90))
			b.Figure("memory of an empty cache", empty[0], "B", harness.AtMost(2000))
			b.Figure("goroutines of a cache", empty[1], "", harness.AtMost(0))
		case otterPlain:
			b.Figure("memory of an entry, after evictions, otter", evicted, "B", nil)
			b.Figure("memory of an empty cache, otter", empty[0], "B", nil)
		}
	}
	b.Table(table)
	return nil
}

func memoryOf(ctx context.Context, m maker) (full, evicted float64, empty []float64, err error) {
	values, err := ask(ctx, "entries", m.name, "1")
	if err != nil {
		return 0, 0, nil, err
	}
	full, evicted = values[0], math.NaN()
	if !m.unbounded {
		if values, err = ask(ctx, "entries", m.name, "2"); err != nil {
			return 0, 0, nil, err
		}
		evicted = values[0]
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
	before := heapInUse()
	store := m.make(million)
	for i := range times * million {
		store.Set(int64(i), user)
		if i%1000 == 0 {
			settle(store)
		}
	}
	settle(store)
	used := heapInUse() - before
	_, err = fmt.Fprintln(out, used/million)
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
	before, running := heapInUse(), runtime.NumGoroutine()
	for i := range stores {
		stores[i] = m.make(10_000)
		stores[i].Read(ring, 0, 1)
	}
	used, started := heapInUse()-before, runtime.NumGoroutine()-running
	_, err = fmt.Fprintln(out, used/count, float64(started)/count)
	runtime.KeepAlive(stores)
	return err
}

// heapInUse returns the bytes of the heap that hold something.
func heapInUse() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapInuse)
}
