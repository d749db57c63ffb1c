package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

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
	next = around(ctx, s.next(ctx, it, sane, false))
	if next.call.How == flight.Kept {
		s.stripe(it.Hash).hits.Add(1)
		s.tellHit(ctx, itemOf(next.call.Kept))
	} else {
		s.stripe(it.Hash).misses.Add(1)
		s.tellMiss(ctx, it, next.call.How)
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
	case !sane, s.limits(ctx):
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
