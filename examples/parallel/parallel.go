// Package parallel tells what it costs to send a parcel to a customer. It shows how
// parallel tests live with package-level wrappers: see its tests.
package parallel

import (
	"context"
	"errors"
)

// A Backend is what is asked: in production, a database and a carrier.
type Backend interface {
	// Address reads where a customer lives.
	Address(ctx context.Context, customer int64) (Place, error)
	// SetAddress notes that a customer has moved.
	SetAddress(ctx context.Context, customer int64, to Place) error
	// Rate asks the carrier what a kilogram costs in a zone, in cents.
	Rate(ctx context.Context, zone string) (int, error)
}

// Place is where a customer lives.
type Place struct{ Street, Postcode string }

type backendKey struct{}

// WithBackend returns a context in which backend is asked.
func WithBackend(ctx context.Context, backend Backend) context.Context {
	return context.WithValue(ctx, backendKey{}, backend)
}

// ErrNoBackend is the error of calls with a context without a backend.
var ErrNoBackend = errors.New("the context has no backend")

func backendOf(ctx context.Context) (Backend, error) {
	if b, ok := ctx.Value(backendKey{}).(Backend); ok {
		return b, nil
	}
	return nil, ErrNoBackend
}

// address reads where a customer lives, for all processes of the service.
//
//bunsui:cached ttl=10m shared
func address(ctx context.Context, customer int64) (Place, error) {
	b, err := backendOf(ctx)
	if err != nil {
		return Place{}, err
	}
	return b.Address(ctx, customer)
}

// move notes that a customer has moved.
//
//bunsui:invalidate Address(customer=customer)
func move(ctx context.Context, customer int64, to Place) error {
	b, err := backendOf(ctx)
	if err != nil {
		return err
	}
	return b.SetAddress(ctx, customer, to)
}

// rate asks the carrier what a kilogram costs, in cents. When it does not answer, what
// it has said within the last hour will do.
//
//bunsui:cached ttl=1m stale=1h
func rate(ctx context.Context, zone string) (cents int, err error) {
	b, err := backendOf(ctx)
	if err != nil {
		return 0, err
	}
	return b.Rate(ctx, zone)
}

// zone finds the zone of a postcode in the carrier's table. It takes no context.
//
//bunsui:cached ttl=forever max_entries=1000
func zone(postcode string) string {
	for _, z := range zones {
		if postcode <= z.upTo {
			return z.name
		}
	}
	return "islands"
}

var zones = []struct{ upTo, name string }{{"39999", "north"}, {"69999", "middle"}, {"94999", "south"}}

// Quote returns what it costs to send a customer so many kilograms, in cents.
func Quote(ctx context.Context, customer int64, kilos int) (cents int, err error) {
	to, err := Address(ctx, customer)
	if err != nil {
		return 0, err
	}
	cents, err = Rate(ctx, Zone(to.Postcode))
	return cents * kilos, err
}
