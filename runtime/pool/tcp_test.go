package pool_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

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
		must(t, ask(ctx, c)) // it is accepted
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
	end := every(10*time.Millisecond, func() {
		s.kill()
		s.start()
	})
	var users sync.WaitGroup
	var succeeded atomic.Int64
	for range 16 {
		users.Go(func() {
			for range 50 {
				begin := time.Now()
				err := call(p)
				if d := time.Since(begin); d > 10*time.Second {
					t.Errorf("a call took %v", d)
				}
				if err == nil {
					succeeded.Add(1)
				}
			}
		})
	}
	users.Wait()
	end()
	must(t, call(p))
	s.closeAll(p)
	t.Logf("%d of 800 calls succeeded; %+v", succeeded.Load(), p.Stats())
}
