package batch_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// Calls of different transactions or managers, and those that go past caches, are never
// loaded together, however long they wait; a trace keeps nothing apart.
func TestLoaderRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &loaderOfGroups{}
		l := batch.NewGroupLoader[string, int, string]("name", batch.InFlight(1))
		plain := t.Context()
		tx := route.In(plain, new(int))
		places := []context.Context{plain, tx, route.In(tx, new(int)), route.To(plain, new(int)), route.To(tx, new(int)), route.Around(plain)}
		var all sync.WaitGroup
		for round := range 3 {
			for i, ctx := range places {
				if round == 2 {
					ctx = route.Traced(ctx, new(int))
				}
				all.Go(func() {
					if round == 1 {
						if r := l.LoadMany(ctx, "", []int{10*i + round}, from.fetch); r.Succeeded != 1 {
							t.Errorf("%+v", r)
						}
					} else if _, err := l.Load(ctx, "", 10*i+round, from.fetch); err != nil {
						t.Error(err)
					}
				})
				synctest.Wait()
			}
		}
		all.Wait()
		got, want := from.all(), []string(nil)
		for i := range places {
			want = append(want, fmt.Sprint([]int{10 * i}), fmt.Sprint([]int{10*i + 1, 10*i + 2}))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || batch.LoaderPending(l) != 0 {
			t.Errorf("asked for %v, want %v", got, want)
		}
	})
}

// A manager that stands in for the process has batches of its own, too.
func TestLoaderIsolated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &loaderOfGroups{}
		l := batch.NewGroupLoader[string, int, string]("name", batch.InFlight(1))
		var all sync.WaitGroup
		for key := range 2 {
			all.Go(func() {
				if _, err := l.Load(t.Context(), "", key, from.fetch); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
			if key == 0 {
				defer route.Isolate(new(int))()
			}
		}
		if got := from.all(); len(got) != 2 {
			t.Errorf("asked for %v", got)
		}
		all.Wait()
	})
}
