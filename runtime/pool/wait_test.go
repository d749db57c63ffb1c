package pool_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func one(_ *site, o *pool.Options[*conn]) { o.Max = 1 }

func TestAcquireTimeout(t *testing.T) {
	inBubble(t, one, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		held := acquire(t, p)
		begin := time.Now()
		_, err := p.Acquire(t.Context())
		if d := time.Since(begin); d != pool.DefaultAcquireTimeout {
			t.Errorf("waited %v", d)
		}
		wantIs(t, err, pool.ErrTimeout)
		e, ok := errors.AsType[*pool.AcquireError](err)
		if !ok || !e.Timeout() || e.Creation != nil || e.InUse != 1 || e.Max != 1 || e.Waited != pool.DefaultAcquireTimeout {
			t.Errorf("%+v", e)
		}
		const text = `pool "test": no resource after 30s (1 of 1 in use, 0 waiting): the acquire timeout has passed`
		if err.Error() != text {
			t.Errorf("%v", err)
		}
		must(t, held.Release())
	})
}

func TestAcquireContext(t *testing.T) {
	inBubble(t, one, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		held := acquire(t, p)
		cause := errors.New("cause")
		ctx, cancel := context.WithCancelCause(t.Context())
		wait := later(func() error { return second(p.Acquire(ctx)) })
		synctest.Wait()
		cancel(cause)
		err := wait()
		wantIs(t, err, cause)
		wantIs(t, err, context.Canceled)
		wantIs(t, second(p.Acquire(ctx)), cause)
		wantIs(t, second(p.TryAcquire(ctx)), cause)
		short, cancelShort := context.WithTimeout(t.Context(), time.Second)
		defer cancelShort()
		err = second(p.Acquire(short))
		wantIs(t, err, context.DeadlineExceeded)
		if e, ok := errors.AsType[*pool.AcquireError](err); !ok || !e.Timeout() {
			t.Errorf("%v", err)
		}
		must(t, held.Release())
		if st := p.Stats(); st.Canceled != 4 || st.Timeouts != 0 || st.Waiting != 0 || st.Idle != 1 {
			t.Errorf("%+v", st)
		}
	})
}

// A resource that is handed to a waiter in the moment in which it gives up goes to the
// next one.
func TestCanceledWaiterPassesOn(t *testing.T) {
	for range 200 {
		inBubble(t, one, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
			held := acquire(t, p)
			ctx, cancel := context.WithCancel(t.Context())
			first := later(func() error { return once(p, ctx) })
			synctest.Wait()
			second := later(func() error { return once(p, t.Context()) })
			synctest.Wait()
			go cancel()
			must(t, held.Release())
			if err := first(); err != nil {
				wantIs(t, err, context.Canceled)
			}
			must(t, second())
		})
	}
}

// once acquires and releases.
func once(p *pool.Pool[*conn], ctx context.Context) error {
	l, err := p.Acquire(ctx)
	if err != nil {
		return err
	}
	return l.Release()
}

// The place of a resource that dies, or that cannot be created, goes to who waits.
func TestFreedPlaceWakesWaiter(t *testing.T) {
	t.Run("discarded", func(t *testing.T) {
		inBubble(t, one, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
			held := acquire(t, p)
			wait := later(func() error { return once(p, t.Context()) })
			synctest.Wait()
			must(t, held.Discard())
			must(t, wait())
		})
	})
	t.Run("hijacked", func(t *testing.T) {
		inBubble(t, one, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
			held := acquire(t, p)
			wait := later(func() error { return once(p, t.Context()) })
			synctest.Wait()
			must(t, second(held.Hijack()))
			must(t, wait())
		})
	})
}

