package pool_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func aged(_ *site, o *pool.Options[*conn]) { o.MaxAge = time.Minute }

func TestMaxAgeInUse(t *testing.T) {
	t.Run("at acquire", func(t *testing.T) {
		inBubble(t, aged, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			must(t, once(p, t.Context()))
			time.Sleep(time.Minute - time.Nanosecond)
			must(t, once(p, t.Context()))
			time.Sleep(time.Nanosecond)
			if l := acquire(t, p); l.Value().id != 2 || !slices.Equal(s.reasons(), []pool.Reason{pool.Aged}) {
				t.Errorf("got %d, %v", l.Value().id, s.reasons())
			} else {
				must(t, l.Release())
			}
		})
	})
	t.Run("at release", func(t *testing.T) {
		inBubble(t, aged, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			l := acquire(t, p)
			time.Sleep(time.Minute)
			must(t, l.Release())
			if !slices.Equal(s.reasons(), []pool.Reason{pool.Aged}) {
				t.Errorf("%v", s.reasons())
			}
		})
	})
}

func TestMaxAgeInTheBackground(t *testing.T) {
	t.Run("though used", func(t *testing.T) {
		inBubble(t, func(s *site, o *pool.Options[*conn]) { aged(s, o); o.Min = 2 }, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			must(t, p.Start(t.Context()))
			for range 5 { // though it is in use
				must(t, once(p, t.Context()))
				time.Sleep(13 * time.Second)
			}
			if got := s.reasons(); !slices.Equal(got, []pool.Reason{pool.Aged, pool.Aged}) || p.Stats().Idle != 2 {
				t.Errorf("%v, %+v", got, p.Stats())
			}
		})
	})
	t.Run("jitter", func(t *testing.T) {
		inBubble(t, func(s *site, o *pool.Options[*conn]) { aged(s, o); o.AgeJitter, o.Max = 0.5, 50; o.Min = 50 }, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			must(t, p.Start(t.Context()))
			time.Sleep(30*time.Second - 1)
			if n := len(s.reasons()); n != 0 {
				t.Errorf("%d closed too early", n)
			}
			time.Sleep(15 * time.Second)
			if n := len(s.reasons()); n < 10 || n > 40 {
				t.Errorf("%d of 50 closed at half of the jitter", n)
			}
			time.Sleep(15*time.Second + 1)
			if n := len(s.reasons()); n < 50 {
				t.Errorf("%d of 50 closed", n)
			}
		})
	})
}

func TestMaxIdle(t *testing.T) {
	idle := func(_ *site, o *pool.Options[*conn]) { o.MaxIdle, o.Min = time.Minute, 1 }
	fill := func(t *testing.T, p *pool.Pool[*conn]) {
		leases := []pool.Lease[*conn]{acquire(t, p), acquire(t, p), acquire(t, p)}
		for _, l := range leases {
			time.Sleep(time.Second)
			must(t, l.Release())
		}
	}
	t.Run("in the background", func(t *testing.T) {
		inBubble(t, idle, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			must(t, p.Start(t.Context()))
			fill(t, p)
			for _, want := range []int{0, 1, 2, 2, 2} {
				if n := len(s.reasons()); n != want {
					t.Errorf("%d closed, want %d", n, want)
				}
				if want == 0 {
					time.Sleep(58 * time.Second)
				} else {
					time.Sleep(time.Second)
				}
			}
			time.Sleep(time.Hour)
			if st := p.Stats(); st.Idle != 1 || st.ClosedBy[pool.Unused] != 2 {
				t.Errorf("%+v", st)
			}
		})
	})
	t.Run("at acquire", func(t *testing.T) {
		inBubble(t, idle, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			fill(t, p)
			time.Sleep(time.Hour)
			must(t, once(p, t.Context()))
			if got := s.reasons(); !slices.Equal(got, []pool.Reason{pool.Unused, pool.Unused}) {
				t.Errorf("%v", got)
			}
		})
	})
}

// A pool that was not started has no goroutine while nothing goes on, and one that was
// sleeps while nothing can become too old.
func TestIdlePoolSleeps(t *testing.T) {
	inBubble(t, func(s *site, o *pool.Options[*conn]) { aged(s, o); o.MaxIdle = time.Second }, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		before := runtime.NumGoroutine()
		must(t, once(p, t.Context()))
		synctest.Wait()
		if n := runtime.NumGoroutine(); n > before {
			t.Errorf("%d goroutines more", n-before)
		}
		must(t, p.Start(t.Context()))
		time.Sleep(100 * 365 * 24 * time.Hour) // would take long if it woke up each second
	})
}

func TestPing(t *testing.T) {
	var pinged []int
	dead := map[int]bool{}
	inBubble(t, func(_ *site, o *pool.Options[*conn]) {
		o.Ping = func(_ context.Context, c *conn) error {
			pinged = append(pinged, c.id)
			if dead[c.id] {
				return errDown
			}
			return nil
		}
	}, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		a, b := acquire(t, p), acquire(t, p)
		must(t, a.Release())
		must(t, b.Release())
		time.Sleep(time.Second - 1)
		must(t, once(p, t.Context()))
		if len(pinged) != 0 {
			t.Errorf("pinged %v, though just used", pinged)
		}
		time.Sleep(time.Second)
		dead[1], dead[2] = true, true
		if l := acquire(t, p); l.Value().id != 3 || !slices.Equal(pinged, []int{2, 1}) {
			t.Errorf("got %d, pinged %v", l.Value().id, pinged)
		} else {
			must(t, l.Release())
		}
		if got := s.reasons(); !slices.Equal(got, []pool.Reason{pool.PingFailed, pool.PingFailed}) {
			t.Errorf("%v", got)
		}
		must(t, once(p, t.Context()))
	})
}

func TestPingThatHangsOrPanics(t *testing.T) {
	for name, ping := range map[string]func(context.Context) error{
		"obeys": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"hangs": func(context.Context) error { time.Sleep(time.Hour); return nil },
		"panic": func(context.Context) error { time.Sleep(pool.DefaultCheckTimeout); panic("oh") },
		"exits": func(context.Context) error { time.Sleep(pool.DefaultCheckTimeout); runtime.Goexit(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(_ *site, o *pool.Options[*conn]) {
				o.Ping = func(ctx context.Context, _ *conn) error { return ping(ctx) }
			}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
				must(t, once(p, t.Context()))
				time.Sleep(time.Minute)
				begin := time.Now()
				must(t, once(p, t.Context()))
				if d := time.Since(begin); d != pool.DefaultCheckTimeout {
					t.Errorf("took %v", d)
				}
				time.Sleep(time.Hour)
				if st := p.Stats(); st.ClosedBy[pool.PingFailed] != 1 || st.Idle != 1 {
					t.Errorf("%+v", st)
				}
			})
		})
	}
}
