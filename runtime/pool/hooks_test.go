package pool_test

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// failing sets a function of the options to f.
var failing = map[string]func(o *pool.Options[*conn], f func() error){
	"OnCreate": func(o *pool.Options[*conn], f func() error) {
		o.Hooks.OnCreate = func(context.Context, *conn) error { return f() }
	},
	"OnAcquire": func(o *pool.Options[*conn], f func() error) {
		o.Hooks.OnAcquire = func(context.Context, *conn) error { return f() }
	},
	"OnRelease": func(o *pool.Options[*conn], f func() error) {
		o.Hooks.OnRelease = func(*conn) error { return f() }
	},
	"Reset": func(o *pool.Options[*conn], f func() error) {
		o.Reset = func(context.Context, *conn) error { return f() }
	},
	"Close": func(o *pool.Options[*conn], f func() error) {
		o.Close = func(context.Context, *conn) error { return f() }
	},
	"OnClose": func(o *pool.Options[*conn], f func() error) {
		o.Hooks.OnClose = func(*conn, pool.Reason, error) { _ = f() }
	},
}

// Each function of the options may fail in each way; the pool goes on.
func TestHooksFail(t *testing.T) {
	acts := map[string]func() error{
		"error": func() error { return errDown },
		"panic": func() error { panic(errDown) },
		"exit":  func() error { runtime.Goexit(); return nil },
	}
	for hook := range failing {
		for kind, act := range acts {
			t.Run(hook+" "+kind, func(t *testing.T) {
				refused := hook == "OnCreate" || hook == "OnAcquire" || kind == "exit" && (hook == "Reset" || hook == "OnRelease")
				log := hookFails(t, hook, act, refused)
				if kind == "panic" && hook != "OnAcquire" && !strings.Contains(log, "panic in") {
					t.Errorf("log: %s", log)
				}
			})
		}
	}
}

// hookFails uses a pool of which a function fails until it does not any more, and returns
// the log.
func hookFails(t *testing.T, hook string, act func() error, refused bool) string {
	t.Helper()
	var log bytes.Buffer
	fails := true
	inBubble(t, func(_ *site, o *pool.Options[*conn]) {
		o.Max, o.Logger, o.AcquireTimeout = 1, slog.New(slog.NewTextHandler(&log, nil)), 50*time.Millisecond
		failing[hook](o, func() error {
			if fails {
				return act()
			}
			return nil
		})
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		nothing := func(context.Context, *conn) error { return nil }
		done := make(chan error, 1)
		go func() {
			err := pool.ErrGoexit
			defer func() { done <- err }()
			err = p.With(t.Context(), nothing)
		}()
		if err := <-done; refused != (err != nil) {
			t.Errorf("got %v", err)
		}
		if hook == "Close" || hook == "OnClose" {
			must(t, p.With(t.Context(), nothing))
			p.Reset()
		}
		synctest.Wait()
		fails = false
		must(t, once(p, t.Context()))
		if st := p.Stats(); st.Idle != 1 || st.Open() != 1 {
			t.Errorf("%+v", st)
		}
	})
	return log.String()
}

func TestHooksOrder(t *testing.T) {
	var events []string
	note := func(event string) func(context.Context, *conn) error {
		return func(context.Context, *conn) error { events = append(events, event); return nil }
	}
	inBubble(t, func(_ *site, o *pool.Options[*conn]) {
		o.Reset, o.Close = note("reset"), note("close")
		o.Hooks = pool.Hooks[*conn]{
			OnCreate: note("created"), OnAcquire: note("acquired"),
			OnRelease: func(*conn) error { return note("released")(nil, nil) },
			OnClose:   func(_ *conn, why pool.Reason, _ error) { _ = note(string(why))(nil, nil) },
		}
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) { must(t, once(p, t.Context())) })
	want := []string{"created", "acquired", "reset", "released", "close", "pool closed"}
	if !slices.Equal(events, want) {
		t.Errorf("%v", events)
	}
}

func TestLeak(t *testing.T) {
	var log bytes.Buffer
	inBubble(t, func(_ *site, o *pool.Options[*conn]) {
		o.Leak, o.Logger = 30*time.Second, slog.New(slog.NewTextHandler(&log, nil))
	}, func(t *testing.T, _ *site, p *pool.Pool[*conn]) {
		for range 3 {
			l := acquire(t, p)
			time.Sleep(29 * time.Second)
			must(t, l.Release())
		}
		if log.Len() > 0 {
			t.Errorf("%s", &log)
		}
		l := acquire(t, p)
		time.Sleep(29 * time.Second)
		young := acquire(t, p)
		time.Sleep(time.Minute)
		all := p.Leases()
		if len(all) != 2 || !all[0].Leaked || !strings.HasPrefix(all[0].Stack, "github.com/bunsui/bunsui-go/runtime/pool_test.acquire ") || all[0].Since.After(all[1].Since) {
			t.Errorf("%+v", all)
		}
		must(t, young.Release())
		must(t, l.Release())
		if n := len(p.Leases()); n != 0 || p.Stats().Leaks != 2 {
			t.Errorf("%d leases, %+v", n, p.Stats())
		}
	})
	if n := strings.Count(log.String(), "was not given back"); n != 2 || !strings.Contains(log.String(), "pool_test.TestLeak") {
		t.Errorf("%d logs:\n%s", n, &log)
	}
}
