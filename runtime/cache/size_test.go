package cache_test

import (
	"runtime"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// A program may have a cache for each receiver, of which most have few entries.
func TestEmptyCacheIsSmall(t *testing.T) {
	const caches = 1000
	for what, use := range map[string]func(*cache.Cache[int64, *pair]){
		"unused": func(*cache.Cache[int64, *pair]) {},
		"used":   func(c *cache.Cache[int64, *pair]) { c.Get(1) },
	} {
		m := newManager(t)
		all := make([]*cache.Cache[int64, *pair], caches)
		before := heap()
		for i := range all {
			all[i] = newCache(t, cache.Options[int64, *pair]{Manager: m})
			use(all[i])
		}
		n := (heap() - before) / caches
		t.Logf("%s: %d bytes", what, n)
		if n > 2048 {
			t.Errorf("an empty cache that is %s takes %d bytes, want at most 2048", what, n)
		}
		runtime.KeepAlive(all)
	}
}
