package cache_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// The ways to call a cache that lead to a load.
type manner int

const (
	load manner = iota
	loadValue
	refresh
)

// A call is one call of the cache, in a goroutine of its own or in a loader.
type call struct {
	id       int
	key      int
	how      manner
	inline   bool // its context has no end
	obedient bool // its loader returns when its context ends
	parent   *modelLoad
	deadline time.Duration // 0 for none

	// What the model says.
	ended ending     // of its context
	on    *modelLoad // what it waits for
	led   *modelLoad // what it began, for all
	alone *modelLoad // what it began, for itself
	want  result

	// What is. The lock of calls guards got.
	ctx    context.Context
	cancel context.CancelFunc
	got    result
}

// A run is a loader at work, which does what it is told.
type run struct {
	call   *call
	ctx    context.Context
	alone  bool
	orders chan order
}

// An order tells a loader how to end, or to make a call first.
type order struct {
	result
	nested *call
}

// caller is the key of the context value by which loaders know who called.
type caller struct{}

// calls are the goroutines of a test of the model.
type calls struct {
	cache *cache.Cache[int, int64]
	// abort is closed to make all loaders return when a test has failed.
	abort chan struct{}
	mu    sync.Mutex
	runs  []*run
}

// prepare makes the context of a call, from that of the loader that makes it.
func (c *call) prepare(parent context.Context, now time.Duration) {
	c.ctx, c.cancel = context.WithValue(parent, caller{}, c.id), func() {}
	if c.inline {
		return
	}
	c.ctx, c.cancel = context.WithCancel(c.ctx)
	if c.deadline > 0 {
		c.ctx, c.cancel = context.WithTimeout(c.ctx, c.deadline-now)
	}
}

// make makes a call and notes what it comes to. If nested, it returns even if
// that is a panic.
func (w *calls) make(c *call) {
	value, err, normal := int64(0), error(nil), false
	defer func() {
		got := outcomeOf(value, err, normal, recover())
		w.mu.Lock()
		defer w.mu.Unlock()
		c.got = got
	}()
	switch c.how {
	case load:
		value, err = w.cache.Load(c.ctx, c.key, w.loader(c))
	case refresh:
		value, err = w.cache.Refresh(c.ctx, c.key, w.loader(c))
	default:
		value = w.cache.LoadValue(c.ctx, c.key, func(ctx context.Context, key int) int64 {
			v, err := w.loader(c)(ctx, key)
			if err != nil {
				return 0
			}
			return v
		})
	}
	normal = true
}

// outcomeOf tells how a call ended.
func outcomeOf(value int64, err error, normal bool, thrown any) result {
	if !normal {
		return thrownOutcome(thrown)
	}
	switch recursion := (*cache.RecursionError)(nil); {
	case err == nil:
		return result{returned, value}
	case errors.Is(err, errLoad):
		return result{failed, value}
	case errors.Is(err, context.DeadlineExceeded):
		return result{expired, value}
	case errors.Is(err, context.Canceled):
		return result{canceled, value}
	case errors.As(err, &recursion) && recursion.Func == "model":
		return result{recursive, value}
	}
	panic(err)
}

func thrownOutcome(thrown any) result {
	switch thrown := thrown.(type) {
	case nil:
		return result{ending: exited}
	case *cache.PanicError:
		if errors.Is(thrown, cache.ErrGoexit) {
			return result{ending: exitedElsewhere}
		}
		if thrown.Value == errLoad && len(thrown.Stack) > 0 {
			return result{ending: panicked}
		}
	case *cache.RecursionError:
		return result{ending: recursive}
	case error:
		if thrown == errLoad {
			return result{ending: panickedBare}
		}
	}
	panic(thrown)
}

// loader returns the loader of a call, which waits for orders.
func (w *calls) loader(c *call) func(context.Context, int) (int64, error) {
	return func(ctx context.Context, _ int) (int64, error) {
		r := &run{call: c, ctx: ctx, alone: ctx == c.ctx, orders: make(chan order)}
		w.mu.Lock()
		w.runs = append(w.runs, r)
		w.mu.Unlock()
		defer w.drop(r)
		var quit <-chan struct{}
		if c.obedient {
			quit = ctx.Done()
		}
		for {
			select {
			case o := <-r.orders:
				if o.nested == nil {
					return o.carryOut()
				}
				w.make(o.nested)
			case <-quit:
				return 0, ctx.Err()
			case <-w.abort:
				return 0, errLoad
			}
		}
	}
}

// carryOut ends a loader as it was told.
func (o order) carryOut() (int64, error) {
	switch o.ending {
	case failed:
		return o.value, errLoad
	case panicked:
		panic(errLoad)
	case exited:
		runtime.Goexit()
	}
	return o.value, nil
}

func (w *calls) drop(r *run) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, other := range w.runs {
		if other == r {
			w.runs = append(w.runs[:i], w.runs[i+1:]...)
			return
		}
	}
}

// running returns the number of loaders at work.
func (w *calls) running() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.runs)
}

// resultOf returns what a call has come to so far.
func (w *calls) resultOf(c *call) result {
	w.mu.Lock()
	defer w.mu.Unlock()
	return c.got
}

// runOf returns the loader of a load, or nil.
func (w *calls) runOf(l *modelLoad) *run {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.runs {
		if r.load() == l {
			return r
		}
	}
	return nil
}

// load returns what the loader works for, according to the model.
func (r *run) load() *modelLoad {
	if r.alone {
		return r.call.alone
	}
	return r.call.led
}
