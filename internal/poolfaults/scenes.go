package poolfaults

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
)

// late is how late answers are.
const late = 100 * time.Millisecond

// A fault is something that goes wrong.
type fault struct {
	name string
	// proxied says that connections go through the proxy.
	proxied bool
	// play lasts as long as it is told to, and leaves the server as it should be.
	play func(ctx context.Context, s *server, d time.Duration) error
}

func faults() []fault {
	return []fault{
		{name: "none", play: func(ctx context.Context, _ *server, d time.Duration) error { return sleep(ctx, d) }},
		{name: "server killed, restarted after 4 s", play: killed},
		{name: "server killed and restarted all the time for 4 s", play: killedAgain},
		{"network cut for 4 s", true, network((*redistest.Proxy).Cut)},
		{"network cut every 50 ms for 4 s", true, cutAgain},
		{"refused for 4 s", true, network((*redistest.Proxy).Refuse)},
		{"half open for 4 s", true, network((*redistest.Proxy).Swallow)},
		{"answers 100 ms late for 4 s", true, network(func(p *redistest.Proxy) { p.Latency(late) })},
	}
}

func faultsLike(only string) (some []fault) {
	for _, f := range faults() {
		if strings.Contains(f.name, only) {
			some = append(some, f)
		}
	}
	return some
}

func killed(ctx context.Context, s *server, d time.Duration) error {
	if err := s.kill(); err != nil {
		return err
	}
	return errors.Join(sleep(ctx, d), s.restart())
}

// killedAgain kills the server whenever it has been there for a short time.
func killedAgain(ctx context.Context, s *server, d time.Duration) error {
	for end := time.Now().Add(d); time.Now().Before(end); {
		if err := killed(ctx, s, d/40); err != nil {
			return err
		}
		if err := sleep(ctx, d/20); err != nil {
			return err
		}
	}
	return nil
}

// network is a bad network until the proxy heals.
func network(strike func(*redistest.Proxy)) func(context.Context, *server, time.Duration) error {
	return func(ctx context.Context, s *server, d time.Duration) error {
		strike(s.proxy)
		err := sleep(ctx, d)
		s.proxy.Latency(0)
		s.proxy.Heal()
		return err
	}
}

// cutAgain cuts all connections, again and again; new ones are let through.
func cutAgain(ctx context.Context, s *server, d time.Duration) error {
	for end := time.Now().Add(d); time.Now().Before(end); {
		s.proxy.Cut()
		s.proxy.Heal()
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
