package cache

import (
	"context"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// around calls load for all keys, past the cache.
func (m *many[K, V]) around() {
	all := make([]int, len(m.keys))
	for i := range all {
		all[i] = i
	}
	if len(all) > 0 {
		m.call(all)
	}
	log := traceOf(m.ctx)
	for range all {
		log.add(m.c.core.name, SourceBypassed, 0)
	}
}

// direct calls load for the keys that nothing may be kept of, for this caller only.
func (m *many[K, V]) direct() {
	var all []*miss[K, V]
	var places []int
	for i := range m.missed {
		if x := &m.missed[i]; x.next.err == nil && x.next.call.How == flight.Closed {
			all, places = append(all, x), append(places, x.at)
			m.s.loading(x.hash)
		}
	}
	if len(all) == 0 {
		return
	}
	returned, began := false, time.Now()
	defer func() {
		for _, x := range all {
			x.ended = true
			err := m.failure(x, returned)
			if err != nil {
				m.s.Failed(x.hash)
			}
			if eventlog.On() {
				m.s.tellLoad(m.ctx, &x.e.Item, began, err)
			}
		}
	}()
	m.call(places)
	returned = true
	for _, x := range all {
		traceOf(m.ctx).ended(m.s, x.next)
	}
}

// failure returns the error of a call for a key that was made for this caller only.
func (m *many[K, V]) failure(x *miss[K, V], returned bool) error {
	switch {
	case !returned:
		return errDirect
	case m.errs == nil:
		return nil
	}
	return m.errs[x.at]
}

// call calls load for the keys at some places, in this goroutine.
func (m *many[K, V]) call(places []int) {
	keys, where := make([]K, 0, len(places)), make(map[K]int, len(places))
	index := make([]int, len(places))
	for i, at := range places {
		key := m.keys[at]
		j, ok := where[key]
		if !ok {
			j = len(keys)
			where[key] = j
			keys = append(keys, key)
		}
		index[i] = j
	}
	n := len(keys)
	values, errs := m.load(m.ctx, keys)
	breach := checkMany(m.c.core.name, n, values, errs)
	for i, at := range places {
		v, err := resultOf(values, errs, index[i], breach)
		m.set(at, v, err)
	}
}

// checkMany returns an error if a call for n keys has returned another number of results.
func checkMany[V any](name string, n int, values []V, errs []error) error {
	if len(errs) != 0 && len(errs) != n || len(values) != n && !allFailed(n, values, errs) {
		return fmt.Errorf("cache: %s: the load of %d keys has returned %d values and %d errors", name, n, len(values), len(errs))
	}
	return nil
}

// allFailed reports whether there is no value and an error in place of each.
func allFailed[V any](n int, values []V, errs []error) bool {
	if len(values) != 0 || len(errs) != n {
		return false
	}
	for _, err := range errs {
		if err == nil {
			return false
		}
	}
	return true
}

// resultOf returns the result for a key at a place.
func resultOf[V any](values []V, errs []error, at int, breach error) (v V, err error) {
	if breach != nil {
		return v, breach
	}
	if len(errs) > 0 {
		err = errs[at]
	}
	if len(values) > 0 {
		v = values[at]
	}
	return v, err
}

// settle waits for what has come of all keys. A panic of a load is passed on when no
// other load is waited for any more.
func (m *many[K, V]) settle() {
	var panicked *PanicError
	for i := range m.missed {
		x := &m.missed[i]
		if x.ended {
			continue
		}
		v, p, err := m.outcome(x)
		if m.set(x.at, v, err); p != nil && panicked == nil {
			panicked = p
		}
	}
	if panicked != nil {
		panic(panicked)
	}
}

// outcome waits for what has come of a key.
func (m *many[K, V]) outcome(x *miss[K, V]) (v V, panicked *PanicError, err error) {
	x.ended = true
	if x.next.err != nil {
		return v, nil, x.next.err
	}
	defer func() {
		p := recover()
		if panicked, _ = p.(*PanicError); panicked == nil && p != nil {
			panic(p) // of a context
		}
	}()
	if m.c.core.rich != nil {
		if old := m.tooLate(x); old != nil {
			return entryOf[K, V](old).value, nil, nil
		}
		v, err = m.c.outcome(m.ctx, m.s, x.e, x.next)
		return v, nil, err
	}
	it, err := x.next.outcome(m.ctx)
	traceOf(m.ctx).ended(m.s, x.next)
	if it == nil {
		return v, nil, err
	}
	return entryOf[K, V](it).value, nil, err
}

// tooLate returns an old result in place of a load that is not over soon: the time for
// that begins when the loads do, and not with each key anew.
func (m *many[K, V]) tooLate(x *miss[K, V]) *engine.Item {
	call := x.next.call
	if m.began.IsZero() || x.e == nil || !metaOf(&x.e.Item).late || call.How == flight.Kept {
		return nil
	}
	if call.How == flight.Leads && call.Flight.Inline() {
		return nil
	}
	soft := m.s.rules.Load().softTimeout()
	if soft == 0 || call.Within(m.ctx, max(soft-time.Since(m.began), 0)) {
		return nil
	}
	old := m.s.fallback(m.ctx, itemOf(call.Flight.Subject))
	if old == nil {
		return nil
	}
	call.Desert()
	m.s.spare(old)
	traceOf(m.ctx).endedRich(m.s, x.next, old)
	return old
}

// abandon is called when all is over, or something has panicked or ended the goroutine:
// then loads that others may wait for must end, and those of others go on without this
// caller.
func (m *many[K, V]) abandon() {
	var ended context.Context
	for i := range m.missed {
		x := &m.missed[i]
		switch {
		case !x.begun || x.ended || x.next.err != nil:
		case x.leads() && !x.flown:
			m.crash(&passenger[K, V]{e: x.e, f: x.next.call.Flight})
		case x.next.call.How == flight.Joined, x.leads() && !x.next.call.Flight.Inline():
			if ended == nil {
				c, cancel := context.WithCancel(context.Background())
				cancel()
				ended = c
			}
			_ = x.next.call.Wait(ended)
		}
	}
	for _, r := range m.renewals { // that were not begun
		m.crash(r)
	}
}

// crash ends a load for which nothing is called any more.
func (m *many[K, V]) crash(p *passenger[K, V]) {
	p.conclude(m.s, nil, notReturned(nil))
}
