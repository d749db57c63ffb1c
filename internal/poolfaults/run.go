package poolfaults

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/pprof"
	"strings"
	"sync"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// run is a fault on its way.
type run struct {
	fault
	on      *server
	effort  Effort
	sockets sockets
	pool    *pool.Pool[*conn]
	began   time.Time
	stop    chan struct{}

	mu     sync.Mutex
	result Row
	failed time.Duration // when the last call began that failed
}

func newRun(on *server, f fault, e Effort) *run {
	r := &run{fault: f, on: on, effort: e, stop: make(chan struct{}), result: Row{Server: on.name, Fault: f.name}}
	o := on.options(&r.sockets, f.proxied)
	o.Min = 2
	r.pool = pool.New(o)
	return r
}

// options are those of a pool of connections to the server.
func (s *server) options(count *sockets, proxied bool) pool.Options[*conn] {
	return pool.Options[*conn]{
		Name: s.name, Max: Most, AcquireTimeout: acquireBound, Broken: s.broken,
		PingAfter: 20 * time.Millisecond, CheckTimeout: 250 * time.Millisecond,
		CreateTimeout: 500 * time.Millisecond, CloseTimeout: closeTimeout,
		Backoff: 10 * time.Millisecond, MaxBackoff: 200 * time.Millisecond,
		Logger: slog.New(slog.DiscardHandler),
		New: func(ctx context.Context) (*conn, error) {
			l, err := s.connect(context.WithValue(ctx, pooledKey{}, true), count, proxied)
			if err != nil {
				return nil, err
			}
			return &conn{link: l}, nil
		},
		Close: func(ctx context.Context, c *conn) error { return c.close(ctx) },
		Ping:  func(ctx context.Context, c *conn) error { return c.ping(ctx) },
	}
}

// play makes calls while the fault is on. Then it ends everything, and looks what is left.
func (r *run) play(ctx context.Context) error {
	r.began = time.Now()
	_ = r.pool.Start(ctx) // nil without FailFast, unless it is closed
	var users sync.WaitGroup
	for range callers {
		users.Go(r.work)
	}
	failed := r.disturb(ctx)
	close(r.stop)
	ended := make(chan struct{})
	go func() {
		users.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(2 * Hung):
		return errors.Join(failed, fmt.Errorf("calls have not returned %v after the last one began", 2*Hung))
	}
	if err := r.pool.Close(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(failed, err)
	}
	left, err := r.left(context.WithoutCancel(ctx))
	r.result.Leaked = left
	return errors.Join(failed, err)
}

// disturb is the fault and what comes before and after it.
func (r *run) disturb(ctx context.Context) error {
	if err := sleep(ctx, r.effort.Fault/4); err != nil {
		return err
	}
	if err := r.fault.play(ctx, r.on, r.effort.Fault); err != nil {
		return err
	}
	healed := time.Since(r.began)
	for end := healed + Hung; time.Since(r.began) < end; {
		if err := sleep(ctx, r.effort.Fault/4); err != nil {
			return err
		}
		if calls, failed := r.so(); calls >= r.effort.Calls {
			r.result.Back = max(0, failed-healed)
			return nil
		}
	}
	return fmt.Errorf("the calls are not made %v after the fault", Hung)
}

func (r *run) so() (calls int, failed time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.result.Calls, r.failed
}

// work calls at regular times until the run is over. After a call that took long, those
// that should have been made meanwhile follow at once.
func (r *run) work() {
	pause := r.effort.Fault * 3 / 2 * callers / time.Duration(r.effort.Calls)
	for due := rand.N(pause); ; due += pause {
		select {
		case <-r.stop:
			return
		case <-time.After(due - time.Since(r.began)):
			r.call()
		}
	}
}

// call asks one question.
func (r *run) call() {
	bound, impatient := callBound, rand.IntN(20) == 0
	if impatient {
		bound = rand.N(impatience)
	}
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	began := time.Now()
	var wait time.Duration
	var wrong bool
	err := r.pool.With(ctx, func(ctx context.Context, c *conn) (err error) {
		wait = time.Since(began)
		wrong, err = c.ask(ctx)
		return err
	})
	took := time.Since(began)
	if wait == 0 {
		wait = took
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.note(took, wait, wrong)
	switch {
	case err == nil:
	case impatient && ctx.Err() != nil:
		r.result.GaveUp++
	default:
		r.result.Failed++
		r.failed = max(r.failed, began.Sub(r.began))
	}
}

func (row *Row) note(took, wait time.Duration, wrong bool) {
	row.Calls++
	if took >= Hung {
		row.Hung++
	}
	if wrong {
		row.Wrong++
	}
	row.Longest, row.LongestWait = max(row.Longest, took), max(row.LongestWait, wait)
}

func (r *run) row() Row {
	r.result.Made, r.result.Open = r.sockets.made, r.sockets.most
	return r.result
}

// left counts what there should not be any more, as soon as there is nothing, or when
// patience is over.
func (r *run) left(ctx context.Context) (int, error) {
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		there, err := r.on.clients(ctx)
		n := max(r.sockets.left(), there) + workers()
		if err == nil && n == 0 || time.Now().After(end) {
			return n, err
		}
	}
}

// workers counts the goroutines of the pool.
func workers() int {
	var text strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&text, 2)
	n := 0
	for one := range strings.SplitSeq(text.String(), "\n\n") {
		if strings.Contains(one, "bunsui-go/runtime/pool.") {
			n++
		}
	}
	return n
}
