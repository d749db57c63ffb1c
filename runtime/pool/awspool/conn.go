package awspool

import (
	"net"
	"sync"
	"time"
)

// live counts the connections that are open or being dialled.
type live struct {
	mu sync.Mutex
	n  int
	// less has something in it if n has become smaller since it was looked at.
	less chan struct{}
}

func (l *live) more() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
}

func (l *live) fewer() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n--
	select {
	case l.less <- struct{}{}:
	default:
	}
}

func (l *live) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

// A conn is a connection that is counted, and closed if it is silent for too long while
// it is in use.
type conn struct {
	net.Conn
	transport *Transport
	timeout   time.Duration // 0 is none
	expires   time.Time     // zero is never

	mu     sync.Mutex
	users  int // more than one only with HTTP/2
	closed bool
}

// begin is called when a request gets the connection.
func (c *conn) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users++
	c.transport.figures.inUse.Add(1)
	c.extend()
}

// finish is called when a request gives it back. While it is idle, the transport reads
// from it to see whether the server closes it, and that may take as long as it likes.
func (c *conn) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users--
	c.transport.figures.inUse.Add(-1)
	if c.users == 0 && c.timeout > 0 {
		_ = c.SetReadDeadline(time.Time{})
	}
}

// extend gives the connection time again. The mutex is held.
func (c *conn) extend() {
	if c.users > 0 && c.timeout > 0 {
		_ = c.SetReadDeadline(time.Now().Add(c.timeout))
	}
}

// Read reads what the server sends, for as long as the timeout allows.
func (c *conn) Read(p []byte) (int, error) {
	c.moved()
	return c.Conn.Read(p)
}

// Write sends, which shows that the connection is not silent.
func (c *conn) Write(p []byte) (int, error) {
	c.moved()
	return c.Conn.Write(p)
}

func (c *conn) moved() {
	if c.timeout <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.extend()
}

// Close closes the connection, and counts that once.
func (c *conn) Close() error {
	c.mu.Lock()
	first := !c.closed
	c.closed = true
	c.mu.Unlock()
	err := c.Conn.Close()
	if first {
		c.transport.figures.closed.Add(1)
		c.transport.live.fewer()
	}
	return err
}

// under returns the counted connection that is below layers of TLS, or nil.
func under(c net.Conn) *conn {
	for {
		switch layer := c.(type) {
		case *conn:
			return layer
		case interface{ NetConn() net.Conn }:
			c = layer.NetConn()
		default:
			return nil
		}
	}
}
