package tier_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Bytes that are none of ours, or cut off, are a miss, and are replaced.
func TestGarbage(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		for _, garbage := range []string{"x", "a value of somebody else who uses the same namespace, which is long", "\xb1\x01 too short"} {
			if err := a.store.Set(t.Context(), "example.com/a.Get:1f:x", []byte(garbage), ttl); err != nil {
				t.Fatal(err)
			}
			if r, how := a.load(t.Context(), "x", func() string { return "good" }); r != "good" || how.Lease == nil {
				t.Errorf("%q: %+v", garbage, how)
			}
			a.has(t, "x", "good")
		}
		if err := a.store.Set(t.Context(), "example.com/a.Get:1f:x", nil, ttl); err != nil {
			t.Fatal(err)
		}
		if r := a.fetch(t.Context(), "x"); r.Err == nil {
			t.Errorf("%+v", r)
		}
	})
}

// The keys of two fingerprints, functions and texts never meet.
func TestKeysDoNotMeet(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		others := []*tier.Member{
			a.link.Join("example.com/a.Get", "2f", a.news), a.link.Join("example.com/a.Get:1f", "", a.news),
			a.link.Join("example.com/a", ".Get:1f", a.news),
		}
		a.put(t, "{x}", "1")
		for _, m := range others {
			for _, text := range []string{"{x}", `\(x\)`, "x", "1f:{x}"} {
				if r := m.Look(t.Context(), tier.Query{Text: text}); r.OK || r.Err != nil {
					t.Errorf("%+v", r)
				}
			}
		}
		a.has(t, "{x}", "1")
	})
}

func TestTooManyTags(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		a.tags = make([]string, tier.MaxTags+1)
		if r := a.fetch(t.Context(), "x"); r.Err == nil {
			t.Errorf("%+v", r)
		}
		if _, err := a.Set(t.Context(), "x", a.tags, a.room("x")); err == nil {
			t.Error("stored")
		}
	})
}

// liar returns what it was told not to.
type liar struct{ store.Store }

func (l liar) Get(context.Context, []string, []string) ([][]byte, []uint64, error) {
	return nil, []uint64{1, 2}, nil
}

type stubborn struct{ store.Store }

func (l stubborn) Acquire(context.Context, string, []byte, string, time.Duration) (store.Grant, error) {
	return store.Grant{Value: []byte("garbage")}, nil
}

// A store that does not keep its promises does no harm.
func TestBrokenStores(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		for _, s := range []store.Store{liar{a.store}, stubborn{b.store}} {
			l := tier.New(tier.Config{Store: s, Logger: quiet})
			m := l.Join("f", "", a.news)
			if r := m.Fetch(t.Context(), tier.Query{Text: "x"}); r.OK || r.Lease != nil || r.Err == nil {
				t.Errorf("%+v", r)
			}
			if err := l.Close(t.Context()); err != nil {
				t.Error(err)
			}
			synctest.Wait()
		}
	})
}
