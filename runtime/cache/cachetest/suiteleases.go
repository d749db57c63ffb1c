package cachetest

import (
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func leaseCases() []storeCase {
	return []storeCase{
		{"acquire returns values", testAcquireValue},
		{"acquire does not return what was seen", testAcquireSeen},
		{"one process has the lease", testLease},
		{"leases expire", testLeaseExpiry},
		{"leases are extended", testExtend},
		{"fill needs the lease", testFill},
		{"fill after the lease is lost", testFillLost},
		{"release", testRelease},
	}
}

func testAcquireValue(t testing.TB, a, b store.Store) {
	must(t, a.Set(t.Context(), "suite:v1:there", []byte("value"), long))
	for _, seen := range []string{"", "x", "valuf", "value and more", "alue"} {
		g, err := b.Acquire(t.Context(), "suite:v1:there", []byte(seen), "there", long)
		must(t, err)
		if string(g.Value) != "value" || g.Leased {
			t.Errorf("Acquire with seen %q = %+v, want the value", seen, g)
		}
	}
	must(t, a.Set(t.Context(), "suite:v1:there", []byte{}, long))
	g, err := b.Acquire(t.Context(), "suite:v1:there", nil, "there", long)
	must(t, err)
	if g.Value == nil || len(g.Value) != 0 || g.Leased {
		t.Errorf("Acquire = %+v, want an empty value", g)
	}
}

func testAcquireSeen(t testing.TB, a, b store.Store) {
	const key = "suite:v1:seen"
	for i, seen := range []string{"v", "value", "\x00\xff"} {
		must(t, a.Set(t.Context(), key, []byte(seen+map[bool]string{true: "", false: "alue"}[i == 1]), long))
		g, err := a.Acquire(t.Context(), key, []byte(seen), "seen", long)
		must(t, err)
		if !g.Leased || g.Value != nil {
			t.Fatalf("Acquire with seen %q = %+v, want a lease", seen, g)
		}
		g, err = b.Acquire(t.Context(), key, []byte(seen), "other", long)
		must(t, err)
		if g.Leased || g.Value != nil || g.Wait <= 0 {
			t.Fatalf("the other's Acquire with seen %q = %+v, want to wait", seen, g)
		}
		g, err = b.Acquire(t.Context(), key, nil, "other", long)
		must(t, err)
		if g.Leased || g.Value == nil {
			t.Fatalf("the other's Acquire with nothing seen = %+v, want the value", g)
		}
	}
	fill(t, a, key, "seen", []byte("new"), true)
	want(t, b, key, []byte("new"))
}

func testLease(t testing.TB, a, b store.Store) {
	const key = "suite:v1:lease"
	must(t, a.Delete(t.Context(), key))
	acquire(t, a, key, "lease1", time.Minute)
	for _, s := range []store.Store{a, b} {
		g, err := s.Acquire(t.Context(), key, nil, "lease2", long)
		must(t, err)
		if g.Leased || g.Value != nil || g.Wait <= 0 || g.Wait > time.Minute {
			t.Fatalf("Acquire = %+v, want to wait for at most a minute", g)
		}
	}
	want(t, b, key, nil)
	must(t, b.Delete(t.Context(), "suite:v1:lease "))
	acquire(t, b, "suite:v1:lease ", "lease3", time.Minute)
	must(t, a.Release(t.Context(), key, "lease1"))
	acquire(t, b, key, "lease4", time.Minute)
	refused(t, a, key, "lease5")
}

func testLeaseExpiry(t testing.TB, a, b store.Store) {
	const key = "suite:v1:expire"
	must(t, a.Delete(t.Context(), key))
	acquire(t, a, key, "expire1", 50*time.Millisecond)
	eventually(t, "a lease is free after its time", func() bool {
		g, err := b.Acquire(t.Context(), key, nil, "expire2", long)
		must(t, err)
		return g.Leased
	})
	held, err := a.Extend(t.Context(), key, "expire1", long)
	must(t, err)
	if held {
		t.Error("an expired lease was extended")
	}
	must(t, a.Release(t.Context(), key, "expire1"))
	refused(t, a, key, "expire3")
	fill(t, a, key, "expire1", []byte("late"), false)
	want(t, a, key, nil)
	fill(t, b, key, "expire2", []byte("good"), true)
	want(t, a, key, []byte("good"))
}

func testExtend(t testing.TB, a, b store.Store) {
	const key = "suite:v1:extend"
	must(t, a.Delete(t.Context(), key))
	const short = 300 * time.Millisecond
	began := time.Now()
	acquire(t, a, key, "extend1", short)
	held, err := a.Extend(t.Context(), key, "extend1", long)
	must(t, err)
	if !held && time.Since(began) < short {
		t.Fatal("a lease that is held was not extended")
	}
	if !held {
		acquire(t, a, key, "extend1", long) // the machine was too slow
	}
	held, err = b.Extend(t.Context(), key, "extend2", long)
	must(t, err)
	if held {
		t.Error("the lease of another was extended")
	}
	time.Sleep(time.Until(began.Add(short + short/2)))
	refused(t, b, key, "extend3")
	held, err = a.Extend(t.Context(), key, "extend1", 20*time.Millisecond)
	must(t, err)
	if !held {
		t.Error("a lease was lost that had been extended")
	}
	eventually(t, "the time of a lease was set anew", func() bool {
		g, err := b.Acquire(t.Context(), key, nil, "extend4", long)
		must(t, err)
		return g.Leased
	})
	held, err = a.Extend(t.Context(), "suite:v1:never", "extend1", long)
	must(t, err)
	if held {
		t.Error("a lease was extended that nobody took")
	}
}

func testFill(t testing.TB, a, b store.Store) {
	const key = "suite:v1:fill"
	must(t, a.Delete(t.Context(), key))
	fill(t, a, key, "fill0", []byte("none"), false)
	want(t, a, key, nil)
	acquire(t, a, key, "fill1", long)
	fill(t, b, key, "fill2", []byte("foreign"), false)
	want(t, a, key, nil)
	fill(t, a, key, "fill1", []byte("one"), true)
	want(t, b, key, []byte("one"))
	fill(t, a, key, "fill1", []byte("again"), false)
	want(t, b, key, []byte("one"))
}

func testFillLost(t testing.TB, a, b store.Store) {
	const key = "suite:v1:lost"
	must(t, a.Delete(t.Context(), key))
	acquire(t, a, key, "lost1", long)
	must(t, b.Delete(t.Context(), "suite:v1:else", key))
	fill(t, a, key, "lost1", []byte("old"), false)
	want(t, b, key, nil)

	acquire(t, a, key, "lost2", long)
	must(t, b.Set(t.Context(), key, []byte("set"), long))
	fill(t, a, key, "lost2", []byte("old"), false)
	want(t, a, key, []byte("set"))

	g, err := a.Acquire(t.Context(), key, []byte("set"), "lost3", long)
	must(t, err)
	if !g.Leased {
		t.Fatalf("Acquire = %+v, want a lease", g)
	}
	must(t, a.Delete(t.Context(), key))
	acquire(t, b, key, "lost4", long)
	fill(t, a, key, "lost3", []byte("old"), false)
	want(t, a, key, nil)
	fill(t, b, key, "lost4", []byte("new"), true)
	want(t, a, key, []byte("new"))
}

func testRelease(t testing.TB, a, b store.Store) {
	const key = "suite:v1:release"
	must(t, a.Delete(t.Context(), key))
	acquire(t, a, key, "release1", long)
	must(t, b.Release(t.Context(), key, "release2"))
	refused(t, b, key, "release3")
	must(t, a.Release(t.Context(), key, "release1"))
	want(t, a, key, nil)
	acquire(t, b, key, "release4", long)
	must(t, a.Release(t.Context(), key, "release1"))
	fill(t, b, key, "release4", []byte("value"), true)
	must(t, a.Release(t.Context(), "suite:v1:never", "release1"))
	want(t, a, key, []byte("value"))
}
