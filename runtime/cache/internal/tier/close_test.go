package tier_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// A link that nobody uses has no goroutine, and asks for nothing.
func TestAnUnusedLink(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		l := tier.New(tier.Config{Store: s})
		l.Join("f", "", &news{})
		synctest.Wait() // the bubble would not end with a goroutine in it
		if len(s.Calls()) != 0 {
			t.Errorf("%v", s.Calls())
		}
	})
}

// Everything is under way when the link is closed.
func TestCloseInTheMiddle(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		lease := a.fetch(t.Context(), "x").Lease
		foreign := b.fetch(t.Context(), "y").Lease
		waited := make(chan tier.Answer)
		go func() { waited <- a.fetch(t.Context(), "y") }()
		synctest.Wait()
		a.store.Fail(errDown, "Delete")
		if err := a.Delete(t.Context(), "z"); err == nil {
			t.Error("no error")
		}
		a.store.Delay(200 * time.Millisecond)
		slow := make(chan tier.Answer)
		go func() { slow <- a.fetch(t.Context(), "slow") }()
		synctest.Wait()
		begun := time.Now()
		if err := a.link.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if d := time.Since(begun); d > time.Second {
			t.Errorf("took %v", d)
		}
		if r := <-waited; !errors.Is(r.Err, tier.ErrClosed) {
			t.Errorf("%+v", r)
		}
		if r := <-slow; r.OK || r.Err == nil {
			t.Errorf("%+v", r)
		}
		foreign.Release(t.Context())
		if o := lease.Fill(t.Context(), a.room("1")); o.Err == nil || o.Memory != tier.Forever {
			t.Errorf("%+v", o)
		}
		afterwards(t, a)
	})
}

// afterwards nothing works, and nothing happens.
func afterwards(t *testing.T, a *process) {
	t.Helper()
	before := a.store.Calls()
	if r := a.fetch(t.Context(), "x"); !errors.Is(r.Err, tier.ErrClosed) || r.Memory != tier.Forever {
		t.Errorf("%+v", r)
	}
	_, err := a.Set(t.Context(), "x", nil, a.room("1"))
	for _, err := range []error{err, a.Delete(t.Context(), "x"), a.Clear(t.Context()), a.link.Bump(t.Context(), "x")} {
		if !errors.Is(err, tier.ErrClosed) {
			t.Error(err)
		}
	}
	time.Sleep(time.Hour)
	for method, n := range a.store.Calls() {
		if n != before[method] {
			t.Errorf("%s was called", method)
		}
	}
}

// What is owed is tried once more.
func TestClosePaysDebts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "x", "old")
		a.store.Fail(errDown, "Delete")
		if err := a.Delete(t.Context(), "x"); err == nil {
			t.Error("no error")
		}
		a.store.Fail(nil)
		if err := a.link.Close(t.Context()); err != nil {
			t.Error(err)
		}
		b.has(t, "x", "")
	})
}

// A store that never returns does not keep Close either.
func TestCloseWithADeafStore(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		d := &deaf{Store: cachetest.NewStore()}
		block := make(chan struct{})
		d.set(block)
		defer close(block)
		l := tier.New(tier.Config{Store: d, Logger: quiet})
		l.Join("f", "", &news{}).Look(t.Context(), tier.Query{Text: "x"})
		begun := time.Now()
		if err := l.Close(t.Context()); !errors.Is(err, store.ErrUnavailable) || time.Since(begun) > time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := l.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
