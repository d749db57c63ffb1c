package cachetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// endCases are about how waiters are told of the end of leases.
func endCases() []storeCase {
	return []storeCase{
		{"fill wakes those who wait", testFillWakes},
		{"release wakes those who wait", testReleaseWakes},
		{"set and delete end leases", testChangeEnds},
	}
}

func eventCases() []storeCase {
	return []storeCase{
		{"changes are told", testChanged},
		{"what is told has happened", testToldAfter},
		{"several watchers", testWatchers},
		{"watch ends with its context", testWatchEnds},
		{"contexts", testContexts},
	}
}

func testFillWakes(t testing.TB, a, b store.Store) {
	const key, own = "suite:v1:wake", "suite:v1:wakeown"
	wa, wb := watch(t, a), watch(t, b)
	must(t, a.Delete(t.Context(), key, own))
	wb.await(t, "Changed", about(store.Changed, key))
	acquire(t, a, key, "wake1", long)
	acquire(t, b, own, "wake2", long)
	refused(t, b, key, "wake3")
	refused(t, b, own, "wake4")
	before := len(wb.all())
	fill(t, a, key, "wake1", []byte("value"), true)
	fill(t, b, own, "wake2", []byte("value"), true)
	if e := wb.await(t, "Ended", about(store.Ended, key)); e.Own {
		t.Error("the end of another's lease is called its own")
	}
	if e := wb.await(t, "Ended of its own", about(store.Ended, own)); !e.Own {
		t.Error("the end of its own lease is called another's")
	}
	want(t, b, key, []byte("value"))
	wa.none(t, b, "Ended for who has not waited", func(e store.Event) bool { return e.Kind == store.Ended })
	wb.none(t, a, "Changed by Fill", func(e store.Event) bool { return false })
	for _, e := range wb.all()[before:] {
		if about(store.Changed, key)(e) || about(store.Changed, own)(e) {
			t.Errorf("Fill has told that a key changed: %+v", e)
		}
	}
}

func testReleaseWakes(t testing.TB, a, b store.Store) {
	const key = "suite:v1:wakerelease"
	w := watch(t, b)
	must(t, a.Delete(t.Context(), key))
	acquire(t, a, key, "rel1", long)
	refused(t, b, key, "rel2")
	refused(t, b, key, "rel3")
	must(t, a.Release(t.Context(), key, "rel1"))
	w.await(t, "Ended", about(store.Ended, key))
	acquire(t, b, key, "rel2", long)
}

func testChangeEnds(t testing.TB, a, b store.Store) {
	const set, deleted = "suite:v1:endset", "suite:v1:enddelete"
	must(t, a.Delete(t.Context(), set, deleted))
	w := watch(t, b)
	acquire(t, a, set, "end1", long)
	acquire(t, a, deleted, "end2", long)
	refused(t, b, set, "end3")
	refused(t, b, deleted, "end4")
	must(t, a.Set(t.Context(), set, []byte("value"), long))
	must(t, a.Delete(t.Context(), deleted))
	w.await(t, "Changed or Ended", func(e store.Event) bool {
		return about(store.Changed, set)(e) || about(store.Ended, set)(e)
	})
	w.await(t, "Changed or Ended", func(e store.Event) bool {
		return about(store.Changed, deleted)(e) || about(store.Ended, deleted)(e)
	})
	acquire(t, b, deleted, "end4", long)
	g, err := b.Acquire(t.Context(), set, []byte("value"), "end3", long)
	must(t, err)
	if !g.Leased {
		t.Errorf("Acquire = %+v, want a lease", g)
	}
}

func testChanged(t testing.TB, a, b store.Store) {
	wa, wb := watch(t, a), watch(t, b)
	keys := []string{"suite:v1:changed ä", "suite:v1:changed\x00", "suite:v1:changed,2:x"}
	must(t, a.Set(t.Context(), "suite:v1:set\xff", []byte("value"), long))
	must(t, a.Delete(t.Context(), keys...))
	must(t, b.Bump(t.Context(), "suite:tag\x00ä", "suite:tag2"))
	for _, own := range []bool{true, false} {
		w := map[bool]*witness{true: wa, false: wb}[own]
		for _, key := range append(keys, "suite:v1:set\xff") {
			if e := w.await(t, "Changed", about(store.Changed, key)); e.Own != own {
				t.Errorf("Own of Changed = %v, want %v", e.Own, own)
			}
		}
		for _, tag := range []string{"suite:tag\x00ä", "suite:tag2"} {
			if e := w.await(t, "Bumped", about(store.Bumped, tag)); e.Own == own {
				t.Errorf("Own of Bumped = %v, want %v", e.Own, !own)
			}
		}
	}
}

// testToldAfter tests that who looks because of an event sees what it is about.
func testToldAfter(t testing.TB, a, b store.Store) {
	w := watch(t, b)
	for i := range 20 {
		key := fmt.Sprint("suite:v1:told", i)
		must(t, b.Delete(t.Context(), key))
		before := len(w.all())
		must(t, a.Set(t.Context(), key, []byte("new"), long))
		eventually(t, "Changed is told", func() bool {
			for _, e := range w.all()[before:] {
				if about(store.Changed, key)(e) && !e.Own {
					return true
				}
			}
			return false
		})
		want(t, b, key, []byte("new"))
	}
}

func testWatchers(t testing.TB, a, b store.Store) {
	const key = "suite:v1:watchers"
	one, two := watch(t, b), watch(t, b)
	must(t, a.Set(t.Context(), key, []byte("value"), long))
	one.await(t, "Changed", about(store.Changed, key))
	two.await(t, "Changed", about(store.Changed, key))
}

func testWatchEnds(t testing.TB, a, _ store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	err := a.Watch(ctx, func(store.Event) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Watch = %v, want the error of its context", err)
	}
	if err := a.Watch(ctx, func(store.Event) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("Watch with a context that has ended = %v", err)
	}
}

func testContexts(t testing.TB, a, _ store.Store) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	for name, call := range everyMethod(a) {
		if err := call(canceled); !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s with a cancelled context = %v", name, err)
		}
		if err := call(expired); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s with an expired context = %v", name, err)
		}
	}
}

// everyMethod calls each method but Watch, by its name.
func everyMethod(s store.Store) map[string]func(ctx context.Context) error {
	const key, token = "suite:v1:context", "context"
	return map[string]func(ctx context.Context) error{
		"Get": func(ctx context.Context) error {
			_, _, err := s.Get(ctx, []string{key, "suite:v1:context2"}, []string{"suite:tag"})
			return err
		},
		"Acquire": func(ctx context.Context) error { _, err := s.Acquire(ctx, key, nil, token, long); return err },
		"Extend":  func(ctx context.Context) error { _, err := s.Extend(ctx, key, token, long); return err },
		"Fill":    func(ctx context.Context) error { _, err := s.Fill(ctx, key, token, []byte("1"), long); return err },
		"Release": func(ctx context.Context) error { return s.Release(ctx, key, token) },
		"Set":     func(ctx context.Context) error { return s.Set(ctx, key, []byte("1"), long) },
		"Delete":  func(ctx context.Context) error { return s.Delete(ctx, key) },
		"Bump":    func(ctx context.Context) error { return s.Bump(ctx, "suite:tag") },
		"Revoke": func(ctx context.Context) error {
			_, err := s.Revoke(ctx, store.Rule{Function: "suite.context"})
			return err
		},
		"Revocations": func(ctx context.Context) error { _, err := s.Revocations(ctx); return err },
	}
}
