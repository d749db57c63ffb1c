package cache

import (
	"context"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

const (
	// moment is how long stale results are returned without a try after one that
	// has failed.
	moment = time.Second
	// breath is when a refresh is tried again for which there was no room.
	breath = 100 * time.Millisecond
)

// answer says what becomes of a look-up that has found an entry.
type answer uint8

const (
	// unanswered: there must be a load.
	unanswered answer = iota
	// fallible: there must be a load, but the entry may be returned if that fails.
	fallible
	// answered: the entry is returned.
	answered
	// renewing: the entry is returned, and the caller is the one to begin a load in
	// the background, and then to call begun.
	renewing
)

// answer is what a look-up gets for which hit had nothing. It counts it, if it is
// answered.
func (s *state) answer(ctx context.Context, it *engine.Item) answer {
	m := metaOf(it)
	next := m.next.Load()
	v, a := s.seen(it)
	switch {
	case v == gone:
		return unanswered
	case v == late && (next == none || next == wanted || next == busy || next <= a.now):
		return fallible
	case v == late:
		s.stripe(it.Hash).misses.Add(1)
		s.home.counters.rare().stale.Add(1)
		s.tellMiss(ctx, it, flight.Kept)
		s.tellStale(ctx, it)
		return answered
	}
	it.Touch()
	s.stripe(it.Hash).hits.Add(1)
	s.tellHit(ctx, it)
	if v == usable && s.rules.Load().due(m, a) && claim(m) {
		return renewing
	}
	return answered
}

// renewable reports whether a result may be used that hit did not return because it
// is to be renewed, and counts a hit then.
func (s *state) renewable(it *engine.Item) bool {
	if v, _ := s.seen(it); v != usable {
		return false
	}
	it.Touch()
	s.stripe(it.Hash).hits.Add(1)
	s.tellHit(nobody, it)
	return true
}

// claim makes the caller the one who renews an entry.
func claim(m *meta) bool {
	next := m.next.Load()
	return next != busy && m.next.CompareAndSwap(next, busy)
}

// renew begins the load of it in the background, with which old is to be renewed.
// It returns nil if there is to be none now.
func (s *state) renew(ctx context.Context, it, old *engine.Item) *flight.Flight {
	metaOf(it).background = true
	call := s.flights.Background(ctx, it.Hash, subjectOf(it), subjectOf(old))
	if call.How == flight.Leads {
		s.home.counters.rare().refreshes.Add(1)
		if eventlog.On() {
			s.tell(ctx, "cache refresh", old, s.age(old))
		}
		return call.Flight
	}
	m := metaOf(old)
	m.next.CompareAndSwap(busy, s.rules.Load().nowFor(m)+int64(breath))
	return nil
}

// beginRich is begin for a rich cache: fallible says that there is an old result.
func (s *state) beginRich(ctx context.Context, it *engine.Item, sane, fallible bool) (next step) {
	metaOf(it).late = fallible
	r := s.rules.Load()
	soft := r.softTimeout()
	if !fallible || ctx.Err() != nil || soft == 0 && r.loadLimit() == 0 {
		next = s.begin(ctx, it, sane)
	} else if next = s.beginLate(ctx, it, soft > 0); next.call.How == flight.Full { // and nothing left
		next = s.begin(ctx, it, sane)
	}
	return next
}

// beginLate is begin for a caller that will not wait for the load, or not for long.
func (s *state) beginLate(ctx context.Context, it *engine.Item, detached bool) (next step) {
	next.call = s.flights.Late(ctx, it.Hash, subjectOf(it), detached)
	if next.call.How == flight.Full {
		old := s.fallback(ctx, it)
		if old == nil {
			return next
		}
		s.stripe(it.Hash).misses.Add(1)
		s.tellMiss(ctx, it, flight.Full)
		return step{call: flight.Call{How: flight.Kept, Kept: subjectOf(old)}}
	}
	next = around(ctx, next)
	switch {
	case next.call.How == flight.Kept:
		s.stripe(it.Hash).hits.Add(1)
		s.tellHit(ctx, itemOf(next.call.Kept))
		return next
	case next.recursive():
		next.err = &RecursionError{Func: s.home.name}
	}
	s.stripe(it.Hash).misses.Add(1)
	s.tellMiss(ctx, it, next.call.How)
	return next
}

// fallback returns the entry to return in place of a result that there is none of,
// or nil: it may have been removed since the caller began, or made anew.
func (s *state) fallback(ctx context.Context, key *engine.Item) *engine.Item {
	it := s.table.Find(key)
	if it == nil {
		return nil
	}
	switch v, _ := s.seen(it); v {
	case late:
		s.home.counters.rare().stale.Add(1)
		s.tellStale(ctx, it)
		return it
	case usable:
		return it
	}
	return nil
}

// outcome is step.outcome for a rich cache, and for a caller with an entry of its
// own, which is nil if one is kept.
func (s *state) outcome(ctx context.Context, own *engine.Item, next step) (*engine.Item, error) {
	call := next.call
	if call.How == flight.Kept {
		it := itemOf(call.Kept)
		return it, metaOf(it).err
	}
	if call.How == flight.Joined || !call.Flight.Inline() {
		it, err := s.await(ctx, own, next)
		if it != nil || err != nil {
			return it, err
		}
	}
	panicked, err := call.Flight.Outcome()
	if panicked != nil {
		panic(panicError(panicked))
	}
	it := itemOf(call.Flight.Subject)
	if err != nil && (metaOf(own).late || s.offered(it)) && metaOf(it).kind != missing {
		if old := s.fallback(ctx, it); old != nil {
			return old, nil
		}
	}
	return it, err
}

// await returns when the load has ended; or with an old result, if that is not
// soon; or with the reason why the caller's context has.
func (s *state) await(ctx context.Context, own *engine.Item, next step) (*engine.Item, error) {
	soft := s.rules.Load().softTimeout()
	if !metaOf(own).late || soft == 0 || next.call.Within(ctx, soft) {
		return nil, next.call.Wait(ctx)
	}
	old := s.fallback(ctx, itemOf(next.call.Flight.Subject))
	if old == nil {
		return nil, next.call.Wait(ctx)
	}
	next.call.Desert()
	s.spare(old)
	return old, nil
}

// spare has the source left alone for a moment, in which old is returned.
func (s *state) spare(old *engine.Item) {
	m := metaOf(old)
	m.next.Store(s.rules.Load().nowFor(m) + int64(moment))
}

// endedRich is ended for a rich cache, and the entry that a call got, if any.
func (l *TraceLog) endedRich(s *state, next step, it *engine.Item) {
	if l == nil {
		return
	}
	if it == nil || next.call.How != flight.Kept && it == itemOf(next.call.Flight.Subject) {
		if f := s.farOf(it); f != nil && f.stored {
			l.kept(s, it, sourceOf(f, next))
			return
		}
		l.ended(s, next)
		return
	}
	from := SourceMemory
	if v, _ := s.rules.Load().assess(it); v == late {
		from = SourceStale
	}
	l.kept(s, it, from)
}

// sourceOf says where the result of a load came from that had no need to call the
// function.
func sourceOf(f *far, next step) Source {
	switch {
	case next.call.How == flight.Joined:
		return SourceJoined
	case f.saved:
		return SourceSaved
	}
	return SourceStore
}
