package rediscache_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

// within returns a context that ends in less than a second, so that the client heeds it.
func within(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// numbered writes n values that say which key they are under; every tenth is missing.
func numbered(t *testing.T, client *redis.Client, n int) {
	t.Helper()
	for i := range n {
		if i%10 != 0 {
			must(t, client.Set(t.Context(), "bunsui:f:v1:"+strconv.Itoa(i), strconv.Itoa(i), long).Err())
		}
	}
}

// readNumbered reads one of them, and returns an error if it is that of another.
func readNumbered(ctx context.Context, s *rediscache.Store, i int) error {
	values, _, err := s.Get(ctx, []string{"f:v1:" + strconv.Itoa(i)}, nil)
	switch {
	case err != nil:
		return err
	case len(values) != 1 || (values[0] == nil) != (i%10 == 0) || i%10 != 0 && string(values[0]) != strconv.Itoa(i):
		return fmt.Errorf("key %d has %q", i, values)
	}
	return nil
}

// sent returns how often a server was sent a command.
func sent(t *testing.T, client *redis.Client, name string) int {
	t.Helper()
	stats, err := client.Info(t.Context(), "commandstats").Result()
	must(t, err)
	_, rest, _ := strings.Cut(stats, "cmdstat_"+name+":calls=")
	count, _, _ := strings.Cut(rest, ",")
	n, _ := strconv.Atoi(count)
	return n
}

// TestGatherGivesEachItsOwn reads from 1,000 goroutines, of whose calls some are given
// up, and then from fewer, until some were sent together.
func TestGatherGivesEachItsOwn(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	numbered(t, client, 1000)
	s := newStore(client)
	crowd(t, s, 1000)
	eventually(t, "some are sent together", func() error {
		crowd(t, s, 50)
		if sent(t, client, "mget") == 0 {
			return errors.New("none yet")
		}
		return nil
	})
}

// crowd reads from some goroutines at once, which give every fourth call up.
func crowd(t *testing.T, s *rediscache.Store, readers int) {
	t.Helper()
	const rounds = 15
	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			for range rounds {
				ctx, cancel := within(t, 900*time.Millisecond)
				if rand.N(4) == 0 {
					time.AfterFunc(rand.N(2*time.Millisecond), cancel)
				}
				if err := readNumbered(ctx, s, rand.N(1000)); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	all.Wait()
}

// hang reads at once from one goroutine for each limit, and returns how each ended.
func hang(t *testing.T, s *rediscache.Store, limits []time.Duration) []error {
	t.Helper()
	ends := make([]error, len(limits))
	var all sync.WaitGroup
	for i, limit := range limits {
		all.Go(func() {
			ctx, cancel := within(t, limit)
			defer cancel()
			ends[i] = readNumbered(ctx, s, i)
		})
	}
	all.Wait()
	return ends
}

// TestGatherHung reads from a server that says nothing any more: all get the error of
// their own time.
func TestGatherHung(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	s := newStore(server.ClientVia(proxy))
	numbered(t, server.Client(), 40)
	must(t, readNumbered(t.Context(), s, 1))
	proxy.Swallow()
	limits := make([]time.Duration, 40)
	for i := range limits {
		limits[i] = time.Duration(50+10*i) * time.Millisecond
	}
	for _, err := range hang(t, s, limits) {
		unavailable(t, "Get", err)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Get = %v, want the error of its context too", err)
		}
	}
	proxy.Heal()
	eventually(t, "reads work again", func() error {
		ctx, cancel := within(t, 500*time.Millisecond)
		defer cancel()
		return readNumbered(ctx, s, 2)
	})
}

// TestGatherBehindHung has some connections hang, while the server is well: those who
// come after must not wait for them.
func TestGatherBehindHung(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	numbered(t, client, 40)
	var stuck atomic.Int64
	release := make(chan struct{})
	client.AddHook(&holding{until: release, stuck: &stuck, keys: []string{"bunsui:f:v1:1", "bunsui:f:v1:2"}})
	s := newStore(client)
	must(t, readNumbered(t.Context(), s, 3))
	var all sync.WaitGroup
	for i := 1; i <= 2; i++ {
		all.Go(func() {
			ctx, cancel := within(t, 999*time.Millisecond)
			defer cancel()
			_ = readNumbered(ctx, s, i)
		})
	}
	eventually(t, "two hang", func() error {
		if stuck.Load() < 2 {
			return errors.New("not yet")
		}
		return nil
	})
	for i := 3; i < 40; i++ {
		ctx, cancel := within(t, 900*time.Millisecond)
		must(t, readNumbered(ctx, s, i))
		cancel()
	}
	close(release)
	all.Wait()
}

// TestGatherSlow reads over a slow way, on which nobody waits for the answers of others:
// at the end of a crowd that began together hardly any were sent together.
func TestGatherSlow(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	client := server.ClientVia(proxy)
	s := newStore(client)
	numbered(t, server.Client(), 64)
	proxy.Latency(20 * time.Millisecond)
	for i := range 20 {
		ctx, cancel := within(t, 900*time.Millisecond)
		must(t, readNumbered(ctx, s, i))
		cancel()
	}
	before := sent(t, client, "mget")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 5 {
				ctx, cancel := within(t, 999*time.Millisecond)
				if err := readNumbered(ctx, s, i); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	all.Wait()
	if n := sent(t, client, "mget") - before; n > 0 {
		t.Errorf("%d commands for several reads on a slow way", n)
	}
}

// TestGatherErrors has the server refuse what is sent together: all get its error.
func TestGatherErrors(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	numbered(t, client, 40)
	refusal := errors.New("refused")
	var refused atomic.Int64
	client.AddHook(&refusing{err: refusal, count: &refused})
	s := newStore(client)
	eventually(t, "some are sent together", func() error {
		var all sync.WaitGroup
		var failed atomic.Int64
		before := refused.Load()
		for i := range 40 {
			all.Go(func() {
				ctx, cancel := within(t, 900*time.Millisecond)
				defer cancel()
				err := readNumbered(ctx, s, i)
				if errors.Is(err, refusal) {
					unavailable(t, "Get", err)
					failed.Add(1)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := refused.Load() - before; n != failed.Load() {
			t.Errorf("%d reads failed, of %d that were refused", failed.Load(), n)
		}
		if refused.Load() == 0 {
			return errors.New("none yet")
		}
		return nil
	})
}
