package pool_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

var errDown = errors.New("down")

// While creation fails it is tried after random, growing times, by one goroutine, and
// nobody tries when nobody wants one.
func TestBackoff(t *testing.T) {
	var tries []time.Duration
	var began time.Time
	inBubble(t, func(s *site, o *pool.Options[*conn]) {
		o.Backoff, o.MaxBackoff = 100*time.Millisecond, time.Second
		o.New = func(context.Context) (*conn, error) {
			s.do(func() { tries = append(tries, time.Since(began)) })
			return nil, errDown
		}
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		began = time.Now()
		first := later(func() error { return once(p, t.Context()) })
		others := later(func() error { return once(p, t.Context()) })
		err := first()
		wantIs(t, err, errDown)
		wantIs(t, err, pool.ErrTimeout)
		wantIs(t, others(), errDown)
		n := len(tries)
		// About one in half a second, as the wait is a random part of a second.
		if n < 35 || n > 110 {
			t.Errorf("%d tries in 30 s", n)
		}
		for i := 3; i < n; i++ {
			if d := tries[i] - tries[i-1]; d <= 0 || d > time.Second {
				t.Errorf("%v before try %d", d, i)
			}
		}
		time.Sleep(time.Hour)
		if len(tries) != n || p.Stats().Constructing != 0 || p.Stats().CreateError == nil {
			t.Errorf("%d tries after nobody waits; %+v", len(tries)-n, p.Stats())
		}
	})
}

// Creations that fail together count as one failure, and from then on one at a time is
// tried, after a first wait.
func TestBackoffTogether(t *testing.T) {
	for range 10 {
		var tries []time.Duration
		var began time.Time
		running := 0
		inBubble(t, func(s *site, o *pool.Options[*conn]) {
			o.Backoff, o.MaxBackoff = time.Second, time.Hour
			o.New = func(context.Context) (*conn, error) {
				s.do(func() {
					tries = append(tries, time.Since(began))
					if running++; running > 1 && len(tries) > 3 {
						t.Errorf("%d at the same time", running)
					}
				})
				time.Sleep(10 * time.Millisecond)
				s.do(func() { running-- })
				return nil, errDown
			}
		}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
			began = time.Now()
			var waits []func() error
			for range 8 {
				waits = append(waits, later(func() error { return once(p, t.Context()) }))
			}
			for _, wait := range waits {
				wantIs(t, wait(), errDown)
			}
		})
		if len(tries) < 4 || tries[2] != 0 || tries[3] > time.Second+10*time.Millisecond {
			t.Errorf("tried at %v", tries)
		}
	}
}

// A try that succeeds ends the back-off for all.
func TestBackoffEnds(t *testing.T) {
	inBubble(t, func(s *site, o *pool.Options[*conn]) {
		o.Backoff, o.MaxBackoff, s.err = time.Second, time.Second, errDown
	}, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
		time.AfterFunc(5*time.Second, func() { s.do(func() { s.err = nil }) })
		var waits []func() error
		for range 3 {
			waits = append(waits, later(func() error {
				l, err := p.Acquire(t.Context())
				if err == nil {
					time.AfterFunc(time.Minute, func() { must(t, l.Release()) })
				}
				return err
			}))
		}
		for _, wait := range waits {
			must(t, wait())
		}
		if st := p.Stats(); st.InUse != 3 || st.CreateError != nil {
			t.Errorf("%+v", st)
		}
		time.Sleep(time.Minute)
	})
}

func TestPanicInNew(t *testing.T) {
	for name, test := range map[string]struct {
		act  func()
		want error
	}{
		"panic":  {func() { panic(errDown) }, errDown},
		"Goexit": {runtime.Goexit, pool.ErrGoexit},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			inBubble(t, func(s *site, o *pool.Options[*conn]) {
				o.Logger = slog.New(slog.NewTextHandler(&log, nil))
				o.AcquireTimeout = time.Second
				o.Backoff, o.MaxBackoff = 300*time.Millisecond, time.Second
				o.New = func(context.Context) (*conn, error) { test.act(); return nil, nil }
			}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
				err := once(p, t.Context())
				wantIs(t, err, test.want)
				if e, ok := errors.AsType[*pool.PanicError](err); !ok || e.Func != "New" {
					t.Errorf("%v", err)
				}
			})
			if n := strings.Count(log.String(), "level=WARN"); n != 1 {
				t.Errorf("%d warnings:\n%s", n, &log)
			}
		})
	}
}

func TestCreateTimeout(t *testing.T) {
	inBubble(t, func(s *site, o *pool.Options[*conn]) {
		s.slow, o.CreateTimeout = time.Hour, time.Second
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		err := once(p, t.Context())
		wantIs(t, err, context.DeadlineExceeded) // that of New
		wantIs(t, err, pool.ErrTimeout)
	})
}

func TestStart(t *testing.T) {
	t.Run("opens min", func(t *testing.T) {
		inBubble(t, func(s *site, o *pool.Options[*conn]) { o.Min, s.slow = 2, time.Second }, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
			begin := time.Now()
			must(t, p.Start(t.Context()))
			must(t, p.Start(t.Context()))
			if d := time.Since(begin); d != time.Second || p.Stats().Idle != 2 {
				t.Errorf("%v, %+v", d, p.Stats())
			}
			must(t, acquire(t, p).Discard())
			time.Sleep(time.Second) // refilled
			synctest.Wait()
			if p.Stats().Idle != 2 {
				t.Errorf("%+v", p.Stats())
			}
		})
	})
	t.Run("fails fast", func(t *testing.T) {
		inBubble(t, func(s *site, o *pool.Options[*conn]) {
			o.Min, o.FailFast, o.MaxIdle, s.err = 2, true, time.Minute, errDown
		}, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			wantIs(t, p.Start(t.Context()), errDown)
			synctest.Wait()
			if st := p.Stats(); st.Constructing != 0 {
				t.Errorf("%+v", st)
			}
			s.err = nil
			must(t, p.Start(t.Context()))
			s.err = errDown // the pool is open: creation may fail later
			must(t, acquire(t, p).Discard())
			synctest.Wait()
			s.do(func() { s.err = nil })
		})
	})
}

func TestStartDegrades(t *testing.T) {
	t.Run("failing", func(t *testing.T) {
		inBubble(t, func(s *site, o *pool.Options[*conn]) {
			o.Min, o.MaxBackoff, s.err = 2, time.Second, errDown
		}, func(t *testing.T, s *site, p *pool.Pool[*conn]) {
			must(t, p.Start(t.Context()))
			s.do(func() { s.err = nil })
			time.Sleep(10 * time.Second)
			if p.Stats().Idle != 2 {
				t.Errorf("%+v", p.Stats())
			}
		})
	})
	t.Run("slowly", func(t *testing.T) {
		for _, fast := range []bool{true, false} {
			inBubble(t, func(s *site, o *pool.Options[*conn]) {
				o.Min, o.FailFast, s.slow = 1, fast, 10*time.Second
			}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if err := p.Start(ctx); fast != errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("fast is %v: %v", fast, err)
				}
			})
		}
	})
}
