package poolfaults

import (
	"bufio"
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
)

const anyPort = "127.0.0.1:0"

// An echo is a server that answers each line with the same line.
type echo struct {
	address string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
}

func startEcho(t testing.TB) *server {
	t.Helper()
	e := &echo{address: anyPort, conns: map[net.Conn]bool{}}
	if err := e.restart(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.kill() })
	proxy := redistest.NewProxy(t, e.address)
	return &server{
		name: "TCP", proxy: proxy,
		connect: func(ctx context.Context, s *sockets, proxied bool) (link, error) {
			address := e.address
			if proxied {
				address = proxy.Addr()
			}
			c, err := s.dial(ctx, "tcp", address)
			if err != nil {
				return nil, err
			}
			return &line{Conn: c, in: bufio.NewReader(c), question: "%d"}, nil
		},
		kill: e.kill, restart: e.restart,
		clients: func(context.Context) (int, error) { return e.clients(), nil },
	}
}

// restart starts a server that was killed. Another program may have its port for a while.
func (e *echo) restart() (err error) {
	var l net.Listener
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if l, err = net.Listen("tcp", e.address); err == nil {
			break
		}
		if time.Now().After(end) {
			return err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listener = l
	if e.address == anyPort {
		e.address = l.Addr().String() // it stays
	}
	go e.accept(l)
	return nil
}

func (e *echo) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		e.mu.Lock()
		alive := e.listener == l
		if alive {
			e.conns[c] = true
		}
		e.mu.Unlock()
		if !alive {
			_ = c.Close()
			return
		}
		go e.serve(c)
	}
}

func (e *echo) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.conns, c)
	}()
	for lines := bufio.NewScanner(c); lines.Scan(); {
		if _, err := c.Write(append(lines.Bytes(), '\n')); err != nil {
			return
		}
	}
}

// kill ends the server with all its connections.
func (e *echo) kill() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == nil {
		return nil
	}
	err := e.listener.Close()
	e.listener = nil
	for c := range e.conns {
		_ = c.Close()
	}
	return err
}

func (e *echo) clients() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.conns)
}
