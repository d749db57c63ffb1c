package pool_test

import (
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

type wires struct{ name string }

func (w *wires) Name() string      { return w.name }
func (w *wires) Stats() pool.Stats { return pool.Stats{InUse: len(w.name)} }

func foreignNames() (names []string) {
	for _, f := range pool.Foreigners() {
		names = append(names, f.Name())
	}
	return names
}

func TestForeigners(t *testing.T) {
	one, two := &wires{"one"}, &wires{"two"}
	delist := pool.Enlist(one)
	defer pool.Enlist(two)()
	if got := foreignNames(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("%q", got)
	}
	if s := pool.Foreigners()[1].Stats(); s.InUse != 3 {
		t.Errorf("%+v", s)
	}
	delist()
	delist()
	if got := foreignNames(); !slices.Equal(got, []string{"two"}) {
		t.Errorf("%q", got)
	}
	runtime.KeepAlive(two)
	runtime.KeepAlive(one)
}

func TestForeignersAtOnce(t *testing.T) {
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			for range 200 {
				w := &wires{"many"}
				delist := pool.Enlist(w)
				if !slices.Contains(foreignNames(), "many") {
					t.Error("one is missing")
				}
				delist()
				runtime.KeepAlive(w)
			}
		})
	}
	wait.Wait()
	if got := foreignNames(); slices.Contains(got, "many") {
		t.Errorf("%q", got)
	}
}
