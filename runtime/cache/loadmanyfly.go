package cache

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// fly begins the loads.
func (m *many[K, V]) fly() {
	var all []*passenger[K, V]
	var only *miss[K, V]
	for i := range m.missed {
		if x := &m.missed[i]; x.leads() {
			all = append(all, &passenger[K, V]{e: x.e, f: x.next.call.Flight})
			x.flown, only = true, x
		}
	}
	renewals := m.renewals
	m.renewals = nil
	if len(renewals) == 1 {
		go m.c.fly(m.s, renewals[0].e, renewals[0].f, m.one)
	} else if len(renewals) > 1 {
		go m.party(renewals).fly()
	}
	switch len(all) {
	case 0:
	case 1:
		m.alone(only)
	default:
		m.together(all)
	}
}

// alone begins the only load, as Load does.
func (m *many[K, V]) alone(x *miss[K, V]) {
	switch f := x.next.call.Flight; {
	case f.Inline():
		m.c.fly(m.s, x.e, f, m.one)
	case m.c.core.rich != nil && m.s.quick(m.ctx, f, &x.e.Item):
	default:
		go m.c.fly(m.s, x.e, f, m.one)
	}
}

// one calls load for a single key.
func (m *many[K, V]) one(ctx context.Context, key K) (V, error) {
	values, errs := m.load(ctx, []K{key})
	return resultOf(values, errs, 0, checkMany(m.c.core.name, 1, values, errs))
}

// together begins several loads, in this goroutine if there is one that cannot be
// cancelled.
func (m *many[K, V]) together(all []*passenger[K, V]) {
	p := m.party(all)
	for i, x := range all {
		if x.f.Inline() {
			all[0], all[i] = all[i], all[0]
			p.fly()
			return
		}
	}
	go p.fly()
}

func (m *many[K, V]) party(all []*passenger[K, V]) *party[K, V] {
	return &party[K, V]{many: m, all: all, caller: m.ctx}
}

// party is several loads.
type party[K comparable, V any] struct {
	*many[K, V]
	all []*passenger[K, V]

	// caller is the context of the caller, and ctx that of the call, which ends when
	// those of all loads have.
	caller context.Context
	ctx    context.Context
	cancel context.CancelCauseFunc
	free   context.CancelFunc
	left   atomic.Int64
	// others are the goroutines of passengers.
	others sync.WaitGroup
}

// fly runs the loads. It returns when all have ended.
func (p *party[K, V]) fly() {
	defer p.end()
	p.board()
	if p.c.core.rich != nil {
		p.look()
	}
	if p.enter() {
		p.request()
	}
}

// board makes the context.
func (p *party[K, V]) board() {
	lead := p.all[0].f
	p.ctx = p.caller
	if !lead.Inline() {
		p.ctx, p.cancel = context.WithCancelCause(context.WithoutCancel(p.ctx))
	}
	if at, ok := lead.Deadline(); ok {
		p.ctx, p.free = context.WithDeadline(p.ctx, at)
	}
	if lead.Inline() {
		return
	}
	p.left.Store(int64(len(p.all)))
	for _, x := range p.all {
		x.stop = context.AfterFunc(x.f, func() { p.gone(x) })
	}
}

// gone is called when the context of a load has ended, or the load itself. If time is
// what has ended it, it ends the context of all, too.
func (p *party[K, V]) gone(x *passenger[K, V]) {
	if p.left.Add(-1) == 0 && (p.free == nil || x.f.Err() != context.DeadlineExceeded) {
		p.cancel(context.Cause(x.f))
	}
}

// unwatch is called before a load ends.
func (p *party[K, V]) unwatch(x *passenger[K, V]) {
	if x.stop != nil && x.stop() {
		p.gone(x)
	}
}

// end is called when the goroutine ends, or goes on without the loads. Some of them
// may not have ended yet, if the user's code has called runtime.Goexit.
func (p *party[K, V]) end() {
	for _, x := range p.all {
		if !x.landed {
			x.landed = true
			p.unwatch(x)
			p.crash(x)
		}
	}
	p.others.Wait()
	if p.free != nil {
		p.free()
	}
	if p.cancel != nil {
		p.cancel(nil)
	}
}

// enter waits until the call may be made, and reports whether there is any load left to
// make it for. The first of them stands for all.
func (p *party[K, V]) enter() bool {
	for len(p.all) > 0 {
		lead := p.all[0]
		for _, x := range p.all[1:] {
			x.f.Follow(lead.f)
		}
		if lead.f.Enter() {
			p.dismiss(lead)
			return true
		}
		p.disband()
		p.all = p.all[1:]
		p.land(lead)
	}
	return false
}

// dismiss ends the loads, other than the one that stands for all, that nobody waits for
// any more.
func (p *party[K, V]) dismiss(lead *passenger[K, V]) {
	p.keep(func(x *passenger[K, V]) bool {
		if x == lead || x.f.Err() == nil {
			return true
		}
		x.f.Unfollow(lead.f)
		x.f.Spare()
		x.f.Return(flight.Why(x.f))
		p.land(x)
		return false
	})
}

func (p *party[K, V]) disband() {
	for _, x := range p.all[1:] {
		x.f.Unfollow(p.all[0].f)
	}
}

// request makes the call, and ends all loads.
func (p *party[K, V]) request() {
	keys := make([]K, len(p.all))
	began := clock.Exact()
	for i, x := range p.all {
		keys[i], x.began = x.e.key, began
		if i > 0 {
			p.s.Loading(x.f)
		}
	}
	var values []V
	var errs []error
	returned := false
	defer func() {
		var panicked *PanicError
		if !returned {
			panicked = notReturned(recover())
		}
		p.conclude(values, errs, panicked)
	}()
	values, errs = p.load(p.all[0].f.Around(p.ctx), keys)
	returned = true
}

// conclude gives all loads their results.
func (p *party[K, V]) conclude(values []V, errs []error, panicked *PanicError) {
	p.disband()
	for _, x := range p.all {
		p.unwatch(x)
	}
	breach := checkMany(p.c.core.name, len(p.all), values, errs)
	for i, x := range p.all {
		result := func() (V, error) { return resultOf(values, errs, i, breach) }
		x.landed = true
		if x.lease == nil {
			x.conclude(p.s, result, panicked)
		} else { // it writes into the store
			p.others.Go(func() { x.conclude(p.s, result, panicked) })
		}
	}
}
