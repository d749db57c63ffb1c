package cache_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

var errLoad = errors.New("load failed")

// newCache makes a cache of its own manager, which is closed with the test.
func newCache[K comparable, V any](t testing.TB, o cache.Options[K, V]) *cache.Cache[K, V] {
	t.Helper()
	if o.Manager == nil {
		o.Manager = newManager(t)
	}
	if o.Name == "" {
		o.Name = "test.get"
	}
	if o.TTL == 0 && o.Late == nil {
		o.TTL = time.Minute
	}
	return cache.New(o)
}

func newManager(t testing.TB) *cache.Manager {
	t.Helper()
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := m.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return m
}

// counter is a loader that returns how often it was called.
type counter struct{ calls atomic.Int64 }

func (c *counter) load(context.Context, int) (int64, error) { return c.calls.Add(1), nil }

// gate is a loader that waits until it is opened.
type gate struct {
	mu      sync.Mutex
	entered []context.Context
	opened  chan struct{}
	err     error
}

func newGate() *gate { return &gate{opened: make(chan struct{})} }

// load returns how many calls came before this one and this one.
func (g *gate) load(ctx context.Context, _ int) (int, error) {
	g.mu.Lock()
	g.entered = append(g.entered, ctx)
	n := len(g.entered)
	g.mu.Unlock()
	<-g.opened
	return n, g.err
}

func (g *gate) calls() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.entered)
}

func (g *gate) context(i int) context.Context {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.entered[i]
}

func mustLoad[K comparable, V comparable](t *testing.T, c *cache.Cache[K, V], key K, want V, load func(context.Context, K) (V, error)) {
	t.Helper()
	got, err := c.Load(t.Context(), key, load)
	if err != nil || got != want {
		t.Fatalf("Load = %v, %v, want %v", got, err, want)
	}
}

func fail(t *testing.T) func(context.Context, int) (int64, error) {
	return func(context.Context, int) (int64, error) {
		t.Helper()
		t.Error("the loader was called")
		return 0, nil
	}
}

// outcome is what became of a call in another goroutine.
type outcome[V any] struct {
	value    V
	err      error
	panicked any
	exited   bool
}

// start makes a call in another goroutine.
func start[V any](call func() (V, error)) <-chan outcome[V] {
	done := make(chan outcome[V], 1)
	go func() {
		out := outcome[V]{exited: true}
		defer func() {
			out.panicked = recover()
			if out.panicked != nil {
				out.exited = false
			}
			done <- out
		}()
		out.value, out.err = call()
		out.exited = false
	}()
	return done
}
