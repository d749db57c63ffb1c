package tier_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
)

// end ends a process.
func (p *process) end(t *testing.T) {
	t.Helper()
	if err := p.link.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// Two calls of Close do not keep each other from ending.
func TestCloseTwiceAtOnce(t *testing.T) {
	for range 50 {
		inBubble(t, func(t *testing.T) {
			a, _ := pair(t)
			a.store.Delay(100 * time.Millisecond)
			var wait sync.WaitGroup
			for i := range 64 {
				wait.Go(func() { _ = a.Delete(context.Background(), strconv.Itoa(i)) })
			}
			time.Sleep(time.Millisecond)
			for range 4 {
				wait.Go(func() { a.end(t) })
			}
			wait.Wait()
		})
	}
}

// Replace gets the lease whatever there is, and its Fill tells all.
func TestReplace(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "x", "old")
		held := a.fetch(t.Context(), "busy")
		b.news.heard()
		for _, text := range []string{"x", "busy", "none"} {
			r := b.Replace(t.Context(), tier.Query{Text: text})
			if r.Lease == nil || r.OK {
				t.Fatalf("%+v", r)
			}
			a.news.heard()
			if out := r.Lease.Fill(t.Context(), b.room("new")); out.ID == 0 || out.Err != nil {
				t.Errorf("%s: %+v", text, out)
			}
			if changed, _, _, _ := a.news.heard(); len(changed) != 1 || changed[0] != text {
				t.Errorf("%s: the other heard %q", text, changed)
			}
			a.has(t, text, "new")
		}
		if out := held.Lease.Fill(t.Context(), a.room("older")); out.ID != 0 {
			t.Errorf("%+v", out)
		}
		a.has(t, "busy", "new")
		r := b.Replace(t.Context(), tier.Query{Text: "x"})
		a.remove(t, "x")
		if out := r.Lease.Fill(t.Context(), b.room("older")); out.ID != 0 || out.Memory != 0 {
			t.Errorf("%+v", out)
		}
		a.has(t, "x", "")
	})
}