func TestFreedPlaceWakesWaiterLater(t *testing.T) {
	t.Run("creation fails", func(t *testing.T) {
		inBubble(t, one, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			s.err, s.slow = errors.New("down"), 300*time.Millisecond
			first := later(func() error { return once(p, t.Context()) })
			second := later(func() error { return once(p, t.Context()) })
			time.AfterFunc(time.Second, func() { s.do(func() { s.err = nil }) })
			must(t, first())
			must(t, second())
			if st := p.Stats(); st.Errors != 3 || st.Created != 1 {
				t.Errorf("%+v", st)
			}
		})
	})
	t.Run("close hangs", func(t *testing.T) {
		inBubble(t, func(_ *site, o *pool.Options[*conn]) {
			o.Max = 1
			o.Close = func(context.Context, *conn) error { time.Sleep(time.Minute); return nil } // obeys nobody
		}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
			must(t, acquire(t, p).Discard())
			begin := time.Now()
			must(t, once(p, t.Context()))
			if d := time.Since(begin); d < pool.DefaultCloseTimeout || d > 3*pool.DefaultCloseTimeout/2 {
				t.Errorf("waited %v", d)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			must(t, p.Close(ctx)) // waits for both
		})
	})
}

// A caller whose resource is being created takes what is given back before, and what was
// created is there for the next one.
func TestWhateverComesFirst(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		held := acquire(t, p)
		s.slow = 200 * time.Millisecond
		wait := later(func() pool.Lease[*conn] { return acquire(t, p) })
		time.Sleep(10 * time.Millisecond)
		must(t, held.Release())
		begin := time.Now()
		l := wait()
		if d := time.Since(begin); d != 0 || l.Value().id != 1 {
			t.Errorf("waited %v for %d", d, l.Value().id)
		}
		time.Sleep(time.Second)
		if st := p.Stats(); st.Idle != 1 || st.InUse != 1 || st.Constructing != 0 {
			t.Errorf("%+v", st)
		}
		must(t, l.Release())
	})
}

// Creation goes on without the caller who asked for it.
func TestCreationSurvivesWaiter(t *testing.T) {
	type key struct{}
	var value any
	inBubble(t, func(s *site, o *pool.Options[*conn]) {
		s.slow = time.Second
		o.New = func(ctx context.Context) (*conn, error) {
			value = ctx.Value(key{})
			return s.create(ctx)
		}
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "v"), time.Millisecond)
		defer cancel()
		wantIs(t, once(p, ctx), context.DeadlineExceeded)
		time.Sleep(time.Second)
		if st := p.Stats(); st.Idle != 1 || value != "v" {
			t.Errorf("%+v, %v", st, value)
		}
	})
}

// However often a waiter is woken up for nothing, its deadline stays.
func TestDeadlineIsAbsolute(t *testing.T) {
	inBubble(t, func(s *site, o *pool.Options[*conn]) {
		o.AcquireTimeout, o.MaxAge, o.MaxIdle, o.PingAfter = 10*time.Second, time.Hour, time.Hour, pool.None
		o.Ping = func(context.Context, *conn) error { time.Sleep(1500 * time.Millisecond); return errors.New("dead") }
		o.Max = 20
	}, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		var leases []pool.Lease[*conn]
		for range 8 {
			l, err := p.Acquire(t.Context())
			must(t, err)
			leases = append(leases, l)
		}
		for _, l := range leases {
			must(t, l.Release())
		}
		s.do(func() { s.err = errors.New("down") })
		begin := time.Now()
		err := once(p, t.Context())
		wantIs(t, err, pool.ErrTimeout)
		if d := time.Since(begin); d != 10*time.Second {
			t.Errorf("waited %v", d)
		}
		time.Sleep(time.Minute) // the last ping
	})
}

func TestTryAcquire(t *testing.T) {
	inBubble(t, one, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		wantIs(t, second(p.TryAcquire(t.Context())), pool.ErrBusy)
		synctest.Wait() // one was created for later
		l, err := p.TryAcquire(t.Context())
		must(t, err)
		wantIs(t, second(p.TryAcquire(t.Context())), pool.ErrBusy)
		must(t, l.Release())
		must(t, p.Close(t.Context()))
		wantIs(t, second(p.TryAcquire(t.Context())), pool.ErrClosed)
	})
}
