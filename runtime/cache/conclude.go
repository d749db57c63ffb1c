package cache

import (
	"context"
	"errors"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// conclude ends the load of a rich cache that has returned: it decides what its
// outcome is to the cache, in the load's own goroutine, since that calls the user's
// code.
func (s *state) conclude(f *flight.Flight, it *engine.Item, lease *tier.Lease, began int64, err error) {
	m := metaOf(it)
	m.took = clock.Exact() - began
	if err == nil {
		s.overtake(it)
		s.decide(it)
		s.fill(f, it, lease)
		s.weigh(it)
		f.Return(nil)
		return
	}
	if m.kind = s.kindOf(err); m.kind == missing {
		s.overtake(it)
	}
	if m.kind == missing || s.rules.Load().ErrorsTTL > 0 && lasting(err) {
		m.err = err
		s.fill(f, it, lease)
		s.weigh(it)
		f.KeepFailure()
	}
	if m.kind != missing {
		s.failed(it, nil, err) // before those who wait for the load go on
	}
	f.Return(err)
}

// decide asks the policy about a result.
func (s *state) decide(it *engine.Item) {
	ask := s.home.rich.decide
	if ask == nil {
		return
	}
	m, usual := metaOf(it), s.rules.Load().TTL
	switch ttl, keep := ask(it, usual); {
	case !keep || ttl <= 0:
		m.kind = refused
	case ttl != usual:
		m.ttl = int64(ttl)
	}
}

// kindOf asks it about an error.
func (s *state) kindOf(err error) kind {
	if ask := s.home.rich.missing; ask != nil && lasting(err) && ask(err) {
		return missing
	}
	return failed
}

// noResult is what errors are, of this package and of others, that no function has
// returned for a key, such as those of a loader which has not called it. They are not kept.
type noResult interface {
	error
	NotAResult() bool
}

// lasting reports whether an error is about the key. Others are about the call that
// began the load, and the next one may do better.
func lasting(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	own, ok := errors.AsType[noResult](err)
	return !ok || !own.NotAResult()
}

// accept says whether the outcome of a load is kept, with the key's lock held. What
// it takes the place of is removed even if it is not.
func (s *state) accept(r *rules, it *engine.Item) bool {
	m := metaOf(it)
	if m.kind == failed {
		// An error is no reason to forget a result.
		if old := s.table.Find(it); old != nil {
			if v, _ := r.assess(old); v == usable || v == late {
				return false
			}
		}
	}
	if m.far != nil && m.far.offer {
		// Memory may have one that did not reach the store.
		if old := s.table.Find(it); old != nil && metaOf(old).stored >= m.stored {
			return false
		}
	}
	if r.lifetime(m) == 0 {
		s.table.Remove(it)
		return false
	}
	now := r.nowFor(m)
	if m.far == nil || !m.far.stored { // else it is older
		m.stored = now
	}
	if m.far != nil {
		m.far.since = now
	}
	it.Stored = m.stored
	if m.kind != valued || m.ttl > 0 || r.early || m.far.watched() {
		it.Stored = longAgo
	}
	it.Used.Store(now)
	return true
}

// landed is called when a load of a rich cache has ended, however it has.
func (s *state) landed(f *flight.Flight, it *engine.Item) {
	m := metaOf(it)
	panicked, err := f.Outcome()
	switch {
	case m.concluded:
	case panicked != nil || err != nil && m.kind != missing:
		s.failed(it, panicked, err)
	case m.background:
		if old := s.table.Find(it); old != nil && old != it { // it was overtaken, or too late
			_, a := s.rules.Load().assess(old)
			metaOf(old).next.CompareAndSwap(busy, a.now+int64(moment))
		}
	}
}

// failed notes that a load has failed, and that the source is to be left alone if there
// is an old result.
func (s *state) failed(it *engine.Item, panicked *flight.Panic, err error) {
	m := metaOf(it)
	m.concluded = true
	if m.background || m.late {
		s.report(panicked, err)
	}
	old := s.table.Find(it)
	if old == nil || old == it {
		return
	}
	was := metaOf(old)
	v, a := s.rules.Load().assess(old)
	wait := int64(moment)
	if v == usable {
		wait = min(int64(pause(was.failures.Add(1))), a.rest)
	}
	was.next.Store(a.now + wait)
}

// report logs, at most once a minute for each name, that an old result is used in
// place of one that could not be loaded.
func (s *state) report(panicked *flight.Panic, err error) {
	m, e := s.home.manager, s.home.entry
	failures := e.failures.Add(1)
	if m.closed.Load() || !minuteOver(&e.reported) {
		return
	}
	e.failures.Add(-failures)
	attributes := []any{"cache", s.home.name, "error", err, "failures", failures}
	if panicked != nil {
		p := panicError(panicked)
		attributes = []any{"cache", s.home.name, "panic", p.Value, "failures", failures, "stack", string(p.Stack)}
	}
	m.log().Warn("a load failed, and an older result is used", attributes...)
}
