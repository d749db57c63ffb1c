package pool_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A world is a pool with its factory, its users and a record of what they see, in one
// bubble. The driver of the test takes a step at a time and waits until nothing moves.
type world struct {
	*testing.T
	rng  *rand.Rand
	pool *pool.Pool[*thing]
	what []string // the steps so far

	max    int // that New may rely on
	stopAt bool

	mu sync.Mutex
	// modes say what the functions of the options do from now on.
	modes  map[string]mode
	things []*thing
	users  map[int]*user
	ids    int
	// Counted as the factory sees it.
	constructing, pinging int
	canceled, expired     uint64
	leases                uint64
	faults                []string
}

// A mode is how a function behaves.
type mode int

const (
	works mode = iota
	fails
	panics
	exits
	slow   // obeys its context
	deaf   // does not
	nmodes = int(deaf) + 1
)

var errMode = errors.New("in the model")

// A thing is a resource.
type thing struct {
	id       int
	holder   *user
	leases   int
	live     bool // belongs to the pool
	closing  bool
	closed   int
	hijacked bool
}

// A user is an acquire and its lease.
type user struct {
	id      int
	cancel  context.CancelFunc
	waiting bool
	pinged  bool // it is not known where in the queue it is
	served  bool // in this step
	lease   pool.Lease[*thing]
	thing   *thing
	err     error
}

type userKey struct{}

func (w *world) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// act behaves as the mode of a function says. It is called without mu.
func (w *world) act(ctx context.Context, name string) error {
	w.mu.Lock()
	m := w.modes[name]
	w.mu.Unlock()
	switch m {
	case fails:
		return errMode
	case panics:
		panic(errMode)
	case exits:
		runtime.Goexit()
	case slow:
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	case deaf:
		time.Sleep(700 * time.Millisecond)
	}
	return nil
}

func (w *world) locked(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *world) create(ctx context.Context) (made *thing, err error) {
	w.locked(func() {
		w.constructing++
		if n := w.open() + w.constructing; n > w.max {
			w.fault("%d open, at most %d", n, w.max)
		}
	})
	err = pool.ErrGoexit
	defer w.locked(func() {
		w.constructing--
		if err != nil {
			return
		}
		made = &thing{id: len(w.things), live: true}
		w.things = append(w.things, made)
	})
	err = w.act(ctx, "New")
	return nil, err
}

// open counts the things that exist. The caller holds mu.
func (w *world) open() (n int) {
	for _, t := range w.things {
		if t.live || t.closing {
			n++
		}
	}
	return n
}

func (w *world) close(ctx context.Context, t *thing) error {
	w.locked(func() {
		if !t.live || t.holder != nil {
			w.fault("thing %d closed: live %v, holder %v", t.id, t.live, t.holder)
		}
		t.live, t.closing = false, true
		t.closed++
	})
	defer w.locked(func() { t.closing = false })
	return w.act(ctx, "Close")
}

func (w *world) ping(ctx context.Context, t *thing) error {
	w.locked(func() {
		w.pinging++
		ctx.Value(userKey{}).(*user).pinged = true
		if !t.live || t.holder != nil {
			w.fault("thing %d pinged: live %v, holder %v", t.id, t.live, t.holder)
		}
	})
	defer w.locked(func() { w.pinging-- })
	return w.act(ctx, "Ping")
}

// options are random.
func (w *world) options() pool.Options[*thing] {
	pick := func(ds ...time.Duration) time.Duration { return ds[w.rng.IntN(len(ds))] }
	w.max = 1 + w.rng.IntN(5)
	o := pool.Options[*thing]{
		Name: "model", Min: w.rng.IntN(w.max + 1), Max: w.max, Logger: silent,
		New: w.create, Close: w.close,
		MaxAge: pick(0, time.Second, time.Minute), MaxIdle: pick(0, time.Second, time.Minute),
		PingAfter: pick(0, pool.None, time.Minute), AcquireTimeout: pick(0, pool.None, time.Second),
		CreateTimeout: pick(0, 100*time.Millisecond), CheckTimeout: pick(0, 100*time.Millisecond),
		Backoff: time.Millisecond, MaxBackoff: time.Second, Leak: pick(0, time.Second),
		FailFast: w.rng.IntN(2) == 0,
	}
	if w.rng.IntN(2) == 0 {
		o.Ping = w.ping
	}
	if w.rng.IntN(2) == 0 {
		// Those that Goexit would end a goroutine of a user's, or of the test.
		o.Reset = func(ctx context.Context, _ *thing) error { return w.act(ctx, "Reset") }
		o.Hooks.OnRelease = func(*thing) error { return w.act(context.Background(), "OnRelease") }
		o.Hooks.OnAcquire = func(ctx context.Context, _ *thing) error { return w.act(ctx, "OnAcquire") }
		o.Hooks.OnClose = func(*thing, pool.Reason, error) { _ = w.act(context.Background(), "OnClose") }
	}
	return o
}

// acquire begins a call in a goroutine of its own.
func (w *world) acquire(ctx context.Context, try bool) {
	u := &user{id: w.ids, waiting: true} // they are numbered in the order of their calls
	w.ids++
	ctx, u.cancel = context.WithCancel(context.WithValue(ctx, userKey{}, u))
	w.locked(func() { w.users[u.id] = u })
	go func() {
		var l pool.Lease[*thing]
		var err error
		if try {
			l, err = w.pool.TryAcquire(ctx)
		} else {
			l, err = w.pool.Acquire(ctx)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		u.waiting, u.lease, u.err = false, l, err
		if err == nil {
			w.hold(u)
		} else {
			w.refused(u, try)
		}
	}()
}

// hold notes that u has a lease.
func (w *world) hold(u *user) {
	t := u.lease.Value()
	if !t.live || t.holder != nil {
		w.fault("user %d got thing %d: live %v, holder %v", u.id, t.id, t.live, t.holder)
	}
	u.thing, t.holder, u.served = t, u, true
	t.leases++
	w.leases++
}

// refused notes that u got an error.
func (w *world) refused(u *user, try bool) {
	delete(w.users, u.id)
	e, ok := errors.AsType[*pool.AcquireError](u.err)
	switch {
	case !ok && errors.Is(u.err, errMode): // of OnAcquire
	case !ok:
		w.fault("%v", u.err)
	case errors.Is(e.Err, pool.ErrClosed) && w.stopAt, errors.Is(e.Err, pool.ErrBusy) && try:
	case errors.Is(e.Err, pool.ErrTimeout):
		w.expired++
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, context.DeadlineExceeded):
		w.canceled++
	default:
		w.fault("%v", u.err)
	}
}
