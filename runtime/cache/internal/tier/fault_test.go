package tier_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func TestDownAtTheStart(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := cachetest.NewStore()
		s.Fail(errDown)
		s.Disconnect()
		p := join(t, s, nil)
		for range 20 {
			r, how := p.load(t.Context(), "x", func() string { return "alone" })
			if r != "alone" || how.Lease != nil || how.Err == nil || how.Memory != tier.Forever {
				t.Fatalf("%+v", how)
			}
		}
		if n := s.Calls()["Revocations"]; n != 5 {
			t.Errorf("tried %d times", n)
		}
		s.Fail(nil)
		s.Reconnect()
		time.Sleep(10 * time.Second)
		p.load(t.Context(), "x", func() string { return "shared" })
		p.has(t, "x", "shared")
		if s := p.link.Stats(); s.Opened != 1 || s.Open || s.Errors < 5 || s.Refused != 15 || !s.Live {
			t.Errorf("%+v", s)
		}
	})
}

// The circuit opens, is tried now and then, and closes by itself.
func TestCircuit(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		p, _ := pair(t)
		p.put(t, "x", "1")
		p.store.Fail(errDown)
		before := p.store.Calls()["Get"]
		for range 10_000 {
			if r := p.fetch(t.Context(), "x"); r.OK || r.Lease != nil || !errors.Is(r.Err, tier.ErrOpen) && !errors.Is(r.Err, errDown) {
				t.Fatalf("%+v", r)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := p.store.Calls()["Get"] - before; n < 14 || n > 40 {
			t.Errorf("tried %d times in 100 s", n)
		}
		p.store.Fail(nil)
		begun := time.Now()
		for p.Look(t.Context(), tier.Query{Text: "x"}).Err != nil {
			time.Sleep(10 * time.Millisecond)
			if time.Since(begun) > 11*time.Second {
				t.Fatal("it does not close")
			}
		}
		if p.link.Stats().Open {
			t.Error("open")
		}
	})
}

// A store that is slow costs one time bound, then nothing.
func TestSlow(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		p, _ := pair(t)
		p.store.Delay(time.Minute)
		for i := range 20 {
			begun := time.Now()
			r := p.fetch(t.Context(), "x")
			d := time.Since(begun)
			if i < 5 && (d != 500*time.Millisecond || !errors.Is(r.Err, store.ErrUnavailable)) || d > 500*time.Millisecond {
				t.Errorf("call %d: %v after %v", i, r.Err, d)
			}
		}
		p.store.Delay(400 * time.Millisecond)
		time.Sleep(10 * time.Second)
		if r, how := p.load(t.Context(), "x", func() string { return "1" }); r != "1" || how.Lease == nil {
			t.Errorf("%+v", how)
		}
		p.has(t, "x", "1")
	})
}

// A caller who leaves says nothing about the store.
func TestCallersWhoLeave(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		p, _ := pair(t)
		p.store.Delay(300 * time.Millisecond)
		for range 20 {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if r := p.fetch(ctx, "x"); !errors.Is(r.Err, context.DeadlineExceeded) {
				t.Errorf("%+v", r)
			}
			cancel()
		}
		if s := p.link.Stats(); s.Errors != 0 || s.Open {
			t.Errorf("%+v", s)
		}
	})
}
