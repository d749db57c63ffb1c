package rediscache_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func TestNamespaces(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	one := rediscache.New(server.Client(), rediscache.Options{Namespace: "one"})
	two := rediscache.New(server.Client(), rediscache.Options{Namespace: "one.two-3_4"})
	events := watch(t, two)
	must(t, one.Set(t.Context(), "f:v1:k", []byte("one"), long))
	must(t, two.Set(t.Context(), "f:v1:k", []byte("two"), long))
	if e := events.await(t, store.Changed); !e.Own {
		t.Error("a change in another namespace was told")
	}
	values, _, err := one.Get(t.Context(), []string{"f:v1:k"}, []string{"tag"})
	must(t, err)
	if string(values[0]) != "one" {
		t.Errorf("got %q", values[0])
	}
	for _, s := range []*rediscache.Store{one, two} {
		if _, err := s.Acquire(t.Context(), "f:v1:l", nil, "token", long); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Revoke(t.Context(), store.Rule{Function: "f"}); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := server.Client().Keys(t.Context(), "*").Result()
	must(t, err)
	slices.Sort(keys)
	want := []string{
		"one.two-3_4:f:v1:k", "one.two-3_4:~lease:{one.two-3_4:f:v1:l}", "one.two-3_4:~revocations:{}",
		"one:f:v1:k", "one:~lease:{one:f:v1:l}", "one:~revocations:{}", "one:~tag:{tag}",
	}
	if !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
}

func TestNewPanics(t *testing.T) {
	t.Parallel()
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	replicas := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{"127.0.0.1:1"}, RouteRandomly: true})
	cached := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", ClientSideCacheConfig: &redis.ClientSideCacheConfig{}})
	ring := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"one": "127.0.0.1:1"}})
	t.Cleanup(func() { _, _, _, _ = client.Close(), replicas.Close(), cached.Close(), ring.Close() })
	for _, c := range []struct {
		client    redis.UniversalClient
		namespace string
		want      string
	}{
		{client, "a{b}", `namespace "a{b}"`},
		{client, "a:b", `namespace "a:b"`},
		{client, "ä", `namespace "ä"`},
		{nil, "", "no client"},
		{ring, "", "redis.Ring"},
		{replicas, "", "reads from replicas"},
		{cached, "", "client-side caching"},
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("New panics with %q, want one with %q", got, c.want)
				}
			}()
			rediscache.New(c.client, rediscache.Options{Namespace: c.namespace})
		}()
	}
}

// counter counts the round trips of a client.
type counter struct {
	mu    sync.Mutex
	trips []string
}

func (c *counter) add(cmds ...redis.Cmder) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trips = append(c.trips, cmds[0].Name())
}

func (c *counter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *counter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.add(cmd)
		return next(ctx, cmd)
	}
}

func (c *counter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.add(cmds...)
		return next(ctx, cmds)
	}
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	s := newStore(client)
	var many []string
	for i := range 1200 {
		many = append(many, strings.Repeat("k", i+1))
	}
	steps := []struct {
		name string
		call func() error
		want []string
	}{
		{"get", func() error { _, _, err := s.Get(t.Context(), []string{"f:v1:k"}, nil); return err }, []string{"get"}},
		{"first get of a tag", func() error { _, _, err := s.Get(t.Context(), []string{"f:v1:k"}, []string{"tag"}); return err }, []string{"mget", "set"}},
		{"get with a tag", func() error { _, _, err := s.Get(t.Context(), []string{"f:v1:k"}, []string{"tag"}); return err }, []string{"mget"}},
		{"get of many", func() error { _, _, err := s.Get(t.Context(), many, nil); return err }, []string{"mget"}},
		{"get of nothing", func() error { _, _, err := s.Get(t.Context(), nil, nil); return err }, nil},
		{"acquire", func() error { _, err := s.Acquire(t.Context(), "f:v1:k", nil, "token", long); return err }, []string{"evalsha"}},
		{"extend", func() error { _, err := s.Extend(t.Context(), "f:v1:k", "token", long); return err }, []string{"evalsha"}},
		{"fill", func() error { _, err := s.Fill(t.Context(), "f:v1:k", "token", nil, long); return err }, []string{"evalsha"}},
		{"release", func() error { return s.Release(t.Context(), "f:v1:k", "token") }, []string{"evalsha"}},
		{"set", func() error { return s.Set(t.Context(), "f:v1:k", nil, long) }, []string{"evalsha"}},
		{"delete", func() error { return s.Delete(t.Context(), many...) }, []string{"unlink"}},
		{"bump", func() error { return s.Bump(t.Context(), "tag", "other") }, []string{"unlink"}},
		{"revoke", func() error { _, err := s.Revoke(t.Context(), store.Rule{Function: "f"}); return err }, []string{"evalsha"}},
		{"revocations", func() error { _, err := s.Revocations(t.Context()); return err }, []string{"evalsha"}},
	}
	for _, step := range steps {
		must(t, step.call()) // so that the server has the script
	}
	must(t, server.Client().Del(t.Context(), "bunsui:~tag:{tag}").Err())
	counted := &counter{}
	client.AddHook(counted)
	for _, step := range steps {
		counted.trips = nil
		must(t, step.call())
		if !slices.Equal(counted.trips, step.want) {
			t.Errorf("%s takes %q, want %q", step.name, counted.trips, step.want)
		}
	}
}

// TestForeignMessages publishes what the next version of this package might.
func TestForeignMessages(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := newStore(server.Client())
	events := watch(t, s)
	for _, text := range []string{"", "x", "z0123456789abcdef", "c0123456789abcdef\xff", "r0123456789abcdefx:", "r0123456789abcdef1:=9:f"} {
		must(t, server.Client().Publish(t.Context(), "bunsui:~events", text).Err())
		if e := <-events; e.Kind != store.Lost {
			t.Fatalf("after %q comes %+v, want Lost", text, e)
		}
		if e := <-events; e.Kind != store.Restored {
			t.Fatalf("after %q comes %+v, want Restored", text, e)
		}
	}
}
