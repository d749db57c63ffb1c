package rediscache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func TestServerKilled(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	a, b := newStore(server.Client()), newStore(server.Client())
	events := watch(t, b)
	before, err := a.Revoke(t.Context(), store.Rule{Function: "f"})
	must(t, err)
	_, versions, err := a.Get(t.Context(), nil, []string{"tag"})
	must(t, err)

	server.Kill()
	events.await(t, store.Lost)
	_, _, err = a.Get(soon(t), []string{"f:v1:k"}, nil)
	unavailable(t, "Get", err)
	unavailable(t, "Set", a.Set(soon(t), "f:v1:k", nil, long))

	server.Restart()
	events.await(t, store.Restored)
	told(t, a, events, "f:v1:k")
	r, err := b.Revocations(t.Context())
	must(t, err)
	if r.Floor <= before || r.Epoch < r.Floor {
		t.Errorf("epoch %d and floor %d, after epoch %d was forgotten", r.Epoch, r.Floor, before)
	}
	_, again, err := b.Get(t.Context(), nil, []string{"tag"})
	must(t, err)
	if again[0] == versions[0] {
		t.Error("a tag has the same version after it was forgotten")
	}
}

func TestServerPaused(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	a, b := newStore(server.Client()), newStore(server.Client())
	events := watch(t, b)
	server.Pause()
	_, _, err := a.Get(soon(t), []string{"f:v1:k"}, nil)
	unavailable(t, "Get", err)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Get = %v, want the error of its context too", err)
	}
	events.await(t, store.Lost)
	server.Resume()
	events.await(t, store.Restored)
	told(t, a, events, "f:v1:k")
}

func TestHalfOpen(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	a, b := newStore(server.Client()), newStore(server.ClientVia(proxy))
	events := watch(t, b)
	proxy.Swallow()
	must(t, a.Set(t.Context(), "f:v1:missed", nil, long))
	events.await(t, store.Lost)
	proxy.Heal()
	events.await(t, store.Restored)
	told(t, a, events, "f:v1:k")

	proxy.Cut()
	events.await(t, store.Lost)
	_, _, err := b.Get(soon(t), []string{"f:v1:k"}, nil)
	unavailable(t, "Get", err)
	proxy.Heal()
	events.await(t, store.Restored)
	told(t, a, events, "f:v1:k")
}

// TestCallsEndWithContexts uses a client that itself does not heed contexts.
func TestCallsEndWithContexts(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	s := newStore(client)
	must(t, s.Set(t.Context(), "f:v1:k", nil, long))
	proxy.Swallow()
	_, _, err := s.Get(soon(t), []string{"f:v1:k"}, nil)
	unavailable(t, "Get", err)
	unavailable(t, "Delete", s.Delete(soon(t), "f:v1:k"))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err = s.Revocations(ctx)
	if !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Revocations = %v, want the error of its context alone", err)
	}
}

// TestLateLease tests that a lease does not stay with somebody who has given up,
// whether the client heeds contexts or not.
func TestLateLease(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	deaf := redis.NewClient(&redis.Options{Addr: proxy.Addr()})
	t.Cleanup(func() { _ = deaf.Close() })
	other := newStore(server.Client())
	for i, client := range []*redis.Client{deaf, server.ClientVia(proxy)} {
		s, key := newStore(client), fmt.Sprint("f:v1:late", i)
		proxy.Latency(0)
		must(t, s.Delete(t.Context(), key))
		proxy.Latency(300 * time.Millisecond)
		_, err := s.Acquire(soon(t), key, nil, "late", long)
		unavailable(t, "Acquire", err)
		eventually(t, "the lease is free", func() error {
			g, err := other.Acquire(t.Context(), key, nil, "other", long)
			must(t, err)
			if !g.Leased {
				return errors.New("another has it")
			}
			return nil
		})
	}
}

// TestOtherServer moves what a client writes to another server, while the
// connection of its watcher stays as alive as it was.
func TestOtherServer(t *testing.T) {
	t.Parallel()
	old, now := redistest.Start(t), redistest.Start(t)
	way := redistest.NewProxy(t, old.Addr())
	client := redis.NewClient(&redis.Options{Addr: way.Addr(), ConnMaxLifetime: 100 * time.Millisecond})
	t.Cleanup(func() { _ = client.Close() })
	events := watch(t, newStore(client))
	way.Redirect(now.Addr())
	events.await(t, store.Lost)
	events.await(t, store.Restored)
	told(t, newStore(now.Client()), events, "f:v1:k")
}

// TestSlowWatcher handles an event for longer than a server may be silent.
func TestSlowWatcher(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := newStore(server.Client())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	all := make(events, 100)
	go func() {
		_ = s.Watch(ctx, func(e store.Event) {
			if e.Kind == store.Changed {
				time.Sleep(3 * time.Second)
			}
			all <- e
		})
	}()
	all.await(t, store.Restored)
	for range 2 {
		must(t, s.Set(ctx, "f:v1:k", nil, long))
		if e := <-all; e.Kind != store.Changed {
			t.Fatalf("the event is %+v, want Changed", e)
		}
	}
}

// TestWatchLeavesNothing tests that no goroutine survives Watch.
func TestWatchLeavesNothing(t *testing.T) {
	server := redistest.Start(t)
	s := newStore(server.Client())
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Watch(ctx, func(store.Event) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Watch = %v", err)
	}
	eventually(t, "goroutines end", func() error {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if bytes.Contains(stacks, []byte("rediscache.(*session)")) {
			return errors.New("some of a session are left")
		}
		return nil
	})
}
