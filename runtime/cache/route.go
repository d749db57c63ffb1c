package cache

import (
	"context"
	"log/slog"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// Tests make their managers through the route package, because such a manager
// accepts settings for all caches of the process before they are used in it.
var _ = route.Provide(route.Hooks{
	NewManager: func(l *slog.Logger) any {
		m := NewManager(Config{Logger: l})
		m.stands = true
		return m
	},
	Force: func(manager any, name string, as route.Behaviour) {
		s := Settings{worn: as.Worn}
		if as.Miss {
			s.Mode = Off
		}
		manager.(*Manager).put(forced, name, s)
	},
	Watch: func(manager any) bool {
		l := manager.(*Manager).link.Load()
		return l != nil && l.Begin()
	},
})

// Bypass returns a context with which cached functions are called directly:
// nothing is read from a cache, nothing is stored, concurrent calls share no
// load, and nothing is counted. It applies to all cached functions that the
// context reaches, and to none of the methods that change a cache.
//
// From the first call of Bypass on, each hit of the process costs a look at its
// context.
func Bypass(ctx context.Context) context.Context { return route.Around(ctx) }

// at returns the cache that ctx selects, and whether to go past it.
func (c *core) at(ctx context.Context) (*core, bool) {
	if !route.Active() {
		return c, false
	}
	r := c.routed(ctx)
	return r.at, r.bypass
}

// here is at for calls without a context.
func (c *core) here() *core {
	if !route.Active() {
		return c
	}
	return c.in(route.Process())
}

// in returns the cache that stands in for c in a manager; c itself if there is
// no manager. Only what belongs to Default has stand-ins: other managers were
// chosen by whoever made the cache.
func (c *core) in(manager any) *core {
	m, ok := manager.(*Manager)
	if !ok || m == c.manager || c.manager != Default() {
		return c
	}
	c.twinMu.Lock()
	defer c.twinMu.Unlock()
	if t := c.twins[m]; t != nil {
		return t
	}
	t := &core{}
	t.init(c.spec, m, c.kin)
	if m.atClose(forget(weak.Make(c), m)) {
		if c.twins == nil {
			c.twins = make(map[*Manager]*core)
		}
		c.twins[m] = t
	}
	return t
}

// forget returns a function that takes the stand-in of a manager away.
func forget(ref weak.Pointer[core], m *Manager) func() {
	return func() {
		if c := ref.Value(); c != nil {
			c.twinMu.Lock()
			defer c.twinMu.Unlock()
			delete(c.twins, m)
		}
	}
}

// managerOf returns the manager that ctx selects; own if it selects none.
func managerOf(ctx context.Context, own *Manager) *Manager {
	if own.root == Default() && route.Active() {
		if m, ok := route.Of(ctx).Manager.(*Manager); ok && own.scope != "" {
			return &Manager{root: m, scope: own.scope}
		} else if ok {
			return m
		}
	}
	return own
}
