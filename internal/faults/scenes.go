package faults

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/redistest"
)

// scene is what a scenario happens on.
type scene struct {
	// clients are those of the two processes.
	clients [processes]redis.UniversalClient
	// strike begins the fault, and heal ends it; nil if nothing ends it.
	strike, heal func()
	// replaces says that another server takes over, which does not have what the first
	// has not sent it yet: rediscache says so, and there is nothing that a client could
	// do about it. So nothing is changed just before.
	replaces bool
}

// both returns the same kind of client for both processes. Each has one of its own.
func both[C redis.UniversalClient](client func() C) (c [processes]redis.UniversalClient) {
	for i := range c {
		c[i] = client()
	}
	return c
}

func undisturbed(t testing.TB) scene {
	server := redistest.Start(t)
	return scene{clients: both(server.Client), strike: func() {}, heal: func() {}}
}

func killed(t testing.TB) scene {
	server := redistest.Start(t)
	return scene{clients: both(server.Client), strike: server.Kill, heal: server.Restart}
}

func paused(t testing.TB) scene {
	server := redistest.Start(t)
	return scene{clients: both(server.Client), strike: server.Pause, heal: server.Resume}
}

func full(t testing.TB) scene {
	server := redistest.Start(t)
	return scene{
		clients: both(server.Client),
		strike:  func() { server.MaxMemory(1, "noeviction") },
		heal:    func() { server.MaxMemory(0, "noeviction") },
	}
}

func failedOver(t testing.TB) scene {
	s := redistest.StartSentinel(t)
	return scene{clients: both(s.Client), strike: s.Master.Kill, replaces: true}
}

func masterKilled(t testing.TB) scene {
	c := redistest.StartCluster(t)
	return scene{clients: both(c.Client), strike: c.Nodes[0].Kill, replaces: true}
}

func cut(t testing.TB) scene { return cutOff(t, (*redistest.Proxy).Cut) }

func halfOpen(t testing.TB) scene { return cutOff(t, (*redistest.Proxy).Swallow) }

// cutOff is a bad network of the second process, while that of the first is well: so
// there are changes that the second does not hear of.
func cutOff(t testing.TB, strike func(*redistest.Proxy)) scene {
	server := redistest.Start(t)
	proxy := redistest.NewProxy(t, server.Addr())
	return scene{
		clients: [processes]redis.UniversalClient{server.Client(), server.ClientVia(proxy)},
		strike:  func() { strike(proxy) },
		heal:    proxy.Heal,
	}
}

// slow is a network that delays what the server sends to both processes.
func slow(latency time.Duration) func(testing.TB) scene {
	return func(t testing.TB) scene {
		server := redistest.Start(t)
		proxy := redistest.NewProxy(t, server.Addr())
		return scene{
			clients: both(func() *redis.Client { return server.ClientVia(proxy) }),
			strike:  func() { proxy.Latency(latency) },
			heal:    func() { proxy.Latency(0) },
		}
	}
}
