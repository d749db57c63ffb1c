package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// With returns a context in which cached functions of package level use caches of m in
// place of those of [Default]: those of a tenant, say, which are bounded, switched and
// closed for themselves. Caches are made as they are needed, with the settings of their
// annotations and those of m. Functions without a context, and handles' methods that have
// none, use those of Default as always. It panics if m is a [Manager.Scope]: which one a
// function uses says the manager that its cache was made with.
//
// A process in which With was called pays for looking at each call's context, about as
// much as a hit without that.
func With(ctx context.Context, m *Manager) context.Context {
	if m.scope != "" {
		panic("cache: With needs a whole manager, and this is its scope " + m.scope + ": pass the one whose method Scope was called")
	}
	return route.To(ctx, m)
}
