package redistest

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Proxy passes TCP connections on to a server, as badly as it is told to. It is safe
// for concurrent use.
type Proxy struct {
	addr string

	mu       sync.Mutex
	listener net.Listener // nil while it refuses
	target   string
	mode     mode
	latency  time.Duration
	pairs    map[*pair]bool
}

type mode int

const (
	passing mode = iota
	cutting
	swallowing
)

// pair is a connection of a client and the one to the server that belongs to it.
type pair struct {
	client, server net.Conn
	lost           bool // some bytes were swallowed, guarded by the proxy's mutex
}

func (p *pair) close() {
	_ = p.client.Close()
	_ = p.server.Close()
}

// NewProxy starts a proxy for the server with that address, which is a host and a port,
// or the path of a socket. It ends with the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: target, addr: l.Addr().String(), listener: l, pairs: map[*pair]bool{}}
	go p.accept(l)
	t.Cleanup(p.Refuse)
	return p
}

// Addr returns the host and port that clients connect to.
func (p *Proxy) Addr() string { return p.addr }

// Redirect passes new connections on to another server. Those that there are stay.
func (p *Proxy) Redirect(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// Latency delays what the server sends by d from now on; 0 ends that.
func (p *Proxy) Latency(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latency = d
}

// Cut closes all connections, and new ones at once, until Heal.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut()
}

func (p *Proxy) cut() {
	p.mode = cutting
	for pair := range p.pairs {
		pair.close()
	}
}

// Refuse closes all connections, and listens no more, so that new ones are refused,
// until Heal.
func (p *Proxy) Refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut()
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
}

// Swallow keeps all connections open, takes new ones, and passes on nothing in
// either direction, until Heal: they are half open.
func (p *Proxy) Swallow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = swallowing
}

// Heal passes everything on again. Connections of which bytes were lost are closed. It
// panics if another program has taken the port of a proxy that has refused.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener == nil {
		var err error
		if err = retry(patience, func() error { p.listener, err = net.Listen("tcp", p.addr); return err }); err != nil {
			panic(err)
		}
		go p.accept(p.listener)
	}
	p.mode = passing
	for pair := range p.pairs {
		if pair.lost {
			pair.close()
		}
	}
}

func (p *Proxy) accept(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go p.serve(client)
	}
}

func (p *Proxy) serve(client net.Conn) {
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	network := "tcp"
	if strings.HasPrefix(target, "/") {
		network = "unix"
	}
	server, err := net.DialTimeout(network, target, time.Second)
	if err != nil {
		_ = client.Close()
		return
	}
	pair := &pair{client: client, server: server}
	if !p.add(pair) {
		pair.close()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { p.pump(pair, server, client, false) })
	both.Go(func() { p.pump(pair, client, server, true) })
	both.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pairs, pair)
}

func (p *Proxy) add(pair *pair) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == cutting {
		return false
	}
	p.pairs[pair] = true
	return true
}

// pump copies until a connection ends, and then ends both.
func (p *Proxy) pump(pair *pair, to, from net.Conn, delayed bool) {
	defer pair.close()
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		wait, pass := p.judge(pair, n)
		if delayed && wait > 0 {
			time.Sleep(wait)
		}
		if pass {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// judge says what becomes of n bytes.
func (p *Proxy) judge(pair *pair, n int) (wait time.Duration, pass bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mode == swallowing || pair.lost {
		pair.lost = pair.lost || n > 0
		return 0, false
	}
	return p.latency, true
}
