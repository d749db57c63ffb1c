package pool_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A server answers each line with the same line, on the loopback interface.
type server struct {
	t    *testing.T
	addr string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	mute     bool // it reads, and does not answer
}

func newServer(t *testing.T) *server {
	s := &server{t: t, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}}
	s.start()
	s.addr = s.listener.Addr().String() // it stays
	t.Cleanup(s.kill)
	return s
}

func (s *server) start() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.addr)
	must(s.t, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener = l
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[c] = true
			s.mu.Unlock()
			go s.serve(c)
		}
	}()
}

func (s *server) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	}()
	for lines := bufio.NewScanner(c); lines.Scan(); {
		s.mu.Lock()
		mute := s.mute
		s.mu.Unlock()
		if !mute {
			if _, err := c.Write(append(lines.Bytes(), '\n')); err != nil {
				return
			}
		}
	}
}

// kill ends the server with all its connections: the next ones are refused.
func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.listener.Close()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *server) setMute(mute bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = mute
}

func (s *server) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// ask sends a line and reads the answer.
func ask(ctx context.Context, c net.Conn) error {
	deadline, _ := ctx.Deadline()
	if err := c.SetDeadline(deadline); err != nil {
		return err
	}
	if _, err := c.Write([]byte("hello\n")); err != nil {
		return err
	}
	text, err := bufio.NewReader(c).ReadString('\n')
	if err == nil && text != "hello\n" {
		err = errors.New("got " + text)
	}
	return err
}

func (s *server) pool() *pool.Pool[net.Conn] {
	return pool.New(pool.Options[net.Conn]{
		Name: "tcp", Max: 4, PingAfter: pool.None, CheckTimeout: 100 * time.Millisecond, Logger: silent,
		Backoff: time.Millisecond, MaxBackoff: 20 * time.Millisecond, AcquireTimeout: 300 * time.Millisecond,
		New: func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "tcp", s.addr)
		},
		Close: func(_ context.Context, c net.Conn) error { return c.Close() },
		Ping:  ask,
	})
}

// closeAll closes p, and waits until the server has no connection any more.
func (s *server) closeAll(p *pool.Pool[net.Conn]) {
	s.t.Helper()
	must(s.t, p.Close(context.Background()))
	for end := time.Now().Add(10 * time.Second); s.open() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("%d connections are left", s.open())
		}
	}
	if st := p.Stats(); st.Created != st.Closed || st.Open() != 0 {
		s.t.Errorf("%+v", st)
	}
}

func call(p *pool.Pool[net.Conn]) error { return p.With(context.Background(), ask) }

func TestServerDiesWhileIdle(t *testing.T) {
	s := newServer(t)
	p := s.pool()
	must(t, call(p))
	s.kill()
	err := call(p) // the ping fails, and so does another connection
	wantIs(t, err, pool.ErrTimeout)
	if _, ok := errors.AsType[*net.OpError](err); !ok {
		t.Errorf("the refusal is missing: %v", err)
	}
	wait := later(func() error { return call(p) })
	s.start()
	must(t, wait())
	if st := p.Stats(); st.ClosedBy[pool.PingFailed] != 1 || st.Created != 2 || st.Errors == 0 {
		t.Errorf("%+v", st)
	}
	s.closeAll(p)
}

func TestServerDiesInUse(t *testing.T) {
	s := newServer(t)
	p := s.pool()
	err := p.With(t.Context(), func(ctx context.Context, c net.Conn) error {
		s.kill()
		s.start()
		return ask(ctx, c)
	})
	if err == nil || !pool.Broken(err) {
		t.Errorf("got %v", err)
	}
	must(t, call(p))
	if st := p.Stats(); st.ClosedBy[pool.Discarded] != 1 {
		t.Errorf("%+v", st)
	}
	s.closeAll(p)
}

// A server that is there and does not answer costs the time of one ping, and no more
// than the acquire timeout if others do not answer either.
func TestHalfOpen(t *testing.T) {
	s := newServer(t)
	p := s.pool()
	var leases []pool.Lease[net.Conn]
	for range 4 {
		l, err := p.Acquire(t.Context())
		must(t, err)
		must(t, ask(t.Context(), l.Value()))
		leases = append(leases, l)
	}
	for _, l := range leases {
		must(t, l.Release())
	}
	s.setMute(true)
	begin := time.Now()
	l, err := p.Acquire(t.Context())
	if err == nil { // the fourth was created in the meantime
		must(t, l.Release())
	} else {
		wantIs(t, err, pool.ErrTimeout)
	}
	if d := time.Since(begin); d < 100*time.Millisecond || d > 5*time.Second {
		t.Errorf("took %v", d)
	}
	s.setMute(false)
	must(t, call(p))
	s.closeAll(p)
}

// The server is killed and restarted all the time: no call hangs, and no connection is
// left.
func TestServerComesAndGoes(t *testing.T) {
	s := newServer(t)
	p := s.pool()
	must(t, p.Start(t.Context()))
	stop := make(chan struct{})
	var users, killer sync.WaitGroup
	killer.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				s.kill()
				s.start()
			}
		}
	})
	var mu sync.Mutex
	succeeded := 0
	for range 16 {
		users.Go(func() {
			for range 50 {
				begin := time.Now()
				err := call(p)
				if d := time.Since(begin); d > 10*time.Second {
					t.Errorf("a call took %v", d)
				}
				if err == nil {
					mu.Lock()
					succeeded++
					mu.Unlock()
				}
			}
		})
	}
	users.Wait()
	close(stop)
	killer.Wait()
	must(t, call(p))
	s.closeAll(p)
	t.Logf("%d of 800 calls succeeded; %+v", succeeded, p.Stats())
}
