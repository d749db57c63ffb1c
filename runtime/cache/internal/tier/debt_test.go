package tier_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// changes are the ways to change what is known of x.
var changes = map[string]func(p *process) error{
	"Set": func(p *process) error {
		_, err := p.Set(context.Background(), "x", p.tags, p.room("new"))
		return err
	},
	"Delete": func(p *process) error { return p.Delete(context.Background(), "w", "x") },
	"Clear":  func(p *process) error { return p.Clear(context.Background()) },
	"Revoke": func(p *process) error {
		return p.link.Revoke(context.Background(), store.Rule{Text: "x", Prefix: true})
	},
	"Bump": func(p *process) error { return p.link.Bump(context.Background(), "org") },
}

// A change that fails is returned as an error, nobody in this process reads the old
// value, and the store has it when it is back, whatever way it failed.
func TestOwedChanges(t *testing.T) {
	faults := map[string]func(*cachetest.Store){
		"fails":       func(s *cachetest.Store) { s.Fail(errDown) },
		"no writing":  func(s *cachetest.Store) { s.Fail(errDown, "Set", "Delete", "Bump", "Revoke") },
		"slow":        func(s *cachetest.Store) { s.Delay(time.Minute) },
		"slow answer": func(s *cachetest.Store) { s.Delay(900 * time.Millisecond) },
		"no answer":   func(s *cachetest.Store) { s.LoseAnswers(errDown) },
	}
	for name, change := range changes {
		for fault, begin := range faults {
			inBubble(t, func(t *testing.T) {
				a, b := pair(t)
				a.tags, b.tags = []string{"org"}, []string{"org"}
				a.put(t, "x", "old")
				a.put(t, "other", "1")
				begin(a.store)
				if err := change(a); err == nil {
					t.Errorf("%s, %s: no error", name, fault)
				}
				for range 200 {
					if r := a.fetch(t.Context(), "x"); r.OK || r.Lease != nil {
						t.Fatalf("%s, %s: %+v %q", name, fault, r, r.Bytes)
					}
					time.Sleep(50 * time.Millisecond)
				}
				if n := a.link.Stats().Owed; n == 0 {
					t.Errorf("%s, %s: nothing is owed", name, fault)
				}
				a.store.Fail(nil)
				a.store.Delay(0)
				a.store.LoseAnswers(nil)
				time.Sleep(30 * time.Second)
				if s := a.link.Stats(); s.Owed != 0 || s.Repaid == 0 {
					t.Errorf("%s, %s: %+v", name, fault, s)
				}
				b.has(t, "x", "")
				a.has(t, "x", "")
				b.put(t, "x", "newer")
				time.Sleep(10 * time.Second)
				a.has(t, "x", "newer") // it is not removed again
			})
		}
	}
}

// What is owed is about nothing else.
func TestOwedChangesLeaveOthersAlone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		a.put(t, "other", "1")
		a.store.Fail(errDown, "Delete")
		if err := a.Delete(t.Context(), "x"); !errors.Is(err, errDown) {
			t.Fatal(err)
		}
		a.has(t, "other", "1")
		if r := a.fetch(t.Context(), "x"); !errors.Is(r.Err, tier.ErrOwed) {
			t.Errorf("%+v", r)
		}
	})
}

// A load that began before a change that failed does not fill the store.
func TestOwedChangesFenceLoads(t *testing.T) {
	for name, change := range changes {
		inBubble(t, func(t *testing.T) {
			a, b := pair(t)
			a.tags, b.tags = []string{"org"}, []string{"org"}
			r := a.fetch(t.Context(), "x")
			a.store.Fail(errDown, "Set", "Delete", "Bump", "Revoke")
			if err := change(a); err == nil {
				t.Errorf("%s: no error", name)
			}
			if o := r.Lease.Fill(t.Context(), a.room("old")); o.ID != 0 || o.Memory != 0 {
				t.Errorf("%s: %+v", name, o)
			}
			b.has(t, "x", "")
		})
	}
}

// The news that the store is back make up for what is owed at once.
func TestDebtsArePaidWhenTheStoreIsBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		a.store.Fail(errDown)
		a.store.Disconnect()
		if err := a.Delete(t.Context(), "x"); err == nil {
			t.Error("no error")
		}
		time.Sleep(time.Hour)
		tried := a.store.Calls()["Delete"]
		a.store.Fail(nil)
		a.store.Reconnect()
		synctest.Wait()
		if n := a.link.Stats().Owed; n != 0 {
			t.Errorf("%d changes are owed", n)
		}
		if tried > 1000 {
			t.Errorf("tried %d times in an hour", tried)
		}
	})
}

// Too many debts become few, which do more.
func TestTooManyDebts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		m := a.link.Join("g", "", a.news)
		for _, of := range []*tier.Member{a.Member, m} {
			if _, err := of.Set(t.Context(), "kept", nil, a.room("1")); err != nil {
				t.Fatal(err)
			}
		}
		a.store.Fail(errDown, "Delete", "Bump", "Revoke")
		for i := range 10_001 {
			if err := a.Delete(t.Context(), fmt.Sprint(i)); err == nil {
				t.Fatal("no error")
			}
		}
		if n := a.link.Stats().Owed; n != 1 {
			t.Errorf("%d changes are owed", n)
		}
		if r := a.fetch(t.Context(), "kept"); !errors.Is(r.Err, tier.ErrOwed) {
			t.Errorf("%+v", r)
		}
		if r := m.Look(t.Context(), tier.Query{Text: "kept"}); !r.OK {
			t.Errorf("the other function: %+v", r)
		}
		for i := range 10_001 {
			if err := a.link.Bump(t.Context(), fmt.Sprint(i)); err == nil {
				t.Fatal("no error")
			}
		}
		if r := m.Look(t.Context(), tier.Query{Text: "kept"}); !errors.Is(r.Err, tier.ErrOwed) {
			t.Errorf("the other function: %+v", r)
		}
		a.store.Fail(nil)
		time.Sleep(20 * time.Second)
		if s := a.link.Stats(); s.Owed != 0 {
			t.Errorf("%+v", s)
		}
		if _, revoked, _, _ := b.news.heard(); len(revoked) == 0 {
			t.Error("the other process was told nothing")
		}
		a.has(t, "kept", "")
	})
}

// A change that is made again while it is being made good is owed still.
func TestDebtsThatAreMadeAgain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		a.store.Fail(errDown, "Delete")
		remove := func() {
			if err := a.Delete(t.Context(), "x"); err == nil {
				t.Error("no error")
			}
		}
		remove()
		a.store.Fail(nil)
		a.store.Delay(400 * time.Millisecond)
		before := a.store.Calls()["Delete"]
		for a.store.Calls()["Delete"] == before {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(300 * time.Millisecond) // it is done, and not yet answered
		a.store.Delay(0)
		a.store.Fail(errDown, "Delete")
		remove()
		time.Sleep(time.Minute)
		if s := a.link.Stats(); s.Owed != 1 || s.Repaid != 1 {
			t.Errorf("%+v", s)
		}
	})
}
