package cache_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestAllManagers(t *testing.T) {
	if all := cache.AllManagers(); len(all) == 0 || all[0] != cache.Default() {
		t.Fatal("the default manager is not the first")
	}
	m := cache.NewManager(cache.Config{})
	cache.Register("listed", m)
	if !slices.Contains(cache.AllManagers(), m) {
		t.Error("a new manager is missing")
	}
	if got := m.Names(); !slices.Equal(got, []string{"listed"}) {
		t.Errorf("its names are %q", got)
	}
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := m.Names(); len(got) != 0 {
		t.Errorf("a closed one has the names %q", got)
	}
	runtime.KeepAlive(m)
}

func TestManagersAreNotKept(t *testing.T) {
	gone := make(chan struct{})
	func() {
		m := cache.NewManager(cache.Config{})
		cache.New(cache.Options[int, int]{Name: "managers.gone", TTL: cache.Forever, Manager: m})
		runtime.AddCleanup(m, func(c chan struct{}) { close(c) }, gone)
	}()
	for deadline := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		runtime.GC()
		select {
		case <-gone:
			return
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("a manager that nobody refers to is kept")
		}
	}
}
