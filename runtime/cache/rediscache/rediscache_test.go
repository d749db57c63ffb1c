package rediscache_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// conform runs the suite with two clients, as two processes have them.
func conform(t *testing.T, a, b redis.UniversalClient) {
	t.Helper()
	cachetest.RunStore(t, func(testing.TB) (store.Store, store.Store) {
		return rediscache.New(a, rediscache.Options{}), rediscache.New(b, rediscache.Options{Namespace: rediscache.DefaultNamespace})
	})
}

func TestAlone(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	conform(t, s.Client(), s.Client())
}

func TestCluster(t *testing.T) {
	t.Parallel()
	c := redistest.StartCluster(t)
	conform(t, c.Client(), c.Client())
}

func TestSentinel(t *testing.T) {
	t.Parallel()
	s := redistest.StartSentinel(t)
	conform(t, s.Client(), s.Client())
}

// commands are those that the package comment names.
var commands = []string{
	"get", "mget", "set", "unlink", "del", "getrange", "hget", "hset", "hkeys", "hlen", "hdel", "hgetall",
	"pexpire", "pttl", "time", "publish", "subscribe", "ping", "eval", "evalsha",
}

func TestLimitedUser(t *testing.T) {
	t.Parallel()
	s := redistest.StartTLS(t, rediscache.DefaultNamespace, commands...)
	conform(t, s.Client(), s.Client())
}
