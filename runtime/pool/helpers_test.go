package pool_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A conn is a resource whose factory is in the hands of a test.
type conn struct {
	id     int
	closed bool
}

// A site makes conns, and knows what became of them.
type site struct {
	mu   sync.Mutex
	made []*conn
	slow time.Duration // how long it takes
	err  error         // why it fails
	why  []pool.Reason // for which conns were closed
}

func (s *site) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *site) options() pool.Options[*conn] {
	return pool.Options[*conn]{
		Name: "test", Max: 3, AgeJitter: pool.NoJitter, Backoff: time.Millisecond, MaxBackoff: time.Millisecond,
		New: s.create,
		Close: func(_ context.Context, c *conn) error {
			s.do(func() { c.closed = true })
			return nil
		},
		Hooks: pool.Hooks[*conn]{OnClose: func(_ *conn, why pool.Reason, _ error) {
			s.do(func() { s.why = append(s.why, why) })
		}},
	}
}

func (s *site) create(ctx context.Context) (*conn, error) {
	var slow time.Duration
	s.do(func() { slow = s.slow })
	select {
	case <-time.After(slow):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	c := &conn{id: len(s.made) + 1}
	s.made = append(s.made, c)
	return c, nil
}

// reasons returns for which conns were closed so far.
func (s *site) reasons() (why []pool.Reason) {
	synctest.Wait()
	s.do(func() { why = slices.Clone(s.why) })
	return why
}

// inBubble runs a test with a pool, and closes that at the end.
func inBubble(t *testing.T, change func(*site, *pool.Options[*conn]), test func(*testing.T, *site, *pool.Pool[*conn])) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		pool.Recycle(t)
		s := new(site)
		o := s.options()
		if change != nil {
			change(s, &o)
		}
		p := pool.New(o)
		test(t, s, p)
		must(t, p.Close(t.Context()))
		if st := p.Stats(); st.Open() != 0 || st.Waiting != 0 || st.Created != st.Closed {
			t.Errorf("after Close: %+v", st)
		}
	})
}

func acquire(t *testing.T, p *pool.Pool[*conn]) pool.Lease[*conn] {
	t.Helper()
	l, err := p.Acquire(t.Context())
	must(t, err)
	return l
}

// later calls f in a goroutine and returns its result when that is there.
func later[T any](f func() T) func() T {
	ch := make(chan T, 1)
	go func() { ch <- f() }()
	return func() T { return <-ch }
}

func wantIs(t *testing.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("got %v, want %v", err, target)
	}
}

// every calls f again and again, until end is called, which waits for that.
func every(d time.Duration, f func()) (end func()) {
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(d):
				f()
			}
		}
	})
	return func() {
		close(stop)
		done.Wait()
	}
}
