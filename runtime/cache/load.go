package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
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
// What is kept is not always what load returned last: Options.Refresh and Early
// have it called in the background, while Load returns what is kept; with Stale,
// Load may return a result that is too old, with a nil error, in place of the error
// of load; with ErrorsTTL and MissingTTL it returns an error that is kept, the very
// value that load returned. A panic is never replaced by an old result; one in the
// background, or after all callers have gone, is logged, as are runtime.Goexit and
// errors.
//
// A shared cache asks the manager's store before it calls load. A caller whose
// context is cancelled meanwhile may leave only when the store has answered, or its
// deadline or Config.StoreTimeout is over.
//
// When the manager is closed, load is called directly and nothing is kept.
func (c *Cache[K, V]) Load(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	if route.Active() {
		return c.loadRouted(ctx, key, load)
	}
	s, hash := c.core.started(), c.hashOf(key)
	if e := c.hit(s, hash, key); e != nil {
		return e.value, nil
	}
	return c.load(ctx, s, hash, key, load)
}

// LoadValue is Load for functions without an error. A caller whose context ends
// while it waits calls load itself, with its own context, and the result is not
// kept. A *RecursionError is panicked with.
func (c *Cache[K, V]) LoadValue(ctx context.Context, key K, load func(context.Context, K) V) V {
	if route.Active() {
		return c.loadValueRouted(ctx, key, load)
	}
	s, hash := c.core.started(), c.hashOf(key)
	if e := c.hit(s, hash, key); e != nil {
		return e.value
	}
	return c.loadValue(ctx, s, hash, key, load)
}

// Refresh loads key whatever is kept, and keeps the result unless it is an
// error, in which case what was kept stays, unless Policy.Missing says that the
// error means absence. It returns no stale result in place of an error. A load that
// is under way may have begun before the change that the caller wants to see: it
// goes on for those who wait for it, and its result is not kept. Later callers of
// Load that find nothing join this one. It counts no hit and no miss.
func (c *Cache[K, V]) Refresh(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	ctx = eventlog.Under(ctx)
	at, bypass := c.core.at(ctx)
	if bypass {
		return c.refreshPast(ctx, key, load)
	}
	s := at.started()
	e := newEntryOf[K, V](c.core.spec, c.hashOf(key), key)
	s.reach(&e.Item)
	s.force(&e.Item)
	return c.follow(ctx, s, e, load, s.anew(ctx, &e.Item, key == key)) //nolint:staticcheck // false for NaN
}

// load is what follows when nothing was found. It stands apart so that a hit
// pays nothing for it.
//
//go:noinline
func (c *Cache[K, V]) load(ctx context.Context, s *state, hash uint64, key K, load func(context.Context, K) (V, error)) (V, error) {
	if c.core.rich != nil {
		e, step := c.beginRich(ctx, s, hash, key, load)
		return c.follow(ctx, s, e, load, step)
	}
	e := newEntry[K, V](hash, key)
	return c.follow(ctx, s, e, load, s.begin(ctx, &e.Item, e.key == e.key)) //nolint:staticcheck // false for NaN
}

//go:noinline
func (c *Cache[K, V]) loadValue(ctx context.Context, s *state, hash uint64, key K, load func(context.Context, K) V) V {
	call := func(ctx context.Context, key K) (V, error) { return load(ctx, key), nil }
	var e *entry[K, V]
	var step step
	if c.core.rich != nil {
		e, step = c.beginRich(ctx, s, hash, key, call)
	} else {
		e = newEntry[K, V](hash, key)
		step = s.begin(ctx, &e.Item, e.key == e.key) //nolint:staticcheck // false for NaN
	}
	if step.recursive() {
		panic(step.err)
	}
	v, err := c.follow(ctx, s, e, call, step)
	// There may be an error even so: the caller left, or it met a load that a
	// call of Load began.
	if err != nil {
		v, _ = c.direct(ctx, s, hash, key, call)
	}
	return v
}

