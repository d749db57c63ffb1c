package pool_test

import (
	"context"
	"slices"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func TestNamesOf(t *testing.T) {
	p := pool.New(pool.Options[int]{New: func(context.Context) (int, error) { return 1, nil }})
	defer p.Close(t.Context())
	pool.Register("names.b", p)
	pool.Register("names.a", p)
	for _, listed := range pool.Pools() {
		if got := pool.NamesOf(listed); slices.Contains(got, "names.a") {
			if want := []string{"names.a", "names.b"}; !slices.Equal(got, want) {
				t.Errorf("the names are %q, want %q", got, want)
			}
			return
		}
	}
	t.Error("the pool is not listed by its names")
}
