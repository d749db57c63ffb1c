package cachetest_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func TestStoreInMemory(t *testing.T) {
	cachetest.RunStore(t, func(testing.TB) (a, b store.Store) {
		s := cachetest.NewStore()
		return s, s.Join()
	})
}

// watched returns a function that returns the kinds of events so far.
func watched(ctx context.Context, s store.Store) func() []store.EventKind {
	var mu sync.Mutex
	var kinds []store.EventKind
	go func() {
		_ = s.Watch(ctx, func(e store.Event) {
			mu.Lock()
			defer mu.Unlock()
			kinds = append(kinds, e.Kind)
		})
	}()
	synctest.Wait()
	return func() []store.EventKind {
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(kinds)
	}
}

func TestStoreInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := cachetest.NewStore()
		b := a.Join()
		_ = a.Set(t.Context(), "f:v1:k", []byte("1"), time.Hour)
		if _, err := a.Acquire(t.Context(), "f:v1:l", nil, "1", time.Minute); err != nil {
			t.Fatal(err)
		}
		g, err := b.Acquire(t.Context(), "f:v1:l", nil, "2", time.Minute)
		if err != nil || g.Leased || g.Wait != time.Minute {
			t.Errorf("Acquire = %+v, %v", g, err)
		}
		time.Sleep(time.Minute - time.Nanosecond)
		if g, err := b.Acquire(t.Context(), "f:v1:l", nil, "2", time.Minute); err != nil || g.Wait != 1 {
			t.Errorf("Acquire = %+v, %v", g, err)
		}
		time.Sleep(time.Nanosecond)
		if g, err := b.Acquire(t.Context(), "f:v1:l", nil, "2", time.Minute); err != nil || !g.Leased {
			t.Errorf("Acquire = %+v, %v", g, err)
		}
		time.Sleep(59*time.Minute - time.Nanosecond)
		if keys := b.Keys(); !slices.Equal(keys, []string{"f:v1:k"}) {
			t.Errorf("keys %q", keys)
		}
		time.Sleep(time.Nanosecond)
		if keys := b.Keys(); len(keys) != 0 {
			t.Errorf("keys %q", keys)
		}
	})
}

func TestStoreFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := cachetest.NewStore()
		broken := errors.New("broken")
		s.Fail(broken, "Set")
		if err := s.Set(t.Context(), "f:v1:k", nil, time.Hour); err != broken {
			t.Errorf("Set = %v", err)
		}
		if err := s.Delete(t.Context(), "f:v1:k"); err != nil {
			t.Errorf("Delete = %v", err)
		}
		s.Fail(nil)
		s.LoseAnswers(broken)
		if err := s.Set(t.Context(), "f:v1:k", nil, time.Hour); err != broken || len(s.Keys()) != 1 {
			t.Errorf("Set = %v, keys %q", err, s.Keys())
		}
		s.LoseAnswers(nil)
		s.Delay(time.Minute)
		began := time.Now()
		if err := s.Delete(t.Context(), "f:v1:k"); err != nil || time.Since(began) != time.Minute {
			t.Errorf("Delete = %v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
		defer cancel()
		err := s.Set(ctx, "f:v1:k", nil, time.Hour)
		if !errors.Is(err, store.ErrUnavailable) || len(s.Keys()) != 1 {
			t.Errorf("Set = %v, keys %q", err, s.Keys())
		}
		if calls := s.Calls(); calls["Set"] != 3 || calls["Delete"] != 2 || calls["Get"] != 0 {
			t.Errorf("calls %v", calls)
		}
	})
}

func TestStoreConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := cachetest.NewStore()
		b := a.Join()
		ctx, cancel := context.WithCancel(t.Context())
		ofA, ofB := watched(ctx, a), watched(ctx, b)
		change := func() {
			_ = a.Delete(ctx, "f:v1:k")
			synctest.Wait()
		}
		b.Disconnect()
		change()
		late := watched(ctx, b)
		b.Reconnect()
		b.Mute()
		change()
		b.Disconnect()
		b.Mute()
		change()
		b.Reconnect()
		b.Reconnect()
		change()
		b.DelayEvents(time.Second)
		change()
		before := len(ofB())
		time.Sleep(time.Second)
		defer cancel()
		const c, l, r = store.Changed, store.Lost, store.Restored
		if want := []store.EventKind{r, c, c, c, c, c}; !slices.Equal(ofA(), want) {
			t.Errorf("events of a: %v, want %v", ofA(), want)
		}
		if want := []store.EventKind{r, l, r, l, r, c, c}; !slices.Equal(ofB(), want) || before != len(want)-1 {
			t.Errorf("events of b: %v, %d of them at once, want %v", ofB(), before, want)
		}
		if want := []store.EventKind{r, l, r, c, c}; !slices.Equal(late(), want) {
			t.Errorf("events of b from the middle: %v, want %v", late(), want)
		}
	})
}

func TestStoreWipe(t *testing.T) {
	s := cachetest.NewStore()
	_ = s.Set(t.Context(), "f:v1:k", nil, time.Hour)
	_, before, _ := s.Get(t.Context(), nil, []string{"t"})
	epoch, _ := s.Revoke(t.Context(), store.Rule{Function: "f"})
	s.Wipe()
	values, after, err := s.Get(t.Context(), []string{"f:v1:k"}, []string{"t"})
	if err != nil || values[0] != nil || after[0] == before[0] {
		t.Errorf("Get = %q, %v (before %v), %v", values, after, before, err)
	}
	if r, err := s.Revocations(t.Context()); err != nil || r.Floor <= epoch || len(r.Rules) != 0 {
		t.Errorf("Revocations = %+v, %v", r, err)
	}
}
