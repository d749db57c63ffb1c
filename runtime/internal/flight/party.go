package flight

import "context"

// Several loads may get their results from one call of a loader, which is made for a
// leader: that enters, and the others follow it.

// Follow records that f waits for a leader that was just begun, so that calls made for
// the leader which wait for f are found to be recursive.
func (f *Flight) Follow(leader *Flight) { f.await(leader) }

// Unfollow takes back one Follow.
func (f *Flight) Unfollow(leader *Flight) { f.unawait(leader) }

// around is a context that belongs to a load but does not end with it.
type around struct {
	context.Context
	of *Flight
}

func (a around) Value(key any) any {
	if key == (flightKey{}) {
		return a.of
	}
	return a.Context.Value(key)
}

// Around returns ctx with f as the load that it belongs to.
func (f *Flight) Around(ctx context.Context) context.Context { return around{ctx, f} }
