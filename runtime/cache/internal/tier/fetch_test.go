package tier_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
)

func TestAHitIsOneGet(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "x", "result")
		before := b.store.Calls()
		r := b.fetch(t.Context(), "x")
		if !r.OK || string(r.Bytes) != "result" || r.Kind != tier.Present || r.ID == 0 || r.Memory != tier.Forever {
			t.Errorf("%+v", r)
		}
		after := b.store.Calls()
		if after["Get"] != before["Get"]+1 || after["Revocations"] != before["Revocations"] || after["Acquire"] != before["Acquire"] {
			t.Errorf("calls before %v, after %v", before, after)
		}
	})
}

// However many ask in however many processes, the source is asked once.
func TestOneLoadForAllProcesses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		var mu sync.Mutex
		loads := 0
		source := func() string {
			mu.Lock()
			loads++
			mu.Unlock()
			time.Sleep(20 * time.Second) // far longer than a lease that is not renewed
			return "result"
		}
		var wait sync.WaitGroup
		begun := time.Now()
		for range 10 {
			for _, p := range []*process{a, b} {
				wait.Go(func() {
					if r, _ := p.load(t.Context(), "x", source); r != "result" {
						t.Errorf("%q", r)
					}
				})
			}
		}
		wait.Wait()
		if loads != 1 {
			t.Errorf("%d loads", loads)
		}
		if d := time.Since(begun); d != 20*time.Second {
			t.Errorf("the last had it after %v", d) // woken, not by a question
		}
	})
}

func TestWaitersAreWokenByRelease(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		first := a.fetch(t.Context(), "x")
		begun := time.Now()
		time.AfterFunc(2500*time.Millisecond, func() { first.Lease.Release(t.Context()) })
		second := b.fetch(t.Context(), "x")
		if second.Lease == nil || !second.Waited || time.Since(begun) != 2500*time.Millisecond {
			t.Errorf("%+v after %v", second, time.Since(begun))
		}
		second.Lease.Release(t.Context())
	})
}

// Without news, waiters ask.
func TestWaitersAskWhileNewsAreMissed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		b.store.Mute()
		first := a.fetch(t.Context(), "x")
		time.AfterFunc(5*time.Second, func() { first.Lease.Fill(t.Context(), a.room("result")) })
		begun := time.Now()
		if r := b.fetch(t.Context(), "x"); string(r.Bytes) != "result" || time.Since(begun) > 6*time.Second {
			t.Errorf("%+v after %v", r, time.Since(begun))
		}
		if n := b.store.Calls()["Acquire"]; n > 20 {
			t.Errorf("%d questions in 5 s", n)
		}
	})
}

// A holder that dies costs the lease time.
func TestTheHolderDies(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		first := a.fetch(t.Context(), "x")
		time.Sleep(10500 * time.Millisecond) // renewed all the time, for the last time at 10 s
		if first.Lease.Lost() {
			t.Fatal("lost in spite of renewal")
		}
		a.store.Fail(errDown, "Extend", "Release", "Fill")
		begun := time.Now()
		r, how := b.load(t.Context(), "x", func() string { return "second" })
		if how.Lease == nil || r != "second" || time.Since(begun) > 2505*time.Millisecond {
			t.Errorf("%+v after %v", how, time.Since(begun))
		}
		// It was only paused, and comes back.
		if !first.Lease.Lost() {
			t.Error("not lost")
		}
		a.store.Fail(nil)
		if o := first.Lease.Fill(t.Context(), a.room("first")); o.ID != 0 || o.Memory != 0 || o.Err != nil {
			t.Errorf("%+v", o)
		}
		b.has(t, "x", "second")
	})
}

func TestTheWaitIsBounded(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		first := a.fetch(t.Context(), "x")
		defer first.Lease.Release(t.Context())
		begun := time.Now()
		if r := b.fetch(t.Context(), "x"); !errors.Is(r.Err, tier.ErrWaited) || time.Since(begun) != 30*time.Second {
			t.Errorf("%+v after %v", r, time.Since(begun))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun = time.Now()
		if r := b.fetch(ctx, "x"); !errors.Is(r.Err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
			t.Errorf("%+v after %v", r, time.Since(begun))
		}
		if s := b.link.Stats(); s.Errors != 0 || s.Waits != 2 {
			t.Errorf("%+v", s)
		}
	})
}

func TestAges(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		w := a.room("old")
		w.Keep = tier.Lifetime(ttl, ttl)
		w.Load = 3 * time.Second
		if _, err := a.Set(t.Context(), "x", nil, w); err != nil {
			t.Fatal(err)
		}
		time.Sleep(ttl - time.Second)
		if r := b.fetch(t.Context(), "x"); !r.OK || r.Age != ttl-time.Second || r.Load != 3*time.Second {
			t.Errorf("%+v", r)
		}
		b.news.stale = ttl
		time.Sleep(time.Second)
		var stale []string
		r := b.Fetch(t.Context(), tier.Query{Text: "x", Stale: func(v tier.Value) { stale = append(stale, string(v.Bytes)) }})
		if r.OK || r.Lease == nil || !slices.Equal(stale, []string{"old"}) {
			t.Errorf("%+v, stale %q", r, stale)
		}
		r.Lease.Fill(t.Context(), b.room("new"))
		a.has(t, "x", "new")
	})
}

// A value of its own ttl has that, and one that is not wanted is loaded anew, unless
// another process has done so.
func TestNot(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		a.put(t, "x", "1")
		id := a.fetch(t.Context(), "x").ID
		r := a.Fetch(t.Context(), tier.Query{Text: "x", Not: id})
		if r.Lease == nil {
			t.Fatalf("%+v", r)
		}
		go func() {
			time.Sleep(time.Second)
			r.Lease.Fill(t.Context(), a.room("2"))
		}()
		if r := b.Fetch(t.Context(), tier.Query{Text: "x", Not: id}); !r.OK || string(r.Bytes) != "2" || r.ID == id {
			t.Errorf("%+v", r)
		}
		b.has(t, "x", "2")
	})
}

func TestAbsence(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, b := pair(t)
		r := a.fetch(t.Context(), "x")
		r.Lease.Fill(t.Context(), tier.Write{Bytes: tier.Room(0), Kind: tier.Absent, TTL: 5 * time.Second, Keep: 5 * time.Second})
		if r := b.fetch(t.Context(), "x"); !r.OK || r.Kind != tier.Absent || len(r.Bytes) != 0 || r.TTL != 5*time.Second {
			t.Errorf("%+v", r)
		}
		time.Sleep(5 * time.Second)
		b.has(t, "x", "")
	})
}
