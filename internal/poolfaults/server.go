package poolfaults

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/bunsui/bunsui-go/internal/redistest"
)

// Server is a kind of server.
type Server struct {
	Name  string
	start func(testing.TB) *server
}

// Servers returns all kinds.
func Servers() []Server {
	return []Server{{"PostgreSQL", startPostgres}, {"Redis", startRedis}, {"TCP", startEcho}}
}

// A server is one that runs, on its own or behind a proxy.
type server struct {
	name  string
	proxy *redistest.Proxy
	// connect makes a connection, through the proxy or not.
	connect func(ctx context.Context, s *sockets, proxied bool) (link, error)
	// broken is Options.Broken of a pool.
	broken        func(error) bool
	kill, restart func() error
	// clients returns how many connections the server has, but for the one it is asked by.
	clients func(context.Context) (int, error)
}

// A link is a connection.
type link interface {
	// echo returns what the server is sent, from the server.
	echo(ctx context.Context, number int64) (int64, error)
	close(ctx context.Context) error
}

// A conn is what is pooled.
type conn struct {
	link
	users atomic.Int32
}

var questions atomic.Int64

// ask asks a question that nobody else asks, and reports whether the answer is that of
// another, or somebody else has the connection as well.
func (c *conn) ask(ctx context.Context) (wrong bool, err error) {
	alone := c.users.Add(1) == 1
	defer c.users.Add(-1)
	question := questions.Add(1)
	answer, err := c.echo(ctx, question)
	return !alone || err == nil && answer != question, err
}

// ping is Options.Ping.
func (c *conn) ping(ctx context.Context) error {
	wrong, err := c.ask(ctx)
	if err == nil && wrong {
		err = fmt.Errorf("the answer of a ping belongs to another question")
	}
	return err
}
