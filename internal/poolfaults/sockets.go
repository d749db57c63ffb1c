package poolfaults

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
)

// sockets counts connections of this process.
type sockets struct {
	mu sync.Mutex
	// open are all, others included that a client opens beside, such as those of pgx to
	// cancel a query. pooled are those that belong to resources, and most is how many
	// these were at most.
	open, pooled, most int
	made               int
}

// pooledKey is that of contexts in which what is dialled belongs to a resource.
type pooledKey struct{}

func (s *sockets) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	pooled := ctx.Value(pooledKey{}) != nil
	s.add(pooled, 1)
	return &socket{Conn: c, of: s, pooled: pooled}, nil
}

func (s *sockets) add(pooled bool, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += n
	if pooled {
		s.pooled += n
		s.most = max(s.most, s.pooled)
		s.made += max(0, n)
	}
}

func (s *sockets) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

// A socket is a connection that is counted until it is closed.
type socket struct {
	net.Conn
	of     *sockets
	pooled bool
	closed atomic.Bool
}

func (s *socket) Close() error {
	err := s.Conn.Close()
	if s.closed.CompareAndSwap(false, true) {
		s.of.add(s.pooled, -1)
	}
	return err
}
