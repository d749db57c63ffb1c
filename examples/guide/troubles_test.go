package guide

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// The messages that the guide quotes, some of them in part: see TestQuotes. What differs from run to run is a … in them.
const (
	poolErrors = `
pool "mail": no resource after 5s (4 of 4 in use, 0 waiting): the acquire timeout has passed
pool "mail": no resource after 5s (0 of 4 in use, 0 waiting): the acquire timeout has passed; creation fails: dial tcp 127.0.0.1:25: connect: connection refused
`
	poolLeak = `
level=WARN msg="a resource was not given back: is Release missing?" pool=mail held=30s acquired="github.com/bunsui/bunsui-go/examples/guide.forget …
`
	batchEnded = `
item 0: context deadline exceeded
1 of 2 items: not started: stopped because of failures
`
	recursion = `
example.com/shop.total was called for a key whose load waits for this call
`
	staleUsed = `
level=WARN msg="a load failed, and an older result is used" cache=github.com/bunsui/bunsui-go/examples/guide.exchangeRate error="no answer" failures=1
`
	storeFails = `
level=WARN msg="cache: the store failed, going on without it" error="…" "not logged since the last"=0
`
	storeMissing = `
level=WARN msg="results that are to be shared stay in this process, because the manager has no store" cache=github.com/bunsui/bunsui-go/examples/guide.exchangeRate
`
)

// equal compares messages with one that the guide quotes.
func equal(t *testing.T, want, got string) {
	t.Helper()
	if got = "\n" + strings.TrimSuffix(got, "\n") + "\n"; got != want {
		t.Errorf("got%swant%s", got, want)
	}
}

// plain is a logger without times.
func plain() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey && len(groups) == 0 {
				return slog.Attr{}
			}
			return a
		},
	})), &b
}

// forget takes a resource and does not give it back.
func forget[T any](t *testing.T, p *pool.Pool[T]) pool.Lease[T] {
	l, err := p.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mailPool(logger *slog.Logger, dial func(context.Context) (int, error)) *pool.Pool[int] {
	return pool.New(pool.Options[int]{
		Name: "mail", Max: 4, Leak: 30 * time.Second, AcquireTimeout: 5 * time.Second, Logger: logger, New: dial,
	})
}

func TestLeak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logger, log := plain()
		p := mailPool(logger, func(context.Context) (int, error) { return 1, nil })
		l := forget(t, p)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		text, _, _ := strings.Cut(log.String(), "guide.forget")
		equal(t, poolLeak, text+"guide.forget …")
		if len(p.Leases()) != 1 || p.Stats().Leaks != 1 {
			t.Errorf("%d leases, %d leaks", len(p.Leases()), p.Stats().Leaks)
		}
		if err := errors.Join(l.Release(), p.Close(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

func TestPoolErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logger, _ := plain()
		busy := mailPool(logger, func(context.Context) (int, error) { return 1, nil })
		var leases []pool.Lease[int]
		for range 4 {
			leases = append(leases, forget(t, busy))
		}
		down := mailPool(logger, func(context.Context) (int, error) {
			return 0, errors.New("dial tcp 127.0.0.1:25: connect: connection refused")
		})
		_, first := busy.Acquire(t.Context())
		_, second := down.Acquire(t.Context())
		equal(t, poolErrors, errors.Join(first, second).Error())
		if !errors.Is(first, pool.ErrTimeout) || !errors.Is(second, pool.ErrTimeout) {
			t.Error("they are no timeouts")
		}
		for _, l := range leases {
			if err := l.Release(); err != nil {
				t.Error(err)
			}
		}
		if err := errors.Join(busy.Close(t.Context()), down.Close(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

func TestBatchEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := func(ctx context.Context, _ int) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}
		r := batch.Process(t.Context(), []int{1, 2}, stuck, batch.Timeout(time.Second), batch.StopOnError(), batch.Concurrency(1))
		equal(t, batchEnded, r.Err().Error())
	})
}

func TestRecursion(t *testing.T) {
	total := cache.New(cache.Options[int, int]{Name: "example.com/shop.total", TTL: time.Hour, Manager: cachetest.New(t)})
	var load func(context.Context, int) (int, error)
	load = func(ctx context.Context, key int) (int, error) { return total.Load(ctx, key, load) }
	_, err := total.Load(t.Context(), 1, load)
	if _, ok := errors.AsType[*cache.RecursionError](err); !ok {
		t.Fatal(err)
	}
	equal(t, recursion, err.Error())
}

func TestStaleUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logger, log := plain()
		m := cache.NewManager(cache.Config{Logger: logger})
		c := cache.New(cache.Options[string, int]{Name: ExchangeRateCache.Name(), TTL: time.Minute, Stale: time.Hour, Manager: m})
		_ = c.Set(t.Context(), "EUR", 1)
		time.Sleep(2 * time.Minute)
		v, err := c.Load(t.Context(), "EUR", func(context.Context, string) (int, error) { return 0, errors.New("no answer") })
		if v != 1 || err != nil {
			t.Errorf("%d, %v, want the old result", v, err)
		}
		equal(t, staleUsed, log.String())
		if s := c.Stats(); s.Stale != 1 || s.LoadErrors != 1 {
			t.Errorf("%+v", s)
		}
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestRedisDown kills the server: calls go on, the store's errors are counted and logged.
func TestRedisDown(t *testing.T) {
	logger, log := plain()
	m := cache.NewManager(cache.Config{Logger: logger})
	ctx := cachetest.With(t.Context(), m)
	if _, err := ExchangeRate(ctx, "EUR"); err != nil {
		t.Fatal(err)
	}
	equal(t, storeMissing, log.String())
	log.Reset()

	server := redistest.Start(t)
	m.SetStore(rediscache.New(server.Client(), rediscache.Options{Namespace: "shop"}))
	if _, err := ExchangeRate(ctx, "EUR"); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := ExchangeRateCache.Invalidate(ctx, "EUR"); err != nil {
		t.Errorf("%v: a store that fails is no error of the call", err)
	}
	if rate, err := ExchangeRate(ctx, "EUR"); rate != 1.08 || err != nil {
		t.Errorf("%v, %v", rate, err)
	}
	if s, ok := m.StoreStats(); !ok || s.Errors == 0 || s.Owed == 0 {
		t.Errorf("%+v, want errors, and an invalidation that is owed", s)
	}
	server.Restart()
	for {
		if s, _ := m.StoreStats(); s.Owed == 0 {
			break
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the invalidation has not reached the server")
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := m.Close(context.Background()); err != nil {
		t.Error(err)
	}
	first, _, _ := strings.Cut(log.String(), "\n")
	equal(t, storeFails, regexp.MustCompile(`error="[^"]*"`).ReplaceAllString(first, `error="…"`))
}

// TestQuotes finds in the guide what the messages say that it does not show as a whole.
func TestQuotes(t *testing.T) {
	for _, name := range []string{"guide.md", "guide.ja.md"} {
		page, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		quotes := []string{strings.TrimSpace(recursion)}
		for _, line := range []string{poolLeak, staleUsed, storeMissing} {
			quotes = append(quotes, regexp.MustCompile(`msg="([^"]*)"`).FindStringSubmatch(line)[1])
		}
		for _, quote := range quotes {
			if !strings.Contains(string(page), "`"+quote+"`") {
				t.Errorf("%s does not quote %q", name, quote)
			}
		}
	}
}
