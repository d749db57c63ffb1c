package cache

import (
	"cmp"
	"context"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// maxUnread bounds the values of one look-up that the codec cannot read.
const maxUnread = 3

// fetch looks in the store for the result of a load that is about to begin, and
// reports whether it was there. If not, the load is to be made, with the lease.
func (s *state) fetch(f *flight.Flight, it *engine.Item) (lease *tier.Lease, found bool) {
	m := metaOf(it)
	member := s.member()
	if member == nil {
		return nil, false
	}
	q := s.query(f, it, member)
	if m.far.forced {
		a := member.Replace(f, q)
		if a.Err != nil && f.Err() == nil {
			s.home.counters.rare().storeErrors.Add(1)
		}
		return a.Lease, false
	}
	for range maxUnread {
		a := s.ask(f, it, member, q)
		m.far.memory = a.Memory
		if !a.OK {
			s.absent(f, a)
			return a.Lease, false
		}
		if s.use(it, a.Value) {
			return nil, true
		}
		q.Not = a.ID
	}
	return nil, false
}

// absent counts a look-up that has found nothing.
func (s *state) absent(f *flight.Flight, a tier.Answer) {
	count := s.home.counters.rare()
	count.storeMisses.Add(1)
	if a.Err != nil && f.Err() == nil {
		count.storeErrors.Add(1)
	}
}

// use makes a value of the store the result, and reports whether it can be read.
func (s *state) use(it *engine.Item, v tier.Value) bool {
	if err := s.take(it, v); err != nil {
		s.unread(err)
		return false
	}
	s.weigh(it)
	s.home.counters.rare().storeHits.Add(1)
	return true
}

// query is how a load looks for its result.
func (s *state) query(f *flight.Flight, it *engine.Item, member *membership) tier.Query {
	m := metaOf(it)
	return tier.Query{
		Text: m.far.text, Tags: m.far.names(), Not: cmp.Or(m.far.unread, s.outworn(it)),
		Stale: func(v tier.Value) { s.offer(f, it, v, member.Memory()) },
	}
}

// ask goes on with the look-up that quick has begun, or begins one.
func (s *state) ask(f *flight.Flight, it *engine.Item, member *membership, q tier.Query) tier.Answer {
	g := metaOf(it).far.glance
	if g == nil {
		return member.Fetch(f, q)
	}
	metaOf(it).far.glance = nil
	return g.Fetch(f)
}

// quick asks the store in the goroutine of a caller whose load would run in one of its
// own, and ends the load if the result is there: a goroutine would take longer than
// that. The caller cannot leave meanwhile, unless the store heeds its context.
func (s *state) quick(ctx context.Context, f *flight.Flight, it *engine.Item) bool {
	if !s.glance(ctx, f, it) {
		return false
	}
	s.found(f, it)
	f.Land()
	s.landed(f, it)
	return true
}

// glance takes the first step of fetch, and reports whether the result was there.
func (s *state) glance(ctx context.Context, f *flight.Flight, it *engine.Item) (found bool) {
	m, member := metaOf(it), s.member()
	far := m.far
	if member == nil || far.forced || s.stocks() {
		return false
	}
	returned := false
	defer func() {
		switch {
		case returned:
		case recover() != nil: // of the user's code: the load meets it again, and passes it on
			found, far.glance, far.stored = false, nil, false
			m.kind, m.err = valued, nil
		default: // runtime.Goexit: this goroutine ends
			f.Land()
		}
	}()
	g := member.Glance(ctx, s.query(f, it, member))
	a := g.Answer()
	if far.memory = a.Memory; !a.OK {
		far.glance = g
	} else if found = s.use(it, a.Value); !found {
		far.unread = a.ID
	}
	returned = true
	return found
}

// outworn returns the ID of the value that is to be renewed, 0 if none is.
func (s *state) outworn(it *engine.Item) uint64 {
	if !metaOf(it).background {
		return 0
	}
	if old := s.table.Find(it); old != nil {
		return metaOf(old).far.id
	}
	return 0
}

// take makes a value of the store that of an entry.
func (s *state) take(it *engine.Item, v tier.Value) error {
	m, sharing := metaOf(it), s.home.rich.shared
	if v.Kind == tier.Absent {
		m.kind, m.err = missing, sharing.absence()
	} else if err := sharing.read(v.Bytes, it); err != nil {
		return err
	}
	m.ttl, m.took = int64(v.TTL), int64(v.Load)
	m.stored = clock.Exact() - int64(v.Age)
	m.far.id, m.far.stored = v.ID, true
	return nil
}

// offer keeps a value of the store that is too old, for the case that the load fails.
func (s *state) offer(f *flight.Flight, it *engine.Item, v tier.Value, memory time.Duration) {
	old := s.home.rich.shared.another(it)
	known := *metaOf(it).far
	known.memory, known.offer = memory, true
	metaOf(old).far = &known
	if err := s.take(old, v); err != nil {
		s.unread(err)
		return
	}
	s.weigh(old)
	metaOf(it).far.offered = true
	s.tellKept(f, old, SourceStore.String(), f.Offer(subjectOf(old)))
}

// unread counts a value that the codec cannot read.
func (s *state) unread(err error) {
	s.home.counters.rare().decodeErrs.Add(1)
	s.home.manager.warn(&s.home.entry.unread, "a value in the store cannot be read, and is loaded anew",
		"cache", s.home.name, "error", err)
}

// unwritable reports a result that the codec cannot write.
func (s *state) unwritable(err error) {
	s.home.manager.warn(&s.home.entry.unwritten, "a result cannot be written into the store",
		"cache", s.home.name, "error", err)
}

// fill writes what a load has given into the store, and notes for how long memory may
// keep it.
func (s *state) fill(ctx context.Context, it *engine.Item, lease *tier.Lease) {
	m, r := metaOf(it), s.rules.Load()
	if s.home.rich.shared == nil || m.kind == failed || lease == nil && !m.far.forced {
		return // what holds the lease ends it
	}
	if lease == nil || m.kind == refused || m.kind == missing && r.MissingTTL <= 0 {
		s.withdraw(ctx, it, lease)
		return
	}
	w, err := s.write(it, r)
	if err != nil {
		s.unwritable(err)
		s.withdraw(ctx, it, lease)
		return
	}
	out := lease.Fill(ctx, w)
	if m.far.forced {
		s.joint.heard.Add(1) // what is being set may be older
	}
	if out.Err != nil {
		s.home.counters.rare().storeErrors.Add(1)
	}
	m.far.id, m.far.memory = out.ID, out.Memory
}

// withdraw removes what the store has for a key whose load has given nothing to take
// its place there.
func (s *state) withdraw(ctx context.Context, it *engine.Item, lease *tier.Lease) {
	if f := metaOf(it).far; f.forced || lease.Over() {
		if member := s.changer(); member != nil {
			_ = s.home.failed(member.Delete(ctx, f.text)) // is owed if it fails
		}
	}
}

// write returns a result, or an absence, as the store keeps it.
func (s *state) write(it *engine.Item, r *rules) (w tier.Write, err error) {
	m := metaOf(it)
	w.Kind, w.Bytes = tier.Present, tier.Room(len(m.far.names()))
	w.TTL, w.Load = time.Duration(m.ttl), time.Duration(m.took)
	w.Keep = tier.Lifetime(time.Duration(r.lifetime(m)), r.Stale)
	if m.kind == missing {
		w.Kind, w.Keep = tier.Absent, tier.Lifetime(r.MissingTTL, 0)
		return w, nil
	}
	w.Bytes, err = s.home.rich.shared.written(w.Bytes, it)
	return w, err
}

// offered reports whether the store had a result that is too old, for a load that has
// ended.
func (s *state) offered(it *engine.Item) bool {
	f := metaOf(it).far
	return f != nil && f.offered
}

// farOf returns what an entry knows of the store and of tags, nil if that is nothing.
func (s *state) farOf(it *engine.Item) *far {
	if s.home.rich == nil || it == nil {
		return nil
	}
	return metaOf(it).far
}
