package engine

import (
	"runtime"
	"testing"
	"unsafe"
)

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func TestSizes(t *testing.T) {
	if n := unsafe.Sizeof(Bucket{}); n != 64 {
		t.Errorf("a bucket takes %d bytes, want a cache line", n)
	}
	if n := unsafe.Sizeof(entry[int64, *int]{}); n != 48 {
		t.Errorf("an item takes %d bytes, want 48", n)
	}
	if n := unsafe.Sizeof(chunk{}); n != 512 {
		t.Errorf("a chunk takes %d bytes, want 512", n)
	}
}

func TestMemoryOfAnEntry(t *testing.T) {
	n := 1_000_000
	if testing.Short() || raceEnabled {
		n = 60_000
	}
	value := new(int)
	before := heap()
	tb := newTable[int64, *int](n)
	put := func(k int64) { tb.Put(newItem(k, value)) }
	for k := range n {
		put(int64(k))
	}
	filled := (heap() - before) / n
	for k := range 2 * n { // all of the queues and ghosts are in use then
		put(int64(n + k))
		tb.Get(hashOf(int64(n+k/2)), int64(n+k/2))
	}
	evicted := (heap() - before) / n
	t.Logf("%d bytes an entry when filled, %d after evictions, %d entries", filled, evicted, tb.Len())
	if evicted > 90 {
		t.Errorf("%d bytes an entry, want at most 90", evicted)
	}
	runtime.KeepAlive(tb)
}

func TestMemoryOfAnEmptyTable(t *testing.T) {
	const tables = 1000
	before := heap()
	all := make([]*testTable[int64, *int], tables)
	for i := range all {
		all[i] = newTable[int64, *int](10_000)
	}
	empty := (heap() - before) / tables
	for _, tb := range all {
		tb.Put(newItem(int64(1), new(int)))
	}
	one := (heap() - before) / tables
	t.Logf("%d bytes empty, %d with one entry", empty, one)
	if empty > 400 || one > 1400 {
		t.Errorf("%d bytes empty, %d with one entry, want at most 400 and 1400", empty, one)
	}
	runtime.KeepAlive(all)
}

// What was removed is not kept alive by the queues.
func TestRemovedItemsAreFreed(t *testing.T) {
	tb := newTable[int, *[1024]byte](-1)
	const n = 5000
	before := heap()
	for k := range n {
		tb.Put(newItem(k, new([1024]byte)))
	}
	for k := range n {
		if k%100 != 0 {
			tb.Remove(hashOf(k), k)
		}
	}
	tb.check(t)
	if left := heap() - before; left > n*1024/4 {
		t.Errorf("%d bytes are left of %d", left, n*1024)
	}
	for k := range n {
		tb.Remove(hashOf(k), k)
	}
	tb.check(t)
	if left := heap() - before; left > 10_000 {
		t.Errorf("%d bytes are left of nothing", left)
	}
	runtime.KeepAlive(tb)
}
