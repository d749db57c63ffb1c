package tier_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func TestOthersAreTold(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "{x}", "1")
		if err := a.Delete(t.Context(), "y", `z\`); err != nil {
			t.Fatal(err)
		}
		if err := a.link.Bump(t.Context(), "org:{7}"); err != nil {
			t.Fatal(err)
		}
		rule := store.Rule{Text: "user:", Prefix: true}
		if err := a.link.Revoke(t.Context(), rule); err != nil {
			t.Fatal(err)
		}
		if err := a.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		changed, revoked, drops, bumped := b.news.heard()
		if !slices.Equal(changed, []string{"{x}", "y", `z\`}) || drops != 0 || !slices.Equal(bumped, []string{"org:{7}"}) {
			t.Errorf("heard %q, %d drops, tags %q", changed, drops, bumped)
		}
		if !slices.Equal(revoked, []store.Rule{rule, {Function: "example.com/a.Get"}}) {
			t.Errorf("rules %+v", revoked)
		}
		// Who did it knows.
		if changed, revoked, _, _ := a.news.heard(); changed != nil || revoked != nil {
			t.Errorf("own: %q, %+v", changed, revoked)
		}
	})
}

// Two caches of one process that have the same keys hear of each other, and not after
// they have left.
func TestMembersOfOneProcess(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, _ := pair(t)
		other, older, gone := &news{}, &news{}, &news{}
		m := a.link.Join("example.com/a.Get", "1f", other)
		a.link.Join("example.com/a.Get", "1f", gone).Leave()
		a.link.Join("example.com/a.Get", "2f", older)
		a.link.Join("example.com/a.GetAll", "1f", gone)
		a.put(t, "x", "1")
		if err := m.Delete(t.Context(), "x"); err != nil {
			t.Fatal(err)
		}
		if changed, _, _, _ := other.heard(); !slices.Equal(changed, []string{"x"}) {
			t.Errorf("the second heard %q", changed)
		}
		if changed, _, _, _ := a.news.heard(); !slices.Equal(changed, []string{"x"}) {
			t.Errorf("the first heard %q", changed)
		}
		if changed, _, _, _ := older.heard(); !slices.Equal(changed, []string{"x", "x"}) {
			t.Errorf("the one with another shape heard %q", changed)
		}
		if changed, _, _, _ := gone.heard(); changed != nil {
			t.Errorf("another heard %q", changed)
		}
	})
}

// A change during a load keeps its result out of the store, whatever the change was.
func TestChangesFenceLoads(t *testing.T) {
	changes := map[string]func(p *process) error{
		"Delete": func(p *process) error { return p.Delete(context.Background(), "x") },
		"Clear":  func(p *process) error { return p.Clear(context.Background()) },
		"Revoke": func(p *process) error { return p.link.Revoke(context.Background(), store.Rule{Text: "x"}) },
		"prefix": func(p *process) error { return p.link.Revoke(context.Background(), store.Rule{Prefix: true}) },
		"Bump":   func(p *process) error { return p.link.Bump(context.Background(), "other", "org") },
	}
	for name, change := range changes {
		for _, own := range []bool{false, true} {
			inBubble(t, func(t *testing.T) {
				a, b := pair(t)
				a.tags, b.tags = []string{"all", "org"}, []string{"all", "org"}
				by := b
				if own {
					by = a
				}
				r := a.fetch(t.Context(), "x")
				if err := change(by); err != nil {
					t.Fatal(err)
				}
				a.news.heard()
				o := r.Lease.Fill(t.Context(), a.room("old"))
				if name != "Bump" && (o.ID != 0 && o.Epoch > 0 || own && o.Memory != 0) {
					t.Errorf("%s: %+v", name, o)
				}
				a.has(t, "x", "")
				b.has(t, "x", "")
				// What is loaded afterwards is good.
				if r, _ := b.load(t.Context(), "x", func() string { return "new" }); r != "new" {
					t.Errorf("%s: %q", name, r)
				}
				a.has(t, "x", "new")
			})
		}
	}
}

// A Set during a load is not overwritten by it.
func TestSetFencesLoads(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		r := a.fetch(t.Context(), "x")
		b.put(t, "x", "set")
		time.Sleep(1100 * time.Millisecond) // it has tried to renew the lease
		if !r.Lease.Lost() {
			t.Error("not lost")
		}
		if o := r.Lease.Fill(t.Context(), a.room("old")); o.ID != 0 || o.Memory != 0 {
			t.Errorf("%+v", o)
		}
		a.has(t, "x", "set")
	})
}

// A rule that another process makes while the news are late is not known: what is
// written meanwhile counts as revoked, so nothing old is taken for good.
func TestLateNewsOfRules(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.store.DelayEvents(10 * time.Second)
		r := a.fetch(t.Context(), "x")
		if err := b.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		if o := r.Lease.Fill(t.Context(), a.room("old")); o.ID == 0 {
			t.Fatalf("%+v", o) // a cannot know
		}
		b.has(t, "x", "")
		// What b writes tells a that there is something that it has not heard of.
		b.put(t, "y", "1")
		a.has(t, "y", "1")
		a.has(t, "x", "")
	})
}
