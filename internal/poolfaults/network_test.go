package poolfaults

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// refuses makes sure that who gives up is told why, and who waits gets a connection as
// soon as there can be one.
func (b *bed) refuses() {
	p := b.pool(func(o *pool.Options[*conn]) { o.AcquireTimeout = 200 * time.Millisecond })
	b.on.proxy.Refuse()
	err := b.call(p, 10*time.Second)
	if !errors.Is(err, pool.ErrTimeout) || !errors.Is(err, syscall.ECONNREFUSED) {
		b.Errorf("got %v", err)
	}
	if st := p.Stats(); st.Errors == 0 || st.CreateError == nil {
		b.Errorf("%+v", st)
	}
	b.end(p)

	p = b.pool(nil)
	result := later(func() error { return b.call(p, 10*time.Second) })
	for p.Stats().Errors == 0 {
		time.Sleep(time.Millisecond)
	}
	b.on.proxy.Heal()
	b.must(<-result)
	b.end(p)
}

// delays is slower than a health check may be, and then not so slow.
func (b *bed) delays() {
	p := b.pool(func(o *pool.Options[*conn]) { o.CheckTimeout = 100 * time.Millisecond })
	b.idle(p)
	b.on.proxy.Latency(400 * time.Millisecond)
	result := later(func() error { return b.call(p, 10*time.Second) })
	for p.Stats().ClosedBy[pool.PingFailed] == 0 {
		time.Sleep(time.Millisecond)
	}
	b.on.proxy.Latency(5 * time.Millisecond)
	b.must(<-result)
	b.on.proxy.Latency(0)
	b.end(p)
}

// halfOpenIdle makes sure that a ping which nobody answers costs one CheckTimeout.
func (b *bed) halfOpenIdle() {
	p := b.pool(func(o *pool.Options[*conn]) { o.Max = 1 })
	b.idle(p)
	b.on.proxy.Swallow()
	result := later(func() error { return b.call(p, 10*time.Second) })
	for p.Stats().ClosedBy[pool.PingFailed] == 0 {
		time.Sleep(time.Millisecond)
	}
	b.on.proxy.Heal()
	if err := <-result; errors.Is(err, context.DeadlineExceeded) { // its new connection may be half open as well
		b.Error(err)
	}
	b.wantClosed(p, pool.PingFailed, 1)
	b.works(p)
	b.end(p)
}

// halfOpenInUse makes sure that nobody gets a connection on which an answer is still to
// come.
func (b *bed) halfOpenInUse() {
	p := b.pool(nil)
	b.idle(p)
	err := p.With(b.Context(), func(_ context.Context, c *conn) error {
		b.on.proxy.Latency(300 * time.Millisecond)
		ctx, cancel := context.WithTimeout(b.Context(), 50*time.Millisecond)
		defer cancel()
		return c.ping(ctx)
	})
	b.on.proxy.Latency(0)
	if !errors.Is(err, context.DeadlineExceeded) {
		b.Errorf("got %v", err)
	}
	b.wantClosed(p, pool.Discarded, 1)
	for range 4 {
		b.works(p)
	}
	b.end(p)
}

// halfOpenConnecting makes sure that a connection which is not made in time keeps nobody
// for longer than they have said, and is no connection.
func (b *bed) halfOpenConnecting() {
	p := b.pool(func(o *pool.Options[*conn]) { o.AcquireTimeout = 300 * time.Millisecond })
	b.on.proxy.Swallow()
	began := time.Now()
	if err := b.call(p, 700*time.Millisecond); err == nil {
		b.Error("a call without an answer has no error")
	}
	if d := time.Since(began); d > 5*time.Second {
		b.Errorf("took %v", d)
	}
	b.on.proxy.Heal()
	for end := time.Now().Add(5 * time.Second); b.call(p, time.Second) != nil; {
		if time.Now().After(end) {
			b.Fatal("no call succeeds")
		}
	}
	b.end(p)
}

func (b *bed) failsFast() {
	p := b.pool(func(o *pool.Options[*conn]) { o.Min, o.FailFast = 1, true })
	b.on.proxy.Refuse()
	if err := p.Start(b.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
		b.Errorf("Start() = %v", err)
	}
	b.on.proxy.Heal()
	b.must(p.Start(b.Context()))
	if st := p.Stats(); st.Idle != 1 {
		b.Errorf("%+v", st)
	}
	b.end(p)
}

func (b *bed) degrades() {
	p := b.pool(func(o *pool.Options[*conn]) { o.Min = 2 })
	b.on.proxy.Refuse()
	b.must(p.Start(b.Context()))
	b.on.proxy.Heal()
	for end := time.Now().Add(10 * time.Second); p.Stats().Idle < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("nobody has filled the pool: %+v", p.Stats())
		}
	}
	b.works(p)
	b.end(p)
}

// hooksPanic makes sure that a hook which panics costs a connection, and nothing else.
func (b *bed) hooksPanic() {
	hooks := map[string]func(*pool.Hooks[*conn]){
		"OnCreate":  func(h *pool.Hooks[*conn]) { h.OnCreate = func(context.Context, *conn) error { panic("boom") } },
		"OnAcquire": func(h *pool.Hooks[*conn]) { h.OnAcquire = func(context.Context, *conn) error { panic("boom") } },
		"OnRelease": func(h *pool.Hooks[*conn]) { h.OnRelease = func(*conn) error { panic("boom") } },
		"OnClose":   func(h *pool.Hooks[*conn]) { h.OnClose = func(*conn, pool.Reason, error) { panic("boom") } },
	}
	for name, set := range hooks {
		b.Run(name, func(t *testing.T) {
			in := &bed{t, b.on, b.sockets}
			p := in.pool(func(o *pool.Options[*conn]) {
				o.AcquireTimeout = 300 * time.Millisecond
				set(&o.Hooks)
			})
			for range 3 {
				err := in.call(p, 10*time.Second)
				_, panicked := errors.AsType[*pool.PanicError](err)
				if want := name == "OnCreate" || name == "OnAcquire"; panicked != want {
					t.Errorf("got %v", err)
				}
			}
			in.end(p)
		})
	}
}

// closedMeanwhile closes a pool while nobody answers: it ends in time.
func (b *bed) closedMeanwhile() {
	p := b.pool(nil)
	b.idle(p)
	b.on.proxy.Swallow()
	result := later(func() error { return b.call(p, 500*time.Millisecond) })
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	b.must(p.Close(context.Background()))
	if d := time.Since(began); d > 10*time.Second {
		b.Errorf("took %v", d)
	}
	if err := <-result; err == nil {
		b.Error("a call without an answer has no error")
	}
	b.on.proxy.Heal()
	b.end(p)
}
