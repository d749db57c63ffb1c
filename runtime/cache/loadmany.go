package cache

import (
	"context"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// LoadMany is Load for many keys: it returns what is kept for them, and calls load once
// for those that there is nothing for, without duplicates. It returns a value for each
// key, in the order of keys, and an error for each, or no errors if all are nil.
//
// load returns the same for the keys that it gets: a value for each, and an error for
// each, or no errors at all. It may return no values if all have an error. Another
// number is an error for all of them. It may keep or change the slice that it gets.
//
// Each key is treated as by Load: what is kept, and for how long; errors; and that
// concurrent calls, also of Load, share one load of a key. LoadMany waits for keys that
// others are loading, and does not load them again. The context of load has the values
// of the first caller's; it is cancelled when all callers of all of its keys have left,
// and after Options.Timeout. It counts as one load to Options.LoadLimit, and as one for
// each key in Stats. Refreshes in the background of several keys are one call, too.
//
// A shared cache asks the manager's store for all keys at once. A key that another
// process is loading is waited for, but does not hold up others: if it must be loaded
// after all, that is a call of its own.
//
// If ctx ends, keys that there is no result for have an error that errors.Is finds to
// be context.Canceled or context.DeadlineExceeded. If load panics or calls
// runtime.Goexit, LoadMany panics with a *PanicError once there are results for all
// other keys, and so do those who wait for any of its keys.
func (c *Cache[K, V]) LoadMany(
	ctx context.Context, keys []K, load func(ctx context.Context, missing []K) ([]V, []error),
) ([]V, []error) {
	ctx = eventlog.Under(ctx)
	at, bypass := c.core.at(ctx)
	m := &many[K, V]{c: c, ctx: ctx, load: load, keys: keys, values: make([]V, len(keys))}
	if bypass {
		m.around()
		return m.values, m.errs
	}
	m.s = at.started()
	log := traceOf(ctx)
	for i, key := range keys {
		hash := c.hashOf(key)
		if e := c.hit(m.s, hash, key); e != nil {
			m.values[i] = e.value
			m.s.tellHit(ctx, &e.Item)
			log.kept(m.s, &e.Item, SourceMemory)
			continue
		}
		m.missed = append(m.missed, miss[K, V]{at: i, hash: hash})
	}
	if len(m.missed) > 0 {
		m.rest()
	}
	return m.values, m.errs
}

// many is a call of LoadMany.
type many[K comparable, V any] struct {
	c      *Cache[K, V]
	s      *state
	ctx    context.Context
	load   func(context.Context, []K) ([]V, []error)
	keys   []K
	values []V
	errs   []error

	missed []miss[K, V]
	// renewals are the loads that are to be made in the background.
	renewals []*passenger[K, V]
	// began is set if there are old results to fall back on.
	began time.Time
}

// miss is a key that hit had nothing for.
type miss[K comparable, V any] struct {
	at   int
	hash uint64
	// e is for the result, and nil if there is one already.
	e    *entry[K, V]
	told answer
	next step
	// begun says that there is a step, flown that the load was begun if it is one, and
	// ended that the caller waits for it no longer.
	begun, flown, ended bool
}

// rest finds out what to do for the keys that were missed, and does it.
func (m *many[K, V]) rest() {
	defer m.abandon()
	m.prepare()
	for i := range m.missed {
		m.begin(&m.missed[i])
	}
	m.fly()
	m.direct()
	m.settle()
}

// prepare makes the entries. That calls the user's code, and is done before loads are
// begun that others may wait for.
func (m *many[K, V]) prepare() {
	c, s := m.c, m.s
	for i := range m.missed {
		x := &m.missed[i]
		key := m.keys[x.at]
		if c.core.rich == nil {
			x.e = newEntry[K, V](x.hash, key)
			continue
		}
		if old := find[K, V](&s.table, x.hash, key); old != nil {
			if x.told = s.answer(m.ctx, &old.Item); x.told == renewing {
				m.renew(old)
			}
			if x.told >= answered {
				x.next, x.begun = step{call: flight.Call{How: flight.Kept, Kept: subjectOf(&old.Item)}}, true
				continue
			}
		}
		x.e = newEntryOf[K, V](c.core.spec, x.hash, key)
		s.reach(&x.e.Item)
	}
}

// renew begins a load in the background, for which nothing is called yet.
func (m *many[K, V]) renew(old *entry[K, V]) {
	e := newEntryOf[K, V](m.c.core.spec, old.Hash, old.key)
	m.s.reach(&e.Item)
	if f := m.s.renew(m.ctx, &e.Item, &old.Item); f != nil {
		m.renewals = append(m.renewals, &passenger[K, V]{e: e, f: f})
	}
}

// begin finds out what to do for a key.
func (m *many[K, V]) begin(x *miss[K, V]) {
	if x.begun {
		return
	}
	it, sane := &x.e.Item, x.e.key == x.e.key //nolint:staticcheck // false for NaN
	if m.c.core.rich == nil {
		x.next = m.s.begin(m.ctx, it, sane)
	} else {
		x.next = m.s.beginRich(m.ctx, it, sane, x.told == fallible)
		if metaOf(it).late && m.began.IsZero() && m.s.rules.Load().softTimeout() > 0 {
			m.began = time.Now()
		}
	}
	x.begun = true
}

// leads reports whether a load is this caller's to run.
func (x *miss[K, V]) leads() bool {
	return x.begun && x.next.err == nil && x.next.call.How == flight.Leads
}

// set notes what there is for a key.
func (m *many[K, V]) set(at int, v V, err error) {
	m.values[at] = v
	if err == nil {
		return
	}
	if m.errs == nil {
		m.errs = make([]error, len(m.keys))
	}
	m.errs[at] = err
}
