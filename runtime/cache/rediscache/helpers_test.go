package rediscache_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

const (
	// patience bounds what must happen at some time.
	patience = 20 * time.Second
	long     = time.Hour
)

// newStore returns a store with the usual namespace.
func newStore(client redis.UniversalClient) *rediscache.Store {
	return rediscache.New(client, rediscache.Options{})
}

// events are what a watcher reports.
type events chan store.Event

// watch watches a store until the test ends, and waits for the first Restored.
func watch(t *testing.T, s store.Store) events {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	all, ended := make(events, 10_000), make(chan error, 1)
	go func() { ended <- s.Watch(ctx, func(e store.Event) { all <- e }) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Watch = %v", err)
			}
		case <-time.After(patience):
			t.Error("Watch does not end with its context")
		}
	})
	all.await(t, store.Restored)
	return all
}

// await takes events until there is one of a kind, which is about key if it is given.
func (all events) await(t *testing.T, kind store.EventKind, key ...string) store.Event {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case e := <-all:
			if e.Kind == kind && (len(key) == 0 || slices.Contains(append(e.Keys, e.Tags...), key[0])) {
				return e
			}
		case <-late:
			t.Fatalf("no event of kind %d %q within %v", kind, key, patience)
		}
	}
}

// eventually waits until f returns nil.
func eventually(t *testing.T, what string, f func() error) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v: %v", what, patience, err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// soon returns a context that ends in a moment.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// unavailable tests that an operation says that the store cannot be reached.
func unavailable(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("%s = %v, want store.ErrUnavailable", what, err)
	}
}

// told tests that b is told of what a changes.
func told(t *testing.T, a store.Store, b events, key string) {
	t.Helper()
	eventually(t, "the store works again", func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		return a.Set(ctx, key, []byte("value"), long)
	})
	b.await(t, store.Changed, key)
}
