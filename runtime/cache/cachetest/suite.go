package cachetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// patience is how long the suite waits for what must happen at some time.
const patience = 10 * time.Second

// long is a time to live that no test outlasts.
const long = time.Hour

// RunStore tests that a store keeps the promises of store.Store, in one subtest for
// each. For every one it calls open, which returns two stores with the same content,
// as two processes have them; what is in it does not matter, as long as nobody else
// uses the keys, tags and functions whose names contain "suite". It waits in real
// time, a few seconds in all.
func RunStore(t *testing.T, open func(t testing.TB) (a, b store.Store)) {
	t.Helper()
	for _, c := range storeCases() {
		t.Run(c.name, func(t *testing.T) {
			a, b := open(t)
			c.run(t, a, b)
		})
	}
}

// storeCase is one promise.
type storeCase struct {
	name string
	run  func(t testing.TB, a, b store.Store)
}

func storeCases() []storeCase {
	return slices.Concat(valueCases(), tagCases(), leaseCases(), endCases(), eventCases(), togetherCases())
}

// must stops the test if err is not nil.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get returns the value of one key.
func get(t testing.TB, s store.Store, key string) []byte {
	t.Helper()
	values, versions, err := s.Get(t.Context(), []string{key}, nil)
	must(t, err)
	if len(values) != 1 || len(versions) != 0 {
		t.Fatalf("Get returned %d values and %d versions for one key", len(values), len(versions))
	}
	return values[0]
}

// want tests that a key has a value; nil means none.
func want(t testing.TB, s store.Store, key string, value []byte) {
	t.Helper()
	got := get(t, s, key)
	if !bytes.Equal(got, value) || (got == nil) != (value == nil) {
		t.Fatalf("Get of %.40q = %.40q, want %.40q", key, got, value)
	}
}

// acquire takes the lease of a key that must have neither value nor lease.
func acquire(t testing.TB, s store.Store, key, token string, ttl time.Duration) {
	t.Helper()
	g, err := s.Acquire(t.Context(), key, nil, token, ttl)
	must(t, err)
	if !g.Leased || g.Value != nil {
		t.Fatalf("Acquire = %+v, want a lease", g)
	}
}

// refused tests that somebody else has the lease of a key, and so waits for it.
func refused(t testing.TB, s store.Store, key, token string) {
	t.Helper()
	g, err := s.Acquire(t.Context(), key, nil, token, long)
	must(t, err)
	if g.Leased || g.Value != nil || g.Wait <= 0 {
		t.Fatalf("Acquire = %+v, want to wait", g)
	}
}

// fill stores a value with a lease, and tests whether that was possible.
func fill(t testing.TB, s store.Store, key, token string, value []byte, possible bool) {
	t.Helper()
	stored, err := s.Fill(t.Context(), key, token, value, long)
	must(t, err)
	if stored != possible {
		t.Fatalf("Fill = %v, want %v", stored, possible)
	}
}

// eventually waits until f is true.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); {
		if time.Now().After(end) {
			t.Fatalf("not so within %v: %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// witness keeps what one call of Watch reported.
type witness struct {
	mu     sync.Mutex
	events []store.Event
	more   chan struct{}
	inside bool
	both   bool // f was called twice at a time
}

// watch watches a store until the test ends, from when nothing is missed any more.
func watch(t testing.TB, s store.Store) *witness {
	t.Helper()
	w := &witness{more: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(ctx, w.see) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Watch = %v, want the error of its context", err)
			}
		case <-time.After(patience):
			t.Errorf("Watch has not returned %v after its context ended", patience)
		}
		if w.both {
			t.Error("Watch called its function twice at a time")
		}
	})
	w.await(t, "Restored", func(e store.Event) bool { return e.Kind == store.Restored })
	if first := w.all()[0]; first.Kind != store.Restored {
		t.Fatalf("the first event is %+v, want Restored", first)
	}
	return w
}

func (w *witness) see(e store.Event) {
	w.mu.Lock()
	w.both = w.both || w.inside
	w.inside = true
	w.events = append(w.events, e)
	w.mu.Unlock()
	select {
	case w.more <- struct{}{}:
	default:
	}
	w.mu.Lock()
	w.inside = false
	w.mu.Unlock()
}

func (w *witness) all() []store.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.events)
}

// await waits for an event and returns it.
func (w *witness) await(t testing.TB, what string, is func(store.Event) bool) store.Event {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		events := w.all()
		if i := slices.IndexFunc(events, is); i >= 0 {
			return events[i]
		}
		select {
		case <-w.more:
		case <-late.C:
			t.Fatalf("no event within %v: %s; there are %+v", patience, what, events)
		}
	}
}

// about says whether an event is of a kind and about a key, or tag.
func about(kind store.EventKind, name string) func(store.Event) bool {
	return func(e store.Event) bool {
		return e.Kind == kind && (slices.Contains(e.Keys, name) || slices.Contains(e.Tags, name))
	}
}

// none tests that there is no event, after something that happens now has been seen.
func (w *witness) none(t testing.TB, s store.Store, what string, is func(store.Event) bool) {
	t.Helper()
	const marker = "suite:v1:marker"
	must(t, s.Set(t.Context(), marker, []byte("1"), long))
	w.await(t, "the marker", about(store.Changed, marker))
	if events := w.all(); slices.ContainsFunc(events, is) {
		t.Fatalf("there is an event that should not be: %s: %+v", what, events)
	}
}
