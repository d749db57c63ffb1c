package pool_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func TestResize(t *testing.T) {
	inBubble(t, func(_ *site, o *pool.Options[*conn]) { o.Max = 4 }, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		var leases []pool.Lease[*conn]
		for range 4 {
			leases = append(leases, acquire(t, p))
		}
		must(t, leases[0].Release())
		must(t, p.Resize(0, 2)) // closes the idle one
		if got := s.reasons(); !slices.Equal(got, []pool.Reason{pool.Surplus}) {
			t.Errorf("%v", got)
		}
		must(t, leases[1].Release()) // is closed as well
		must(t, leases[2].Release()) // stays
		if st := p.Stats(); st.ClosedBy[pool.Surplus] != 2 || st.Idle != 1 || st.InUse != 1 {
			synctest.Wait()
			t.Errorf("%+v", p.Stats())
		}
		must(t, p.Start(t.Context()))
		must(t, p.Resize(3, 3))
		synctest.Wait()
		if st := p.Stats(); st.Idle != 2 || st.Min != 3 {
			t.Errorf("%+v", st)
		}
		must(t, leases[3].Release())
		for _, bad := range [][2]int{{-1, 1}, {2, 1}, {0, 0}} {
			if err := p.Resize(bad[0], bad[1]); err == nil || p.Stats().Max != 3 {
				t.Errorf("%v: %v", bad, err)
			}
		}
	})
}

func TestResizeServesWaiters(t *testing.T) {
	inBubble(t, one, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		l := acquire(t, p)
		wait := later(func() error { return once(p, t.Context()) })
		synctest.Wait()
		must(t, p.Resize(0, 2))
		must(t, wait())
		must(t, l.Release())
	})
}

func TestSuspend(t *testing.T) {
	inBubble(t, one, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		l := acquire(t, p)
		p.Suspend()
		quiet := later(func() error { return p.Quiet(t.Context()) })
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantIs(t, p.Quiet(short), context.DeadlineExceeded)
		must(t, l.Release())
		must(t, quiet())
		wait := later(func() error { return once(p, t.Context()) })
		synctest.Wait()
		wantIs(t, second(p.TryAcquire(t.Context())), pool.ErrBusy)
		p.Reset() // as for a server that was replaced
		if n := len(s.reasons()); n != 1 || p.Stats().Open() != 0 || !p.Stats().Suspended {
			t.Errorf("%d closed, %+v", n, p.Stats())
		}
		time.Sleep(time.Second)
		p.Resume()
		p.Resume()
		must(t, wait())
		p.Suspend()
		wantIs(t, once(p, t.Context()), pool.ErrTimeout)
		p.Resume()
		must(t, once(p, t.Context()))
		if !pool.Hot(p) {
			t.Error("something is left that makes the pool slow")
		}
	})
}

func TestReset(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		a, b := acquire(t, p), acquire(t, p)
		must(t, a.Release())
		s.do(func() { s.slow = time.Second })
		a = acquire(t, p)
		made := later(func() pool.Lease[*conn] { return acquire(t, p) }) // is being created
		synctest.Wait()
		p.Reset()
		if n := len(s.reasons()); n != 0 {
			t.Errorf("%d closed", n)
		}
		must(t, a.Release())
		must(t, b.Release())
		l := made()
		if got := s.reasons(); len(got) != 3 || got[0] != pool.Outdated || l.Value().id != 4 {
			t.Errorf("%v, got %d", got, l.Value().id)
		}
		must(t, l.Release())
	})
}

func TestClose(t *testing.T) {
	inBubble(t, func(s *site, o *pool.Options[*conn]) { o.Max, o.MaxAge = 2, time.Hour }, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		must(t, p.Start(t.Context()))
		a := acquire(t, p)
		s.do(func() { s.slow = time.Hour })
		waits := []func() error{later(func() error { return once(p, t.Context()) }), later(func() error { return once(p, t.Context()) })}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		err := p.Close(ctx)
		wantIs(t, err, context.DeadlineExceeded)
		if d := time.Since(begin); d != time.Second {
			t.Errorf("%v after %v", err, d)
		}
		for _, wait := range waits {
			wantIs(t, wait(), pool.ErrClosed)
		}
		if n := p.Stats().Constructing; n != 0 {
			t.Errorf("%d creations were not cancelled", n)
		}
		wantIs(t, once(p, t.Context()), pool.ErrClosed)
		wantIs(t, p.Start(t.Context()), pool.ErrClosed)
		begin = time.Now()
		wantIs(t, p.Close(context.Background()), context.DeadlineExceeded)
		if d := time.Since(begin); d != pool.DefaultDrainTimeout {
			t.Errorf("%v after %v", err, d)
		}
		drained := later(func() error { return p.Close(t.Context()) })
		synctest.Wait()
		must(t, a.Release())
		must(t, drained())
		if !s.made[0].closed || !p.Stats().Stopped {
			t.Errorf("%+v", p.Stats())
		}
	})
}

type factory struct{ asked *int }

func (f factory) PoolOptions() pool.Options[int] {
	*f.asked++
	return pool.Options[int]{Name: "late", New: func(context.Context) (int, error) { return 7, nil }}
}

func TestNewFrom(t *testing.T) {
	var asked int
	p := pool.NewFrom[int](factory{&asked})
	q := pool.NewFrom[int](factory{&asked})
	must(t, q.Close(t.Context()))
	wantIs(t, second(q.Acquire(t.Context())), pool.ErrClosed)
	if asked != 0 {
		t.Error("asked before it was used")
	}
	for range 2 {
		must(t, p.With(t.Context(), func(_ context.Context, n int) error {
			if n != 7 || asked != 1 || p.Name() != "late" {
				return errors.New("wrong")
			}
			return nil
		}))
	}
	must(t, p.Close(t.Context()))
}
