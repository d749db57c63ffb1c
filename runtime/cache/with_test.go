package cache_test

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// TestWith keeps results of two tenants apart from each other and from the process's.
func TestWith(t *testing.T) {
	prices := cache.New(cache.Options[string, string]{Name: t.Name(), TTL: time.Minute})
	east, west := cache.NewManager(cache.Config{}), cache.NewManager(cache.Config{})
	for _, tenant := range []struct {
		name string
		ctx  context.Context
	}{
		{"all", t.Context()},
		{"east", cache.With(t.Context(), east)},
		{"west", cache.With(t.Context(), west)},
	} {
		for range 2 {
			got, err := prices.Load(tenant.ctx, "tea", func(context.Context, string) (string, error) { return tenant.name, nil })
			if err != nil || got != tenant.name {
				t.Errorf("%s: got %q, %v", tenant.name, got, err)
			}
		}
	}
	for _, m := range []*cache.Manager{east, west} {
		if s := m.Stats(); s.Loads != 1 || s.Hits != 1 || s.Size != 1 {
			t.Errorf("loads %d, hits %d, size %d, want 1 of each", s.Loads, s.Hits, s.Size)
		}
	}
	if err := east.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if v, ok := prices.Peek(cache.With(t.Context(), west), "tea"); !ok || v != "west" {
		t.Errorf("west has %q, %v after east was closed", v, ok)
	}
	if v, ok := prices.Peek(t.Context(), "tea"); !ok || v != "all" {
		t.Errorf("the process has %q, %v", v, ok)
	}
}
