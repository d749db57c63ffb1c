package batch

import (
	"context"
	"errors"
	"fmt"
)

// A GroupLoader makes of a function of many keys one of a single key. Concurrent calls
// with the same group may be loaded together, calls of different groups never are, nor
// are those inside and outside of a transaction of the cache package (cache.Tx), those
// of tests with different managers (cachetest), and those with and without cache.Bypass.
// Generated code uses it: the group has a method's receiver and what the result depends
// on in the context. By hand, Loader is simpler.
//
// While nothing of its group is in flight, a call leaves at once, unless it is one of
// LoadEach. Else it is gathered
// with others until there are MaxKeys, or Window is over, or none is in flight any more,
// and then until fewer than InFlight are in flight. A key that was gathered twice
// is asked for once. A key that is in flight is not joined: nothing is cached, and who
// calls after something was changed must not get what was read before. Put a cache
// above to have one load for each key.
//
// The function is called with a context that has the values of the batch's first
// caller. It is not cancelled with that caller's, but when the last caller has left, and
// after BatchTimeout. The slice of keys that it gets is its own, and has no duplicates. It
// must not call its own loader: with InFlight batches waiting for such calls, none of
// them would ever leave.
//
// A GroupLoader is safe for concurrent use, has no goroutine while nothing is asked of
// it, and need not be closed. A group is forgotten when nothing of it is pending.
type GroupLoader[G, K comparable, V any] struct {
	loaderCore
	groups map[loaderPlace[G]]*loaderGroup[G, K, V]
	// spare is a group to use for the next one.
	spare *loaderGroup[G, K, V]
}

// NewGroupLoader makes a loader of a name, which is import/path.Func in generated code.
// Loaders finds it for as long as somebody refers to it.
func NewGroupLoader[G, K comparable, V any](name string, opts ...LoaderOption) *GroupLoader[G, K, V] {
	l := &GroupLoader[G, K, V]{groups: make(map[loaderPlace[G]]*loaderGroup[G, K, V])}
	l.loaderSettings = loaderSettingsOf(opts)
	if l.name == "" {
		l.name = name
	}
	l.register()
	return l
}

// Load returns the value of a key, which fetch finds, or the error that fetch gave for
// the key or for all. A missing one is ErrNotFound itself. If fetch panics or calls
// runtime.Goexit, all callers of its batch get a *PanicError, and no other does.
//
// If ctx ends first, Load returns at once, with an error that wraps both its error and
// its cause; if all who asked for a key leave before its batch does, fetch is not asked
// for it. If ctx cannot be cancelled, fetch may run in the caller's goroutine, which a
// runtime.Goexit then ends.
//
// All calls of a loader must give a fetch that does the same: that of a batch's first
// call is called.
func (l *GroupLoader[G, K, V]) Load(
	ctx context.Context, group G, key K, fetch func(context.Context, G, []K) Found[K, V],
) (v V, err error) {
	if ctx.Err() != nil {
		return v, loaderWhy(ctx)
	}
	t, departed := l.join(ctx, group, key, fetch)
	if own := l.launch(departed, t.batch, ctx.Done() == nil); own != nil {
		l.fly(own, true)
	} else if !t.batch.wait(ctx) {
		if finished, _ := l.leave(t); !finished {
			return v, loaderWhy(ctx)
		}
	}
	s := &t.batch.slots[t.at]
	return s.value, s.err
}

// join gathers a key, and returns what leaves because of that.
func (l *GroupLoader[G, K, V]) join(
	ctx context.Context, group G, key K, fetch func(context.Context, G, []K) Found[K, V],
) (t loaderTicket[G, K, V], departed *loaderBatch[G, K, V]) {
	loaderHashable(key)
	place, crowd := l.placeOf(ctx, group), loaderCrowdOf(ctx)
	defer crowd.wake()
	l.mu.Lock()
	defer l.mu.Unlock() // also if the group cannot be a map's key
	g := l.at(place)
	t = l.add(g, loaderCall[G, K, V]{ctx, fetch, crowd}, key)
	crowd.less()
	departed = l.depart(g)
	if t.batch.left && ctx.Done() == nil {
		return t, departed // which is this caller's to run: nobody waits for it
	}
	if t.batch.done == nil {
		t.batch.done = make(chan struct{})
	}
	return t, departed
}

// loaderHashable panics if a key is an interface with a value that cannot be a map's key,
// as a map would.
func loaderHashable[K comparable](key K) { _ = (map[K]struct{})(nil)[key] }

// at returns the group of a place, which there is from now on.
func (l *GroupLoader[G, K, V]) at(place loaderPlace[G]) *loaderGroup[G, K, V] {
	g := l.groups[place]
	if g != nil {
		return g
	}
	if g, l.spare = l.spare, nil; g == nil {
		g = &loaderGroup[G, K, V]{}
	}
	g.place = place
	if place == place { //nolint:staticcheck // false for NaN, which is a group for itself
		l.groups[place] = g
	}
	return g
}

// launch runs what has departed, apart from own if its caller is to do that itself,
// because it cannot leave. It returns own then.
func (l *GroupLoader[G, K, V]) launch(departed, own *loaderBatch[G, K, V], stays bool) (rest *loaderBatch[G, K, V]) {
	for departed != nil {
		b := departed
		departed, b.next = b.next, nil
		if b == own && stays {
			rest = b
			continue
		}
		go l.fly(b, false)
	}
	return rest
}

// leave takes a call back, unless its batch is back. started says that the batch has
// left.
func (l *GroupLoader[G, K, V]) leave(t loaderTicket[G, K, V]) (finished, started bool) {
	l.mu.Lock()
	b := t.batch
	if b.finished {
		l.mu.Unlock()
		return true, true
	}
	l.stats.Left++
	b.waiters--
	started = b.left
	if !started {
		l.stats.Waiting--
		l.withdraw(t)
	}
	abandoned := started && b.waiters == 0 && b.cancel != nil
	l.mu.Unlock()
	if abandoned {
		b.cancel(errLoaderAbandoned)
	}
	return false, started
}

// errLoaderAbandoned is the cause of a batch's context when every caller has left.
var errLoaderAbandoned = errors.New("every caller of this batch has left")

// loaderWhy returns the error of a context that has ended: errors.Is finds both what
// kind of end it was and its cause.
func loaderWhy(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
