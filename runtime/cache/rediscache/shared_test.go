package rediscache_test

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

// What package cache makes of this store, on all kinds of servers.
func TestSharedCaches(t *testing.T) {
	t.Parallel()
	for name, clients := range map[string]func(t *testing.T) (a, b redis.UniversalClient){
		"alone": func(t *testing.T) (a, b redis.UniversalClient) {
			s := redistest.Start(t)
			return s.Client(), s.Client()
		},
		"cluster": func(t *testing.T) (a, b redis.UniversalClient) {
			c := redistest.StartCluster(t)
			return c.Client(), c.Client()
		},
		"sentinel": func(t *testing.T) (a, b redis.UniversalClient) {
			s := redistest.StartSentinel(t)
			return s.Client(), s.Client()
		},
		"limited user": func(t *testing.T) (a, b redis.UniversalClient) {
			s := redistest.StartTLS(t, rediscache.DefaultNamespace, commands...)
			return s.Client(), s.Client()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := clients(t)
			d := &source{}
			share(t, newProcess(t, a, "v1", d), newProcess(t, b, "v1", d), d)
			// While a deploy rolls, two shapes of a result live side by side.
			share(t, newProcess(t, a, "v1", d), newProcess(t, b, "v2", d), d)
		})
	}
}

// share makes changes in each process in turn, which the other one must see.
func share(t *testing.T, a, b *process, d *source) {
	a.sees(t, d.version.Load())
	b.sees(t, d.version.Load())
	for i, p := range []*process{a, b, a, b} {
		for what, change := range map[string]func(ctx context.Context) error{
			"a key":     func(ctx context.Context) error { return p.Delete(ctx, 7) },
			"a value":   func(ctx context.Context) error { return p.Set(ctx, 7, d.version.Load()) },
			"all":       func(ctx context.Context) error { return p.Clear(ctx) },
			"a tag":     func(ctx context.Context) error { return p.manager.InvalidateTags(ctx, "org:7") },
			"a pattern": func(ctx context.Context) error { _, err := p.manager.InvalidateMatching(ctx, "7*"); return err },
			"a refresh": func(ctx context.Context) error { _, err := p.Refresh(ctx, 7, d.load); return err },
		} {
			d.version.Add(1)
			if err := change(t.Context()); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			p.sees(t, d.version.Load())
			for _, other := range []*process{a, b} {
				eventually(t, fmt.Sprintf("%s, changed by process %d", what, i%2+1), func() error {
					if v, err := other.Load(t.Context(), 7, d.load); err != nil || v != d.version.Load() {
						return fmt.Errorf("%d, %w, want %d", v, err, d.version.Load())
					}
					return nil
				})
			}
		}
	}
	if s := a.Stats(); s.StoreHits == 0 || s.StoreErrors != 0 {
		t.Errorf("Stats() = %+v", s)
	}
}

// source is what all processes load from.
type source struct{ version atomic.Int64 }

func (d *source) load(context.Context, int) (int64, error) { return d.version.Load(), nil }

type process struct {
	*cache.Cache[int, int64]
	manager *cache.Manager
	from    *source
}

func newProcess(t *testing.T, client redis.UniversalClient, shape string, d *source) *process {
	m := cache.NewManager(cache.Config{Store: newStore(client), StoreTimeout: 5 * time.Second})
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return &process{cache.New(cache.Options[int, int64]{
		Name: "test.get", TTL: time.Hour, Manager: m, Shared: true, Strict: true,
		Codec: numbers(shape), KeyText: strconv.Itoa,
		Tags: func(id int) []string { return []string{"org:" + strconv.Itoa(id)} },
	}), m, d}
}

func (p *process) sees(t *testing.T, version int64) {
	t.Helper()
	if v, err := p.Load(t.Context(), 7, p.from.load); err != nil || v != version {
		t.Errorf("Load() = %d, %v, want %d", v, err, version)
	}
}

// numbers is a codec of a shape.
type numbers string

func (numbers) Append(b []byte, v int64) ([]byte, error) { return strconv.AppendInt(b, v, 10), nil }
func (numbers) Decode(b []byte) (int64, error)           { return strconv.ParseInt(string(b), 10, 64) }
func (n numbers) Schema() string                         { return string(n) }
