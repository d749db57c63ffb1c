package batch_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// loaderOfGroups notes what it is asked for, with the group.
type loaderOfGroups struct {
	mu    sync.Mutex
	asked []string
}

func (g *loaderOfGroups) fetch(_ context.Context, group string, keys []int) batch.Found[int, string] {
	g.mu.Lock()
	g.asked = append(g.asked, fmt.Sprint(group, keys))
	g.mu.Unlock()
	time.Sleep(time.Second)
	values := make(map[int]string)
	for _, key := range keys {
		values[key] = fmt.Sprint(group, key)
	}
	return batch.FromMap(values, nil)
}

func (g *loaderOfGroups) all() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.asked)
}

// Calls of different groups, or scopes, are never loaded together.
func TestLoaderGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := &loaderOfGroups{}
		l := batch.NewGroupLoader[string, int, string]("name", batch.PerRequest(), batch.InFlight(1))
		var all sync.WaitGroup
		call := func(ctx context.Context, group string, key int) {
			all.Go(func() {
				if v, err := l.Load(ctx, group, key, from.fetch); v != fmt.Sprint(group, key) || err != nil {
					t.Errorf("Load(%s, %d) = %q, %v", group, key, v, err)
				}
			})
			synctest.Wait()
		}
		scope := batch.Scope(t.Context())
		for range 2 {
			call(t.Context(), "a", 1)
			call(t.Context(), "b", 2)
			call(scope, "a", 3)
			call(batch.Scope(scope), "a", 4)
		}
		if got := from.all(); fmt.Sprint(got) != "[a[1] b[2] a[3] a[4] a[4]]" {
			t.Errorf("asked for %v", got)
		}
		all.Wait()
		if got := from.all(); len(got) != 8 {
			t.Errorf("asked for %v", got)
		}
	})
}
