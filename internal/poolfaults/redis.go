package poolfaults

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
)

func startRedis(t testing.TB) *server {
	t.Helper()
	redis := redistest.Start(t)
	proxy := redistest.NewProxy(t, redis.Addr())
	return &server{
		name: "Redis", proxy: proxy,
		connect: func(ctx context.Context, s *sockets, proxied bool) (link, error) {
			address := redis.Addr()
			if proxied {
				address = proxy.Addr()
			}
			c, err := s.dial(ctx, "tcp", address)
			if err != nil {
				return nil, err
			}
			return greeted(ctx, &line{Conn: c, in: bufio.NewReader(c), question: "ECHO %d", header: true})
		},
		kill:    func() error { redis.Kill(); return nil },
		restart: func() error { redis.Restart(); return nil },
		clients: func(context.Context) (int, error) { return redisClients(redis.Addr()) },
	}
}

// greeted returns a connection to a server that answers, as clients do that say hello.
func greeted(ctx context.Context, l *line) (link, error) {
	if _, err := l.echo(ctx, 0); err != nil {
		return nil, errors.Join(err, l.close(ctx))
	}
	return l, nil
}

// redisClients asks for the list of clients, one in a line.
func redisClients(address string) (int, error) {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	if _, err := fmt.Fprint(c, "CLIENT LIST\r\n"); err != nil {
		return 0, err
	}
	var size int
	in := bufio.NewReader(c)
	if _, err := fmt.Fscanf(in, "$%d\r\n", &size); err != nil {
		return 0, err
	}
	var text strings.Builder
	for text.Len() < size {
		one, err := in.ReadString('\n')
		if err != nil {
			return 0, err
		}
		text.WriteString(one)
	}
	return strings.Count(text.String(), "\n") - 1, nil
}
