package monitor_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A handler that uses what it is told of is not told of that, and waits for nobody.
func TestLogHandlerUsesCaches(t *testing.T) {
	for name, own := range map[string]func(*testing.T, context.Context) context.Context{
		"its context": func(_ *testing.T, ctx context.Context) context.Context { return ctx },
		"none":        func(*testing.T, context.Context) context.Context { return context.Background() },
		"another": func(t *testing.T, _ context.Context) context.Context {
			ctx, cancel := context.WithCancel(context.Background())
			t.Cleanup(cancel)
			return ctx
		},
	} {
		t.Run(name, inBubble(func(t *testing.T) {
			inner := newShop(t, func(o *cache.Options[int, string]) { o.Name = "log.inner" })
			c := newShop(t, func(o *cache.Options[int, string]) { o.LoadLimit = 1 })
			load := func(ctx context.Context, id int) (string, error) {
				return inner.Load(ctx, id, func(context.Context, int) (string, error) { return "", errShop })
			}
			r := &recorder{level: slog.LevelDebug, then: func(ctx context.Context, _ slog.Record) {
				ctx = own(t, ctx)
				for id := range 2 {
					_, _ = c.Load(ctx, id, load) // also what is being loaded at that time
				}
				_, _ = inner.LoadMany(ctx, []int{0, 1}, func(context.Context, []int) ([]string, []error) {
					return []string{"", ""}, nil
				})
				c.Get(5)
			}}
			r.start(t, monitor.LogOnly("log.*"))
			_, _ = c.Load(t.Context(), 0, load)
			_, _ = c.Load(context.Background(), 0, load)
			synctest.Wait() // for the lines of a load that goes on without its caller
			if n := r.count("cache"); n < 4 || n > 9 {
				t.Errorf("%d lines: %q", n, r.take())
			}
		}))
	}
}

func inBubble(f func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, f) }
}

func TestLogHandlerUsesTheRest(t *testing.T) {
	p := newWires(t, func(o *pool.Options[int]) {
		o.Max, o.New = 2, func(context.Context) (int, error) { return 1, nil }
	})
	l := batch.NewLoader(func(_ context.Context, keys []int) (map[int]int, error) { return nil, errBusy },
		batch.LoaderName("log.loader"), batch.InFlight(1))
	retried := func(context.Context, int) (int, error) { return 0, errBusy }
	of := batch.NewProcessor("log.batch", batch.Attempts(2), batch.Delay(0))
	r := &recorder{level: slog.LevelDebug, then: func(ctx context.Context, _ slog.Record) {
		for _, ctx := range []context.Context{ctx, context.Background()} {
			if err := p.With(ctx, func(context.Context, int) error { return nil }); err != nil && !errors.Is(err, pool.ErrClosed) {
				t.Error(err)
			}
			_, _ = l.Load(ctx, 1)
			batch.Process(ctx, []int{1}, retried, of)
		}
	}}
	r.start(t, monitor.LogOnly("log.*"))
	_ = p.With(t.Context(), func(context.Context, int) error { return nil })
	_, _ = l.Load(t.Context(), 1)
	batch.Process(t.Context(), []int{1}, retried, of)
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
	for message, most := range map[string]uint64{
		"pool acquire": 1, "pool release": 1, "pool create": 1, "loader batch": 1, "batch retry": 1, "batch run": 1,
	} {
		if n := r.count(message); n > most || n == 0 && message != "pool create" && message != "loader batch" {
			t.Errorf("%s: %d lines", message, n)
		}
	}
}

// A panic of a handler harms nobody else, and is reported once.
func TestLogHandlerPanics(t *testing.T) {
	var own bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&own, nil)))
	defer slog.SetDefault(before)
	c := newShop(t, nil)
	r := &recorder{level: slog.LevelDebug, then: func(context.Context, slog.Record) { panic("no paper") }}
	r.start(t, monitor.LogOnly("log.*"))
	for range 3 {
		v, err := c.Load(context.Background(), 1, func(context.Context, int) (string, error) { return "one", nil })
		if v != "one" || err != nil {
			t.Error(v, err)
		}
	}
	if n := strings.Count(own.String(), `panic="no paper"`); n != 1 || r.count("cache") != 5 {
		t.Errorf("%d lines, and %s", r.count("cache"), own.String())
	}
}

