package batch

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// loaderPlace is what calls have in common that may be loaded together.
type loaderPlace[G comparable] struct {
	group G
	scope *loaderScope
	// route is a loaderRoute, or nil, which costs least, if the context says nothing.
	route any
}

// loaderRoute is what calls may see different things because of: a transaction what only
// it has changed, a test the caches of its own manager, and a call that goes past caches
// no kept result.
type loaderRoute struct {
	tx, manager any
	bypass      bool
}

// placeOf returns the place of a call.
func (l *GroupLoader[G, K, V]) placeOf(ctx context.Context, group G) loaderPlace[G] {
	place := loaderPlace[G]{group: group}
	if l.perRequest {
		place.scope = loaderScopeOf(ctx)
	}
	if route.Active() {
		place.route = loaderRouteOf(ctx)
	}
	return place
}

// loaderRouteOf returns a loaderRoute, or nil.
func loaderRouteOf(ctx context.Context) any {
	r := route.Of(ctx)
	if own := (loaderRoute{tx: r.Tx, manager: r.Manager, bypass: r.Bypass}); own != (loaderRoute{}) {
		return own
	}
	return nil
}
