package tier_test

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// The bound for a process that hears nothing and knows that.
func TestRulesWithoutNews(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "x", "1")
		b.store.Disconnect()
		if _, _, drops, _ := b.news.heard(); drops != 1 || b.link.Live() {
			t.Errorf("%d drops, live %v", drops, b.link.Live())
		}
		if r := b.fetch(t.Context(), "x"); !r.OK || r.Memory != tier.Brief {
			t.Errorf("%+v", r)
		}
		if err := a.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(250 * time.Millisecond)
		b.has(t, "x", "")
		if _, revoked, _, _ := b.news.heard(); len(revoked) != 1 {
			t.Errorf("rules %+v", revoked)
		}
		asked := b.store.Calls()["Revocations"]
		for range 50 {
			b.fetch(t.Context(), "x").Lease.Release(t.Context())
		}
		if n := b.store.Calls()["Revocations"] - asked; n != 0 {
			t.Errorf("asked %d times within no time", n)
		}
		b.store.Fail(errDown, "Revocations")
		time.Sleep(time.Second)
		if r := b.fetch(t.Context(), "x"); r.OK || r.Lease != nil || r.Err == nil {
			t.Errorf("without rules: %+v", r)
		}
		b.store.Fail(nil)
		b.store.Reconnect()
		if _, _, drops, _ := b.news.heard(); drops != 1 || !b.link.Live() {
			t.Errorf("%d drops, live %v", drops, b.link.Live())
		}
		if r := b.fetch(t.Context(), "x"); r.Lease == nil {
			t.Errorf("%+v", r)
		} else if o := r.Lease.Fill(t.Context(), b.room("2")); o.Memory != tier.Forever {
			t.Errorf("%+v", o)
		}
		a.has(t, "x", "2")
	})
}

// A store that lost everything has nothing that is old, and what it gets afterwards
// works.
func TestWipe(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		if err := a.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.put(t, "x", "1")
		a.store.Wipe()
		a.store.Disconnect()
		a.store.Reconnect()
		b.news.heard()
		a.has(t, "x", "")
		for _, p := range []*process{a, b, a} {
			if r, _ := p.load(t.Context(), "x", func() string { return "2" }); r != "2" {
				t.Errorf("%q", r)
			}
		}
		a.has(t, "x", "2")
		b.has(t, "x", "2")
	})
}

// forgetful gives epochs that begin anew after its first day.
type forgetful struct {
	store.Store
	anew *bool
}

func (f forgetful) Revocations(ctx context.Context) (store.Revocations, error) {
	if *f.anew {
		return store.Revocations{Epoch: 1}, nil
	}
	return f.Store.Revocations(ctx)
}

// TestEpochsBeginAnew: revocations are compared with what the store says now, not with
// the highest epoch that there ever was.
func TestEpochsBeginAnew(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		s := a.store.Join()
		anew := false
		b := join(t, s, func(of store.Store) store.Store { return forgetful{of, &anew} })
		for range 9 {
			if err := a.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		b.put(t, "x", "1")
		b.has(t, "x", "1")
		b.news.heard()
		anew = true
		s.Disconnect()
		s.Reconnect()
		b.news.heard()
		b.has(t, "x", "") // of an epoch that no longer is
		if _, _, drops, _ := b.news.heard(); drops == 0 {
			t.Error("memory was not told")
		}
		b.put(t, "x", "2")
		b.has(t, "x", "2")
	})
}