// Switching the log on and off disturbs nobody, and what is logged at the end is complete.
func TestLogSwitchedWhileUsed(t *testing.T) {
	const users, switches = 64, 1000
	c := newShop(t, func(o *cache.Options[int, string]) { o.TTL, o.MaxEntries = time.Hour, 50 })
	p := newWires(t, func(o *pool.Options[int]) { o.Max, o.New = 4, func(context.Context) (int, error) { return 1, nil } })
	l := batch.NewLoader(func(_ context.Context, keys []int) (map[int]int, error) { return map[int]int{keys[0]: 1}, nil },
		batch.LoaderName("log.loader"))
	use := func(i int) {
		_, _ = c.Load(t.Context(), i%100, func(context.Context, int) (string, error) { return "", nil })
		c.Get(i % 7)
		if err := p.With(t.Context(), func(context.Context, int) error { return nil }); err != nil {
			t.Error(err)
		}
		_, _ = l.Load(t.Context(), i)
	}
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for user := range users {
		wait.Go(func() {
			for i := user; ; i++ {
				select {
				case <-stop:
					return
				default:
					use(i)
				}
			}
		})
	}
	r := &recorder{level: slog.LevelDebug}
	for range switches {
		r.start(t, monitor.LogOnly("log.*"))
		monitor.LogEvents(nil)
		r.take()
	}
	close(stop)
	wait.Wait()
	before, acquires := c.Stats(), p.Stats().Acquired
	r.take()
	r.start(t, monitor.LogOnly("log.*"))
	for user := range users {
		wait.Go(func() {
			for i := range 50 {
				use(user + i)
			}
		})
	}
	wait.Wait()
	monitor.LogEvents(nil)
	after := c.Stats()
	for message, n := range map[string]uint64{
		"cache hit": after.Hits - before.Hits, "cache miss": after.Misses - before.Misses,
		"pool acquire": p.Stats().Acquired - acquires, "pool release": p.Stats().Acquired - acquires,
	} {
		if got := r.count(message); got != n || n == 0 {
			t.Errorf("%s: %d lines for %d", message, got, n)
		}
	}
}

// Nothing of a key is shown unless asked for.
func TestLogHasNoKeys(t *testing.T) {
	const secret = "sesame"
	var text bytes.Buffer
	monitor.LogEvents(slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer monitor.LogEvents(nil)
	m := cache.NewManager(cache.Config{})
	c := cache.New(cache.Options[string, string]{
		Name: "log.secret", TTL: time.Hour, Stale: time.Hour, Manager: m, Tags: func(k string) []string { return []string{k} },
	})
	ctx := context.Background()
	_, _ = c.Load(ctx, secret, func(context.Context, string) (string, error) { return secret, nil })
	c.Get(secret)
	_ = m.InvalidateTags(ctx, secret)
	_ = c.Set(ctx, secret, secret)
	_ = c.Delete(ctx, secret)
	l := batch.NewLoader(func(context.Context, []string) (map[string]string, error) { return nil, nil })
	_, _ = l.Load(ctx, secret)
	batch.Process(ctx, []string{secret}, func(context.Context, string) (string, error) { return secret, nil })
	if err := m.Close(ctx); err != nil {
		t.Error(err)
	}
	if n := strings.Count(text.String(), "\n"); n < 8 || strings.Contains(text.String(), secret) {
		t.Errorf("%d lines:\n%s", n, text.String())
	}
	if got := fmt.Sprint(c.Stats().Hits); got != "1" {
		t.Errorf("%s hits", got)
	}
}
