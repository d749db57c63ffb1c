package poolfaults

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A bed is a server with what counts its connections.
type bed struct {
	*testing.T
	on      *server
	sockets *sockets
}

// TestParts breaks each kind of server in each way, one after the other.
func TestParts(t *testing.T) {
	tests := []struct {
		name string
		run  func(*bed)
	}{
		{"dies while idle", (*bed).diesIdle},
		{"dies in use", (*bed).diesInUse},
		{"dies in a health check", (*bed).diesInCheck},
		{"refuses", (*bed).refuses},
		{"delays", (*bed).delays},
		{"half open while idle", (*bed).halfOpenIdle},
		{"half open in use", (*bed).halfOpenInUse},
		{"half open while connecting", (*bed).halfOpenConnecting},
		{"more waiters than connections", (*bed).crowd},
		{"waiters give up", (*bed).givesUp},
		{"fails at start, fast", (*bed).failsFast},
		{"fails at start, degraded", (*bed).degrades},
		{"hooks panic", (*bed).hooksPanic},
		{"closed while the server is away", (*bed).closedMeanwhile},
	}
	for _, s := range Servers() {
		t.Run(s.Name, func(t *testing.T) {
			on := s.start(t)
			for _, tt := range tests {
				t.Run(tt.name, func(t *testing.T) { tt.run(&bed{t, on, &sockets{}}) })
			}
		})
	}
}

// pool makes a pool through the proxy, with some options changed.
func (b *bed) pool(change func(*pool.Options[*conn])) *pool.Pool[*conn] {
	o := b.on.options(b.sockets, true)
	o.Max, o.AcquireTimeout, o.PingAfter = 2, 5*time.Second, pool.None
	if change != nil {
		change(&o)
	}
	return pool.New(o)
}

// end closes p and makes sure that nothing is left, and that there never was too much.
func (b *bed) end(p *pool.Pool[*conn]) {
	b.Helper()
	b.must(p.Close(context.Background()))
	r := run{on: b.on, pool: p}
	for end := time.Now().Add(patience); b.sockets.left() > 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	left, err := r.left(context.Background())
	b.must(err)
	if left += b.sockets.left(); left > 0 {
		b.Errorf("%d connections or goroutines are left", left)
	}
	st := p.Stats()
	if st.Created != st.Closed || st.Open() != 0 {
		b.Errorf("the figures do not add up: %+v", st)
	}
	if b.sockets.most > st.Max {
		b.Errorf("%d connections at once, want at most %d", b.sockets.most, st.Max)
	}
}

func (b *bed) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// call asks one question within a time.
func (b *bed) call(p *pool.Pool[*conn], within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return p.With(ctx, func(ctx context.Context, c *conn) error {
		wrong, err := c.ask(ctx)
		if wrong {
			b.Error("the answer is that of another question")
		}
		return err
	})
}

func (b *bed) works(p *pool.Pool[*conn]) {
	b.Helper()
	b.must(b.call(p, 10*time.Second))
}

// idle makes connections of all that may be, which are idle then.
func (b *bed) idle(p *pool.Pool[*conn]) {
	b.Helper()
	var leases []pool.Lease[*conn]
	for range p.Stats().Max {
		l, err := p.Acquire(context.Background())
		b.must(err)
		b.must(l.Value().ping(b.Context()))
		leases = append(leases, l)
	}
	for _, l := range leases {
		b.must(l.Release())
	}
}

func (b *bed) wantClosed(p *pool.Pool[*conn], why pool.Reason, n uint64) {
	b.Helper()
	if st := p.Stats(); st.ClosedBy[why] != n {
		b.Errorf("%d were closed because %q, want %d: %v", st.ClosedBy[why], why, n, st.ClosedBy)
	}
}

func (b *bed) diesIdle() {
	p := b.pool(nil)
	b.idle(p)
	b.must(b.on.kill())
	b.must(b.on.restart())
	b.works(p) // without an error: the pings have found out
	b.wantClosed(p, pool.PingFailed, 2)
	b.end(p)
}

func (b *bed) diesInUse() {
	p := b.pool(nil)
	err := p.With(b.Context(), func(ctx context.Context, c *conn) error {
		b.must(c.ping(ctx))
		b.must(b.on.kill())
		b.must(b.on.restart())
		return c.ping(ctx)
	})
	if err == nil {
		b.Error("a connection to a server that is gone works")
	}
	b.wantClosed(p, pool.Discarded, 1)
	b.works(p)
	b.end(p)
}

// diesInCheck kills the server while it is pinged, and has not answered.
func (b *bed) diesInCheck() {
	p := b.pool(func(o *pool.Options[*conn]) { o.CheckTimeout = 20 * time.Second })
	b.idle(p)
	b.on.proxy.Swallow()
	result := later(func() error { return b.call(p, 10*time.Second) })
	time.Sleep(50 * time.Millisecond) // or it dies before: nothing else changes
	b.must(b.on.kill())
	b.must(b.on.restart())
	b.on.proxy.Heal()
	if err := <-result; errors.Is(err, context.DeadlineExceeded) { // it may have got a connection to nobody
		b.Error(err)
	}
	b.wantClosed(p, pool.PingFailed, 2)
	b.works(p)
	b.end(p)
}

// later calls f, whose result can be received.
func later(f func() error) <-chan error {
	result := make(chan error, 1)
	go func() { result <- f() }()
	return result
}

func (b *bed) crowd() {
	p := b.pool(nil)
	var all sync.WaitGroup
	errs := make([]error, 50)
	for i := range errs {
		all.Go(func() { errs[i] = b.call(p, 10*time.Second) })
	}
	all.Wait()
	b.must(errors.Join(errs...))
	if st := p.Stats(); st.Waits == 0 || st.Created > 2 {
		b.Errorf("%+v", st)
	}
	b.end(p)
}

// givesUp has waiters that are cancelled, and those behind them that are not.
func (b *bed) givesUp() {
	p := b.pool(nil)
	first, err := p.Acquire(b.Context())
	b.must(err)
	second, err := p.Acquire(b.Context())
	b.must(err)
	ctx, cancel := context.WithCancel(b.Context())
	var results []<-chan error
	for i := range 20 {
		results = append(results, later(func() error {
			if i%2 == 0 {
				return p.With(ctx, func(ctx context.Context, c *conn) error { return c.ping(ctx) })
			}
			return b.call(p, 10*time.Second)
		}))
	}
	for p.Stats().Waiting < 20 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	for i := 0; i < 20; i += 2 {
		if err := <-results[i]; !errors.Is(err, context.Canceled) {
			b.Errorf("got %v", err)
		}
	}
	b.must(errors.Join(first.Release(), second.Release()))
	for i := 1; i < 20; i += 2 {
		b.must(<-results[i])
	}
	b.end(p)
}
