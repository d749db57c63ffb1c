package cache

import (
	"runtime/debug"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// passenger is one of several loads, whose result a call gives that is made for all.
type passenger[K comparable, V any] struct {
	e *entry[K, V]
	f *flight.Flight
	// lease is that of a shared cache.
	lease *tier.Lease
	// ready says that the load is to be made, and alone that it is made by itself.
	ready, alone bool
	// arrive says that the others need not wait for the look-up in the store any more.
	arrive func()
	// landed says that somebody has ended the load, or will.
	landed bool
	// stop ends the watch for the end of its context, and is nil if there is none.
	stop func() bool
	// began is when the call began.
	began int64
}

// conclude gives a load its result, or what happened in place of it.
func (x *passenger[K, V]) conclude(s *state, result func() (V, error), panicked *PanicError) {
	if s.home.rich != nil {
		defer s.landed(x.f, &x.e.Item)
	}
	defer x.f.Land()
	defer x.lease.Release(x.f)
	if panicked != nil {
		panic(panicked) // for Land
	}
	var err error
	x.e.value, err = result()
	switch {
	case s.home.rich != nil:
		s.conclude(x.f, &x.e.Item, x.lease, x.began, err)
		return
	case err == nil:
		s.weigh(&x.e.Item)
	}
	x.f.Return(err)
}

// land ends a load that has its result.
func (p *party[K, V]) land(x *passenger[K, V]) {
	x.landed = true
	p.unwatch(x)
	if p.s.home.rich != nil {
		defer p.s.landed(x.f, &x.e.Item)
	}
	x.f.Land()
}

// notReturned describes a call that has not returned, for which recover gave a value.
func notReturned(value any) *PanicError {
	return panicError(&flight.Panic{Value: value, Stack: debug.Stack(), Goexit: value == nil})
}
