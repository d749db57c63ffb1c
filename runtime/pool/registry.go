package pool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/bunsui/bunsui-go/internal/suggest"
)

// AnyPool is a pool whatever it holds, as lists of pools have it. The methods are those
// of Pool.
type AnyPool interface {
	Name() string
	Start(ctx context.Context) error
	Close(ctx context.Context) error
	Stats() Stats
	Leases() []LeaseInfo
	Resize(minimum, maximum int) error
	Suspend()
	Resume()
	Quiet(ctx context.Context) error
	Reset()

	engine() *core
}

func (p *Pool[T]) engine() *core { return p.core }

func (c *core) engine() *core { return c }

// registered are the pools that have a name in this process, in the order in which they
// got it.
var registered struct {
	sync.Mutex
	pools []named
}

type named struct {
	name string
	pool AnyPool
}

// Register makes a pool known by a name until it is closed, and returns it. It panics if
// the name is empty or another pool has it, and if p is closed. A pool may have several
// names.
func Register[T any](name string, p *Pool[T]) *Pool[T] {
	registered.Lock()
	defer registered.Unlock()
	if name == "" {
		panic("pool: the name to register a pool by is empty")
	}
	for _, other := range registered.pools {
		switch {
		case other.name != name:
		case other.pool.engine() == p.core:
			return p
		default:
			panic(fmt.Sprintf("pool: there is another pool called %q", name))
		}
	}
	if p.core.ended() {
		panic(fmt.Sprintf("pool: the pool that is to be called %q is closed", name))
	}
	registered.pools = append(registered.pools, named{name, p})
	return p
}

// Named returns the pool that was registered by a name. The error wraps ErrUnknownPool
// if there is none, or none any more, and names the likeliest one; it tells the type if
// the pool holds another one than T.
func Named[T any](name string) (*Pool[T], error) {
	registered.Lock()
	defer registered.Unlock()
	names := make([]string, len(registered.pools))
	for i, known := range registered.pools {
		if names[i] = known.name; known.name != name {
			continue
		}
		if p, ok := known.pool.(*Pool[T]); ok {
			return p, nil
		}
		return nil, fmt.Errorf("pool %q is a %T, not a %T", name, known.pool, (*Pool[T])(nil))
	}
	slices.Sort(names)
	const longest = 64 // bytes
	return nil, fmt.Errorf("%w %q%s", ErrUnknownPool, name, suggest.DidYouMean(suggest.Nearest(name, names, longest)))
}

// unregister takes the names of a pool away.
func unregister(c *core) {
	registered.Lock()
	defer registered.Unlock()
	registered.pools = slices.DeleteFunc(registered.pools, func(n named) bool { return n.pool.engine() == c })
}

// snapshot returns the registered pools.
func snapshot() []named {
	registered.Lock()
	defer registered.Unlock()
	return slices.Clone(registered.pools)
}

// Start starts all registered pools at once, and returns their errors, joined in the
// order in which they were registered, each with the name. Those that did start remain
// so: call Stop.
func Start(ctx context.Context) error {
	return each(ctx, "starting", AnyPool.Start)
}

// Stop closes all registered pools at once, within the same time, and returns their
// errors as Start does. They are not registered any more.
func Stop(ctx context.Context) error {
	return each(ctx, "stopping", AnyPool.Close)
}

func each(ctx context.Context, what string, do func(AnyPool, context.Context) error) error {
	pools := snapshot()
	errs := make([]error, len(pools))
	var wait sync.WaitGroup
	for i, n := range pools {
		wait.Go(func() {
			if err := do(n.pool, ctx); err != nil {
				errs[i] = fmt.Errorf("%s %s: %w", what, n.name, err)
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// StatsAll returns the figures of all registered pools by their names.
func StatsAll() map[string]Stats {
	pools := snapshot()
	all := make(map[string]Stats, len(pools))
	for _, n := range pools {
		all[n.name] = n.pool.Stats()
	}
	return all
}
