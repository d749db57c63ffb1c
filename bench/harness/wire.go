package harness

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
)

// A Wire is a TCP proxy in front of a Redis server that counts what goes through it.
// It is for counting, not for timing: it makes each message later.
type Wire struct {
	listener net.Listener
	target   string
	counts   wireCounts
	open     sync.WaitGroup
	done     chan struct{}
}

type wireCounts struct{ commands, trips, sent, received atomic.Int64 }

// Traffic is what has gone over a wire.
type Traffic struct {
	// Commands are those that clients have sent; a script is one, whatever it does.
	Commands int64
	// RoundTrips are how often a client has sent something after it had got
	// something: commands in a pipeline are one. Where goroutines share a connection,
	// their round trips may merge, so that one goroutine is what can be counted.
	RoundTrips int64
	// Sent and Received are bytes, as the clients see it.
	Sent, Received int64
}

// Sub returns what has gone over the wire since before.
func (t Traffic) Sub(before Traffic) Traffic {
	return Traffic{
		t.Commands - before.Commands, t.RoundTrips - before.RoundTrips,
		t.Sent - before.Sent, t.Received - before.Received,
	}
}

// NewWire listens on a port of the loopback interface and forwards to a TCP address.
func NewWire(target string) (*Wire, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &Wire{listener: listener, target: target, done: make(chan struct{})}
	w.open.Go(w.accept)
	return w, nil
}

// Addr is where clients connect.
func (w *Wire) Addr() string { return w.listener.Addr().String() }

// Traffic returns the counts so far.
func (w *Wire) Traffic() Traffic {
	return Traffic{w.counts.commands.Load(), w.counts.trips.Load(), w.counts.sent.Load(), w.counts.received.Load()}
}

// Close closes the connections, and waits until nothing of the wire runs any more.
func (w *Wire) Close() error {
	close(w.done)
	err := w.listener.Close()
	w.open.Wait()
	return err
}

func (w *Wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return // closed
		}
		w.open.Go(func() { w.serve(client) })
	}
}

// serve forwards one connection until either side closes it, or the wire is closed.
func (w *Wire) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", w.target)
	if err != nil {
		return // the client sees a connection that ends
	}
	defer server.Close()
	var answered atomic.Bool
	answered.Store(true)
	over := make(chan struct{}, 2)
	w.open.Go(func() {
		var commands commandCounter
		forward(server, client, func(b []byte) {
			w.counts.sent.Add(int64(len(b)))
			w.counts.commands.Add(commands.feed(b))
			if answered.Swap(false) {
				w.counts.trips.Add(1)
			}
		})
		over <- struct{}{}
	})
	w.open.Go(func() {
		forward(client, server, func(b []byte) {
			w.counts.received.Add(int64(len(b)))
			answered.Store(true)
		})
		over <- struct{}{}
	})
	select {
	case <-over:
	case <-w.done:
	}
}

// forward copies, and calls seen ahead of each write, so that who gets an answer finds
// it counted.
func forward(to io.Writer, from io.Reader, seen func([]byte)) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			seen(buffer[:n])
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// A commandCounter finds commands in what a client sends in the protocol of Redis:
// arrays of texts, whose lengths stand before them.
type commandCounter struct {
	// line is what has come of a line, skip how much of a text is to come.
	line []byte
	skip int
}

var errLength = errors.New("not a length")

// feed returns the number of commands that begin in b, the next bytes of the stream.
func (c *commandCounter) feed(b []byte) (commands int64) {
	for len(b) > 0 {
		if c.skip > 0 {
			n := min(c.skip, len(b))
			c.skip -= n
			b = b[n:]
			continue
		}
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			c.line = append(c.line, b...)
			return commands
		}
		line := append(c.line, b[:end]...)
		b = b[end+1:]
		if n, err := lengthIn(line); err == nil && line[0] == '$' {
			c.skip = n + len("\r\n")
		} else if err == nil {
			commands++
		}
		c.line = line[:0]
	}
	return commands
}

// lengthIn reads the number of a line such as $12 or *3.
func lengthIn(line []byte) (int, error) {
	if len(line) < 2 || line[0] != '$' && line[0] != '*' {
		return 0, errLength
	}
	return strconv.Atoi(string(bytes.TrimRight(line[1:], "\r")))
}
