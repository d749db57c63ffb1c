package cache

import (
	"context"

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
	if route.Active() {
		at, bypass := c.at(ctx)
		if bypass {
			return load(ctx, key)
		}
		c = at
	}
	s := c.started()
	hash := s.hashOf(key)
	if v, ok := s.hit(hash, key); ok {
		return v, nil
	}
	return s.load(ctx, hash, key, load)
}

// LoadValue is Load for functions without an error. A caller whose context ends
// while it waits calls load itself, with its own context, and the result is not
// kept. A *RecursionError is panicked with.
func (c *Cache[K, V]) LoadValue(ctx context.Context, key K, load func(context.Context, K) V) V {
	if route.Active() {
		at, bypass := c.at(ctx)
		if bypass {
			return load(ctx, key)
		}
		c = at
	}
	s := c.started()
	hash := s.hashOf(key)
	if v, ok := s.hit(hash, key); ok {
		return v
	}
	return s.loadValue(ctx, hash, key, load)
}

// Refresh loads key whatever is kept, and keeps the result unless it is an
// error, in which case what was kept stays. A load that is under way may have
// begun before the change that the caller wants to see: it goes on for those
// who wait for it, and its result is not kept. Later callers of Load that find
// nothing join this one. It counts no hit and no miss.
func (c *Cache[K, V]) Refresh(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	at, bypass := c.at(ctx)
	if bypass {
		return load(ctx, key)
	}
	s := at.started()
	hash := s.hashOf(key)
	if err := ctx.Err(); err != nil {
		var zero V
		return zero, flight.Why(ctx)
	}
	if key != key { //nolint:staticcheck // true for NaN, which a map cannot find again
		return s.direct(ctx, hash, key, load)
	}
	r := s.flights.Anew(ctx, hash, key, load)
	if r.How == flight.Closed {
		return s.direct(ctx, hash, key, load)
	}
	return s.outcome(r)
}

// load is what follows when nothing was found. It stands apart so that a hit
// pays nothing for it.
//
//go:noinline
func (s *state[K, V]) load(ctx context.Context, hash uint64, key K, load flight.Loader[K, V]) (V, error) {
	if ctx.Err() != nil {
		s.counters.of(hash).misses.Add(1)
		var zero V
		return zero, flight.Why(ctx)
	}
	r, found := s.fly(ctx, hash, key, load)
	if !found {
		return s.direct(ctx, hash, key, load)
	}
	return s.outcome(r)
}

//go:noinline
func (s *state[K, V]) loadValue(ctx context.Context, hash uint64, key K, load func(context.Context, K) V) V {
	call := func(ctx context.Context, key K) (V, error) { return load(ctx, key), nil }
	if ctx.Err() != nil {
		s.counters.of(hash).misses.Add(1)
		v, _ := s.direct(ctx, hash, key, call)
		return v
	}
	r, found := s.fly(ctx, hash, key, call)
	// There may be an error even so: the caller left, or it met a load that a
	// call of Load began.
	if !found || r.Err != nil {
		v, _ := s.direct(ctx, hash, key, call)
		return v
	}
	v, err := s.outcome(r)
	if err != nil {
		panic(err)
	}
	return v
}

// fly loads or waits, and counts the lookup. It returns false if the caller
// must do without.
func (s *state[K, V]) fly(ctx context.Context, hash uint64, key K, load flight.Loader[K, V]) (r flight.Result[V], ok bool) {
	// Deferred, because a loader that calls runtime.Goexit in this goroutine
	// lets nothing else follow.
	defer s.count(hash, &r)
	if key != key { //nolint:staticcheck // true for NaN, which a map cannot find again
		return r, false
	}
	r = s.flights.Do(ctx, hash, key, load)
	return r, r.How != flight.Closed
}

// count counts a lookup that found nothing at first.
func (s *state[K, V]) count(hash uint64, r *flight.Result[V]) {
	if r.How == flight.Kept {
		s.counters.of(hash).hits.Add(1)
		return
	}
	s.counters.of(hash).misses.Add(1)
}

// outcome turns a flight's result into what Load returns or panics with.
func (s *state[K, V]) outcome(r flight.Result[V]) (V, error) {
	switch {
	case r.How == flight.Recursive:
		return r.Value, &RecursionError{Func: s.name}
	case r.Panic != nil:
		panic(panicError(r.Panic))
	}
	return r.Value, r.Err
}

// direct calls load for one caller only.
func (s *state[K, V]) direct(ctx context.Context, hash uint64, key K, load flight.Loader[K, V]) (V, error) {
	s.Loading(hash)
	failed := true
	defer func() {
		if failed {
			s.Failed(hash)
		}
	}()
	v, err := load(ctx, key)
	failed = err != nil
	return v, err
}
