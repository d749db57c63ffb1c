package prometheus

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor/prommonitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// target serves the figures of this process as a program would, and returns its address.
func target(t *testing.T) string {
	t.Helper()
	registry := client.NewPedanticRegistry()
	registry.MustRegister(prommonitor.New(prommonitor.Options{}))
	s := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

var errNo = errors.New("no")

// call calls a probe once.
func call(p *profile.Probe, d time.Duration, err error) {
	c := p.Begin()
	time.Sleep(d)
	c.Return(err)
	c.End()
}

// spread makes calls of a function whose durations are 1 to n milliseconds, in a bubble
// where time is virtual, so that they are exact and take none.
func spread(t *testing.T, name string, n int, opts ...profile.Option) {
	t.Helper()
	p := profile.New(name, opts...)
	synctest.Test(t, func(*testing.T) {
		for i := range n {
			call(p, time.Duration(i+1)*time.Millisecond, nil)
		}
	})
}

// A load is what runs while the server scrapes: some of everything that is measured.
type load struct {
	cache     *cache.Cache[int, int]
	small     *cache.Cache[int, int]
	loader    *batch.Loader[int, int]
	processor *batch.Processor
	pool      *pool.Pool[int]
	fast      *profile.Probe
	late      *profile.Probe
	failing   *profile.Probe
}

// The objectives of what is late and failing are those that the test gives to bunsuigen.
const (
	lateLimit    = 2 * time.Millisecond
	failingLimit = 0.1
)

func newLoad(t *testing.T) *load {
	t.Helper()
	l := &load{
		cache: cache.New(cache.Options[int, int]{Name: "e2e.cache", TTL: time.Hour}),
		small: cache.New(cache.Options[int, int]{Name: "e2e.small", TTL: time.Hour, MaxEntries: 10}),
		loader: batch.NewLoader(func(_ context.Context, keys []int) (map[int]int, error) {
			if keys[0]%5 == 0 {
				return nil, errNo
			}
			return map[int]int{keys[0]: 1}, nil // whatever else there is has no value
		}, batch.LoaderName("e2e.loader")),
		processor: batch.NewProcessor("e2e.batch", batch.Attempts(2)),
		pool: pool.New(pool.Options[int]{Name: "e2e.pool", Min: 1, Max: 1, MaxAge: 50 * time.Millisecond, New: func(context.Context) (int, error) {
			return 1, nil
		}}),
		fast:    profile.New("e2e.fast", profile.MaxLatency(0.5, time.Minute), profile.MaxErrors(0.5)),
		late:    profile.New("e2e.late", profile.MaxLatency(0.99, lateLimit)),
		failing: profile.New("e2e.failing", profile.MaxErrors(failingLimit)),
	}
	t.Cleanup(func() { _ = l.pool.Close(context.Background()) })
	return l
}

// run makes traffic until the context ends.
func (l *load) run(ctx context.Context) {
	for i := 0; ctx.Err() == nil; i++ {
		l.round(i)
	}
}

func (l *load) round(i int) {
	ctx := context.Background() // a round goes to its end
	plus := func(_ context.Context, key int) (int, error) { return key + 1, nil }
	for key := range 20 {
		_, _ = l.cache.Load(ctx, i/10+key, plus)
		_, _ = l.small.Load(ctx, i*20+key, plus)
		call(l.fast, 0, nil)
	}
	_, _ = l.cache.Load(ctx, -1, func(context.Context, int) (int, error) { return 0, errNo })
	batch.Process(ctx, []int{1, 2, 3, 4, 5}, func(_ context.Context, n int) (int, error) {
		if n == 5 {
			return 0, errNo
		}
		return n, nil
	}, l.processor, batch.Delay(time.Millisecond))
	l.loader.LoadMany(ctx, []int{i, i + 1, i + 2})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			_ = l.pool.With(ctx, func(context.Context, int) error { time.Sleep(2 * time.Millisecond); return nil })
		})
	}
	call(l.late, 2*lateLimit, nil)
	call(l.failing, 0, nil)
	call(l.failing, 0, errNo)
	wg.Wait()
}
