package cachetest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// What is forced upon a function is not forced upon its caches in scopes, nor upon
// instantiations, which have handles of their own.
func TestForceIsForOneCache(t *testing.T) {
	m := cachetest.New(t)
	of := func(m *cache.Manager, name string) *cache.Cache[int, int] {
		return cache.New(cache.Options[int, int]{Name: name, TTL: time.Minute, Stale: time.Minute, Manager: m})
	}
	whole, part, typed := of(m, "of the test"), of(m.Scope("eu"), "of the test"), of(m, "of the test[int]")
	force := map[string]func(testing.TB, cachetest.Handle) func(){"miss": cachetest.ForceMiss, "stale": cachetest.ForceStale}
	for what, force := range force {
		restore := force(t, whole)
		before := []cache.Stats{whole.Stats(), part.Stats(), typed.Stats()}
		for i, c := range []*cache.Cache[int, int]{whole, part, typed} {
			_ = c.Set(t.Context(), 1, 1)
			_, _ = c.Load(t.Context(), 1, func(context.Context, int) (int, error) { return 1, nil })
			if loaded := c.Stats().Loads > before[i].Loads; loaded != (c == whole) {
				t.Errorf("%s: %s: loaded %v", what, c.Name(), loaded)
			}
		}
		restore()
	}
}

// A scope is no manager for functions that were made without it.
func TestWithRefusesScopes(t *testing.T) {
	m := cachetest.New(t)
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "whole manager") || !strings.Contains(got, "eu/west") {
			t.Error(got)
		}
	}()
	cachetest.With(t.Context(), m.Scope("eu").Scope("west"))
}
