package pool_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func TestLastUsedFirst(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		var leases []pool.Lease[*conn]
		for range 3 {
			leases = append(leases, acquire(t, p))
		}
		var given []int
		for _, i := range []int{1, 0, 2} {
			given = append(given, leases[i].Value().id)
			must(t, leases[i].Release())
		}
		var got []int
		var taken []pool.Lease[*conn]
		for range 3 {
			l := acquire(t, p)
			taken, got = append(taken, l), append(got, l.Value().id)
		}
		slices.Reverse(given)
		if !slices.Equal(got, given) {
			t.Errorf("got %v, want %v", got, given)
		}
		if st := p.Stats(); st.Created != 3 || st.Acquired != 6 || st.Reused != 3 || st.InUse != 3 || st.Waits != 3 {
			t.Errorf("%+v", st)
		}
		for _, l := range taken {
			must(t, l.Release())
		}
	})
}

func TestWaitersAreServedInOrder(t *testing.T) {
	inBubble(t, func(_ *site, o *pool.Options[*conn]) { o.Max = 1 }, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		held := acquire(t, p)
		var order []int
		for i := range 10 {
			go func() {
				l := acquire(t, p)
				order = append(order, i) // Max is 1
				time.Sleep(time.Second)
				must(t, l.Release())
			}()
			synctest.Wait()
		}
		must(t, held.Release())
		if _, err := p.TryAcquire(t.Context()); !errors.Is(err, pool.ErrBusy) {
			t.Errorf("TryAcquire went before those who wait: %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if !slices.IsSorted(order) || len(order) != 10 {
			t.Errorf("served %v", order)
		}
		st := p.Stats()
		if st.Waits != 11 || st.WaitTime != 45*time.Second || st.WaitTimes[11] != 0 || st.WaitTimes[10] != 4 {
			t.Errorf("%+v", st)
		}
	})
}

func TestLeaseEndsOnce(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		l := acquire(t, p)
		other := l
		must(t, l.Release())
		again := acquire(t, p)
		for _, err := range []error{l.Release(), other.Release(), l.Discard(), second(l.Hijack()), pool.Lease[*conn]{}.Release()} {
			wantIs(t, err, pool.ErrReleased)
		}
		func() {
			defer func() {
				err, _ := recover().(error)
				wantIs(t, err, pool.ErrReleased)
			}()
			l.Value()
		}()
		if again.Value().id != 1 || p.Stats().InUse != 1 || p.Stats().Misuses != 5 {
			t.Errorf("%+v", p.Stats())
		}
		must(t, again.Discard())
		wantIs(t, again.Release(), pool.ErrReleased)
		synctest.Wait()
		if !s.made[0].closed || !slices.Equal(s.reasons(), []pool.Reason{pool.Discarded}) {
			t.Errorf("closed for %v", s.why)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestHijack(t *testing.T) {
	inBubble(t, func(_ *site, o *pool.Options[*conn]) { o.Max = 1 }, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		c, err := acquire(t, p).Hijack()
		must(t, err)
		must(t, acquire(t, p).Release())
		must(t, p.Close(t.Context()))
		if c.closed || p.Stats().ClosedBy[pool.Hijacked] != 1 {
			t.Errorf("%+v", p.Stats())
		}
	})
}

func TestWith(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		plain, broken := errors.New("plain"), &pool.PanicError{Value: context.Canceled}
		use := func(err error) error {
			return p.With(t.Context(), func(context.Context, *conn) error { return err })
		}
		must(t, use(nil))
		wantIs(t, use(plain), plain)
		wantIs(t, use(broken), context.Canceled)
		if st := p.Stats(); st.Created != 1 || st.Idle != 1 {
			t.Errorf("%+v", st)
		}
		wantIs(t, use(&net.OpError{Op: "read", Err: io.ErrNoProgress}), io.ErrNoProgress)
		func() {
			defer func() { recover() }()
			_ = p.With(t.Context(), func(context.Context, *conn) error { panic("oh") })
		}()
		synctest.Wait()
		if st := p.Stats(); st.Created != 2 || st.ClosedBy[pool.Discarded] != 2 || st.InUse != 0 {
			t.Errorf("%+v", st)
		}
	})
}

func TestBadOptionsPanic(t *testing.T) {
	fine := new(site).options()
	for option, change := range map[string]func(*pool.Options[*conn]){
		"New":            func(o *pool.Options[*conn]) { o.New = nil },
		"Min":            func(o *pool.Options[*conn]) { o.Min = -1 },
		"Max":            func(o *pool.Options[*conn]) { o.Min, o.Max = 5, 4 },
		"AgeJitter":      func(o *pool.Options[*conn]) { o.AgeJitter = 1.5 },
		"Backoff":        func(o *pool.Options[*conn]) { o.MaxBackoff = pool.None },
		"MaxAge":         func(o *pool.Options[*conn]) { o.MaxAge = -2 },
		"AcquireTimeout": func(o *pool.Options[*conn]) { o.AcquireTimeout = -time.Second },
	} {
		t.Run(option, func(t *testing.T) {
			defer func() {
				text, _ := recover().(string)
				if !strings.HasPrefix(text, `pool "test": `+option) {
					t.Errorf("panicked with %q", text)
				}
			}()
			o := fine
			change(&o)
			pool.New(o)
		})
	}
}
