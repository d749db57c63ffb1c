package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// Load returns what is kept for key, or calls load and keeps its result unless
// that is an error. A zero or nil value is a result like any other. A value
// that load returned together with an error is returned with it. What is kept is
// returned even if ctx has ended.
//
// Concurrent calls for one key share one call of load. Its context has the
// values of the first caller's; it is cancelled when all callers have left, and
// after Options.Timeout, and not with the first caller's. A caller whose own
// context ends leaves with an error that errors.Is finds to be context.Canceled
// or context.DeadlineExceeded. If the first caller's context cannot be
// cancelled, load runs in its goroutine, else in one of its own.
//
// If load panics, Load panics with a *PanicError in all callers. If it calls
// runtime.Goexit, the goroutine that it runs in ends, and Load panics with a
// *PanicError that wraps ErrGoexit in the others. A load that would wait for
// itself, directly or through others, gives a *RecursionError as far as contexts
// lead from one to the other.
//
// When the manager is closed, load is called directly and nothing is kept.
func (c *Cache[K, V]) Load(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	at := &c.core
	if route.Active() {
		var bypass bool
		if at, bypass = at.at(ctx); bypass {
			return load(ctx, key)
		}
	}
	s, hash := at.started(), c.hashOf(key)
	if e := c.hit(s, hash, key); e != nil {
		return e.value, nil
	}
	return c.load(ctx, s, newEntry[K, V](hash, key), load)
}

// LoadValue is Load for functions without an error. A caller whose context ends
// while it waits calls load itself, with its own context, and the result is not
// kept. A *RecursionError is panicked with.
func (c *Cache[K, V]) LoadValue(ctx context.Context, key K, load func(context.Context, K) V) V {
	at := &c.core
	if route.Active() {
		var bypass bool
		if at, bypass = at.at(ctx); bypass {
			return load(ctx, key)
		}
	}
	s, hash := at.started(), c.hashOf(key)
	if e := c.hit(s, hash, key); e != nil {
		return e.value
	}
	return c.loadValue(ctx, s, newEntry[K, V](hash, key), load)
}

// Refresh loads key whatever is kept, and keeps the result unless it is an
// error, in which case what was kept stays. A load that is under way may have
// begun before the change that the caller wants to see: it goes on for those
// who wait for it, and its result is not kept. Later callers of Load that find
// nothing join this one. It counts no hit and no miss.
func (c *Cache[K, V]) Refresh(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	at, bypass := c.core.at(ctx)
	if bypass {
		return load(ctx, key)
	}
	s, e := at.started(), newEntry[K, V](c.hashOf(key), key)
	return c.follow(ctx, s, e, load, s.anew(ctx, &e.Item, key == key)) //nolint:staticcheck // false for NaN
}

// load is what follows when nothing was found. It stands apart so that a hit
// pays nothing for it.
//
//go:noinline
func (c *Cache[K, V]) load(ctx context.Context, s *state, e *entry[K, V], load func(context.Context, K) (V, error)) (V, error) {
	return c.follow(ctx, s, e, load, s.begin(ctx, &e.Item, e.key == e.key)) //nolint:staticcheck // false for NaN
}

//go:noinline
func (c *Cache[K, V]) loadValue(ctx context.Context, s *state, e *entry[K, V], load func(context.Context, K) V) V {
	call := func(ctx context.Context, key K) (V, error) { return load(ctx, key), nil }
	step := s.begin(ctx, &e.Item, e.key == e.key) //nolint:staticcheck // false for NaN
	if step.recursive() {
		panic(step.err)
	}
	v, err := c.follow(ctx, s, e, call, step)
	// There may be an error even so: the caller left, or it met a load that a
	// call of Load began.
	if err != nil {
		v, _ = c.direct(ctx, s, e, call)
	}
	return v
}

// follow does what a step says, and returns what came of it.
func (c *Cache[K, V]) follow(ctx context.Context, s *state, e *entry[K, V], load func(context.Context, K) (V, error), next step) (v V, err error) {
	if next.err != nil {
		return v, next.err
	}
	switch f := next.call.Flight; {
	case next.call.How == flight.Closed:
		return c.direct(ctx, s, e, load)
	case next.call.How != flight.Leads:
	case f.Inline():
		c.fly(s, e, f, load)
	default:
		go c.fly(s, e, f, load)
	}
	it, err := next.outcome(ctx)
	if it == nil {
		return v, err
	}
	return entryOf[K, V](it).value, err
}

// fly runs a load.
func (c *Cache[K, V]) fly(s *state, e *entry[K, V], f *flight.Flight, load func(context.Context, K) (V, error)) {
	defer f.Land()
	if !f.Enter() {
		return
	}
	var err error
	if e.value, err = load(f, e.key); err == nil {
		s.weigh(&e.Item)
	}
	f.Return(err)
}

// direct calls load for one caller only.
func (c *Cache[K, V]) direct(ctx context.Context, s *state, e *entry[K, V], load func(context.Context, K) (V, error)) (V, error) {
	s.Loading(e.Hash)
	failed := true
	defer func() {
		if failed {
			s.Failed(e.Hash)
		}
	}()
	v, err := load(ctx, e.key)
	failed = err != nil
	return v, err
}

// step is what a caller that found nothing has to do next.
type step struct {
	call flight.Call
	// err is set if there is nothing to do but return it.
	err error
}

func (s step) recursive() bool { return s.call.How == flight.Recursive }

// begin finds out what to do for an entry that was not found, and counts the
// look-up. sane says that the key is equal to itself.
func (s *state) begin(ctx context.Context, it *engine.Item, sane bool) (next step) {
	next = s.next(ctx, it, sane, false)
	if next.call.How == flight.Kept {
		s.stripe(it.Hash).hits.Add(1)
	} else {
		s.stripe(it.Hash).misses.Add(1)
	}
	return next
}

// anew is begin for a load whatever is kept.
func (s *state) anew(ctx context.Context, it *engine.Item, sane bool) step {
	return s.next(ctx, it, sane, true)
}

func (s *state) next(ctx context.Context, it *engine.Item, sane, anew bool) (next step) {
	switch {
	case ctx.Err() != nil:
		return step{err: flight.Why(ctx)}
	case !sane:
		next.call.How = flight.Closed
	case anew:
		next.call = s.flights.Anew(ctx, it.Hash, subjectOf(it))
	default:
		next.call = s.flights.Do(ctx, it.Hash, subjectOf(it))
	}
	if next.recursive() {
		next.err = &RecursionError{Func: s.home.name}
	}
	return next
}

// outcome waits for the load, and returns the entry that has its result, or nil if
// the caller has left, and an error. It panics if the load did.
func (s step) outcome(ctx context.Context) (*engine.Item, error) {
	call := s.call
	if call.How == flight.Kept {
		return itemOf(call.Kept), nil
	}
	if call.How == flight.Joined || !call.Flight.Inline() {
		if err := call.Wait(ctx); err != nil {
			return nil, err
		}
	}
	panicked, err := call.Flight.Outcome()
	if panicked != nil {
		panic(panicError(panicked))
	}
	return itemOf(call.Flight.Subject), err
}