// beginRich finds out what to do for a key of a rich cache for which hit had nothing.
// The entry is for the result, and nil if there is one already.
func (c *Cache[K, V]) beginRich(ctx context.Context, s *state, hash uint64, key K, load func(context.Context, K) (V, error)) (*entry[K, V], step) {
	told := unanswered
	if old := find[K, V](&s.table, hash, key); old != nil {
		if told = s.answer(ctx, &old.Item); told == renewing {
			c.renew(ctx, s, old, load)
		}
		if told >= answered {
			return nil, step{call: flight.Call{How: flight.Kept, Kept: subjectOf(&old.Item)}}
		}
	}
	e := newEntryOf[K, V](c.core.spec, hash, key)
	s.reach(&e.Item)
	return e, s.beginRich(ctx, &e.Item, key == key, told == fallible) //nolint:staticcheck // false for NaN
}

// renew begins a load in the background.
func (c *Cache[K, V]) renew(ctx context.Context, s *state, old *entry[K, V], load func(context.Context, K) (V, error)) {
	e := newEntryOf[K, V](c.core.spec, old.Hash, old.key)
	s.reach(&e.Item)
	if f := s.renew(ctx, &e.Item, &old.Item); f != nil {
		go c.fly(s, e, f, load)
	}
}

// follow does what a step says, and returns what came of it.
func (c *Cache[K, V]) follow(ctx context.Context, s *state, e *entry[K, V], load func(context.Context, K) (V, error), next step) (v V, err error) {
	if next.err != nil {
		return v, next.err
	}
	switch f := next.call.Flight; {
	case next.call.How == flight.Closed:
		v, err = c.direct(ctx, s, e.Hash, e.key, load)
		traceOf(ctx).ended(s, next)
		return v, err
	case next.call.How != flight.Leads:
	case f.Inline():
		c.fly(s, e, f, load)
	case s.home.rich != nil && s.quick(ctx, f, &e.Item):
	default:
		go c.fly(s, e, f, load)
	}
	if s.home.rich != nil {
		return c.outcome(ctx, s, e, next)
	}
	it, err := next.outcome(ctx)
	traceOf(ctx).ended(s, next)
	if it == nil {
		return v, err
	}
	return entryOf[K, V](it).value, err
}

// outcome returns what came of a step of a rich cache.
func (c *Cache[K, V]) outcome(ctx context.Context, s *state, e *entry[K, V], next step) (v V, err error) {
	var own *engine.Item
	if e != nil {
		own = &e.Item
	}
	it, err := s.outcome(ctx, own, next)
	traceOf(ctx).endedRich(s, next, it)
	if it == nil {
		return v, err
	}
	return entryOf[K, V](it).value, err
}

// fly runs a load.
func (c *Cache[K, V]) fly(s *state, e *entry[K, V], f *flight.Flight, load func(context.Context, K) (V, error)) {
	if s.home.rich != nil {
		c.flyRich(s, e, f, load)
		return
	}
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

// flyRich is fly for a rich cache.
func (c *Cache[K, V]) flyRich(s *state, e *entry[K, V], f *flight.Flight, load func(context.Context, K) (V, error)) {
	defer s.landed(f, &e.Item)
	defer f.Land()
	if s.stocked(f, &e.Item) {
		return
	}
	lease, found := s.fetch(f, &e.Item)
	if found {
		s.found(f, &e.Item)
		return
	}
	c.flyLeased(s, e, f, load, lease)
}

// flyLeased is what follows when the store has no result.
func (c *Cache[K, V]) flyLeased(
	s *state, e *entry[K, V], f *flight.Flight, load func(context.Context, K) (V, error), lease *tier.Lease,
) {
	// However the load ends, the lease ends with it.
	defer lease.Release(f)
	if !f.Enter() {
		return
	}
	var err error
	began := clock.Exact()
	e.value, err = load(f, e.key)
	s.conclude(f, &e.Item, lease, began, err)
}
