package monitor_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

func newWires(t *testing.T, change func(*pool.Options[int])) *pool.Pool[int] {
	o := pool.Options[int]{Name: "log.pool", Max: 1, New: func(context.Context) (int, error) {
		time.Sleep(2 * time.Second)
		return 1, nil
	}}
	if change != nil {
		change(&o)
	}
	p := pool.New(o)
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func hold(t *testing.T, p *pool.Pool[int]) pool.Lease[int] {
	t.Helper()
	l, err := p.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const (
	acquired = "pool acquire pool=log.pool took=0s"
	released = "pool release pool=log.pool"
	waits    = "pool wait pool=log.pool before=0"
	created  = "pool create pool=log.pool took=2s"
)

func TestLogPools(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newWires(t, nil)
		_ = hold(t, p).Release() // which leaves it where no lock is needed to take it
		r := record(t, monitor.LogOnly("log.*"))
		_ = hold(t, p).Release()
		hold(t, p).Finish(nil)
		_ = p.With(t.Context(), func(context.Context, int) error { return nil })
		r.wants(t, acquired, released, acquired, released, acquired, released)
		l := hold(t, p)
		if _, err := p.TryAcquire(t.Context()); !errors.Is(err, pool.ErrBusy) {
			t.Error(err)
		}
		time.AfterFunc(time.Second, func() { _ = l.Release() })
		second := hold(t, p)
		synctest.Wait()
		got := r.take()
		if len(got) != 5 || got[0] != acquired || got[2] != waits || got[3] == got[4] {
			t.Errorf("%q", got)
		}
		for i, line := range map[int]string{3: released, 4: "pool acquire pool=log.pool took=1s"} {
			if got[i] != line && got[7-i] != line {
				t.Errorf("there is no %q among %q", line, got)
			}
		}
		_ = second.Discard()
		synctest.Wait()
		r.wants(t, released+" reason=discarded", "pool close pool=log.pool reason=discarded")
		if n := p.Stats().Acquired; n != 6 {
			t.Errorf("%d leases", n)
		}
	})
}

func TestLogCreation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newWires(t, func(o *pool.Options[int]) {
			o.Close = func(context.Context, int) error { return errBusy }
			o.MaxAge = time.Minute
		})
		r := record(t, monitor.LogOnly("log.*"))
		l := hold(t, p)
		synctest.Wait()
		if got := r.take(); len(got) != 3 || got[0] != waits || got[1] == got[2] ||
			got[1] != created && got[2] != created || got[1] != "pool acquire pool=log.pool took=2s" && got[2] != "pool acquire pool=log.pool took=2s" {
			t.Errorf("%q", got)
		}
		time.Sleep(time.Minute)
		_ = l.Release()
		synctest.Wait()
		r.wants(t, released+" reason=aged", "pool close pool=log.pool reason=aged error=busy")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := p.Acquire(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if got := r.take(); len(got) != 1 || got[0][:len("pool acquire pool=log.pool error=")] != "pool acquire pool=log.pool error=" {
			t.Errorf("%q", got)
		}
	})
}

// A pool that was made before, between or after, and one whose options are asked for late,
// have the same lines; after the end of the log there are none.
func TestLogPoolsOfAllTimes(t *testing.T) {
	quick := func(context.Context) (int, error) { return 1, nil }
	before := newWires(t, func(o *pool.Options[int]) { o.New = quick })
	_ = hold(t, before).Release()
	r := record(t, monitor.LogOnly("log.*"))
	after := newWires(t, func(o *pool.Options[int]) { o.New = quick })
	late := pool.NewFrom(lateWires{})
	defer late.Close(context.Background())
	for i, p := range []*pool.Pool[int]{before, after, late} {
		_ = hold(t, p).Release()
		_ = hold(t, p).Release()
		if n := r.count("pool acquire"); n != uint64(2*i+2) || r.count("pool release") != n {
			t.Errorf("pool %d: %q", i, r.take())
		}
	}
	monitor.LogEvents(nil)
	r.take()
	_ = hold(t, after).Release()
	r.wants(t)
}

type lateWires struct{}

func (lateWires) PoolOptions() pool.Options[int] {
	return pool.Options[int]{Name: "log.late", New: func(context.Context) (int, error) { return 1, nil }}
}

// Whoever waits gets its turn, in order, when the log is switched meanwhile.
func TestLogKeepsTheOrderOfWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newWires(t, func(o *pool.Options[int]) {
			o.Max, o.New = 1, func(context.Context) (int, error) { return 1, nil }
		})
		defer monitor.LogEvents(nil)
		on := slog.New(&recorder{level: slog.LevelDebug})
		toggle := func(i int) {
			if i%3 == 0 {
				monitor.LogEvents(on)
			} else {
				monitor.LogEvents(nil)
			}
		}
		held := hold(t, p)
		var got []int
		for i := range 30 {
			toggle(i)
			go func() {
				if err := p.With(t.Context(), func(context.Context, int) error {
					got = append(got, i)
					toggle(i)
					return nil
				}); err != nil {
					t.Error(err)
				}
			}()
			synctest.Wait()
		}
		if err := held.Release(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(got) != 30 || !slices.IsSorted(got) {
			t.Errorf("the order is %v", got)
		}
		if s := p.Stats(); s.Waiting != 0 || s.InUse != 0 || s.Open() != 1 {
			t.Errorf("%+v", s)
		}
	})
}
