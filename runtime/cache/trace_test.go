package cache_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func wantSteps(t *testing.T, l *cache.TraceLog, want ...string) {
	t.Helper()
	var got []string
	for _, s := range l.Steps() {
		got = append(got, s.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("steps %q, want %q", got, want)
	}
	last, ok := l.Last()
	if l.Len() != len(want) || ok != (len(want) > 0) || ok && last.String() != want[len(want)-1] {
		t.Errorf("%d steps, the last is %v, %v", l.Len(), last, ok)
	}
}

func TestTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManager(t)
		inner := newCache(t, cache.Options[int, int]{Name: "inner", Manager: m})
		outer := newCache(t, cache.Options[int, int]{Name: "outer", Manager: m})
		one := func(context.Context, int) (int, error) { return 1, nil }
		two := func(context.Context, int) int { return 2 }
		ctx, log := cache.Trace(t.Context())
		wantSteps(t, log)
		_, _ = outer.Load(ctx, 1, func(ctx context.Context, k int) (int, error) { return inner.Load(ctx, k, one) })
		_, _ = outer.Load(t.Context(), 1, one) // of no trace
		time.Sleep(3 * time.Second)
		_, _ = outer.Load(ctx, 1, one)
		_, _ = outer.Find(ctx, 1)
		_, _ = outer.Find(ctx, 2) // a Load follows
		_, _ = outer.Load(cache.Bypass(ctx), 1, one)
		tx, done := cache.Tx(ctx)
		_ = outer.LoadValue(tx, 1, two)
		_, _ = outer.Refresh(tx, 1, one)
		_ = done(nil)
		_, _ = outer.Find(tx, 1)
		_ = outer.LoadValue(tx, 1, two)
		_ = outer.LoadValue(ctx, 1, two)
		_, _ = outer.Refresh(ctx, 1, one)
		_, _ = outer.Load(ctx, 3, func(context.Context, int) (int, error) { return 0, errLoad })
		wantSteps(t, log,
			"inner: loaded", "outer: loaded", "outer: memory, 3s old", "outer: memory, 3s old",
			"outer: bypassed", "outer: bypassed", "outer: bypassed",
			"outer: loaded", "outer: memory", "outer: loaded", "outer: loaded")
	})
}

func TestTraceOfWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, cache.Options[int, int]{})
		g := newGate()
		ctx, first := cache.Trace(t.Context())
		again, second := cache.Trace(ctx)
		leads := start(func() (int, error) { return c.Load(ctx, 1, g.load) })
		synctest.Wait()
		waits := start(func() (int, error) { return c.Load(again, 1, g.load) })
		short, cancel := context.WithTimeout(again, time.Second)
		defer cancel()
		_, _ = c.Load(short, 1, g.load)
		close(g.opened)
		<-leads
		<-waits
		wantSteps(t, first, "test.get: loaded")
		wantSteps(t, second, "test.get: joined", "test.get: joined")
	})
}

// What a closed manager's caches do is load.
func TestTraceClosed(t *testing.T) {
	m := newManager(t)
	c := newCache(t, cache.Options[int, int]{Manager: m})
	_ = m.Close(t.Context())
	ctx, log := cache.Trace(t.Context())
	_, _ = c.Load(ctx, 1, func(context.Context, int) (int, error) { return 1, nil })
	wantSteps(t, log, "test.get: loaded")
}

func TestTraceIsBounded(t *testing.T) {
	c := newCache(t, cache.Options[int, int]{Name: "old"})
	d := newCache(t, cache.Options[int, int]{Name: "new"})
	one := func(context.Context, int) (int, error) { return 1, nil }
	ctx, log := cache.Trace(t.Context())
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range cache.MaxTraceSteps / 4 {
				_, _ = c.Load(cache.Bypass(ctx), 1, one)
				_, _ = log.Last()
			}
		})
	}
	wait.Wait()
	for range 10 {
		_, _ = d.Load(cache.Bypass(ctx), 1, one)
	}
	steps := log.Steps()
	if len(steps) != cache.MaxTraceSteps || log.Len() != cache.MaxTraceSteps+10 {
		t.Fatalf("%d steps of %d", len(steps), log.Len())
	}
	if steps[len(steps)-11].Func != "old" || steps[len(steps)-10].Func != "new" {
		t.Error("the steps are out of order")
	}
	if last, _ := log.Last(); last.Func != "new" || last.Source != cache.SourceBypassed {
		t.Errorf("Last = %v", last)
	}
}

func TestSourceNames(t *testing.T) {
	for s, want := range map[cache.Source]string{cache.SourceMemory: "memory", cache.SourceBypassed: "bypassed", 0: "unknown", 99: "unknown", -1: "unknown"} {
		if got := s.String(); got != want {
			t.Errorf("%d is %q, want %q", int(s), got, want)
		}
	}
}
