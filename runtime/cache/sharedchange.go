package cache

import (
	"context"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// setRich keeps the result of an entry, and stores it if the cache is shared.
func (s *state) setRich(ctx context.Context, it *engine.Item) error {
	s.reach(it)
	s.decide(it)
	failed, heard := error(nil), s.joint.heard.Load()
	if member := s.changer(); member != nil {
		failed = s.home.failed(s.setShared(ctx, member, it))
	}
	s.weigh(it)
	s.flights.Replace(it.Hash, subjectOf(it))
	if s.joint.heard.Load() != heard {
		// Another process may have changed the key since it was stored, and said so
		// before it was here.
		s.flights.Forget(it.Hash, subjectOf(it))
	}
	return failed
}

// setShared stores the result of an entry, or removes the key if it is one that is not
// to be kept.
func (s *state) setShared(ctx context.Context, member *membership, it *engine.Item) error {
	m := metaOf(it)
	if m.kind == refused {
		return member.Delete(ctx, m.far.text)
	}
	w, err := s.write(it, s.rules.Load())
	if err != nil {
		s.unwritable(err)
		_ = member.Delete(ctx, m.far.text) // is owed if it fails
		return err
	}
	out, err := member.Set(ctx, m.far.text, m.far.names(), w)
	m.far.id, m.far.memory = out.ID, out.Memory
	return err
}

// force makes the load of an entry one that does not look into the store.
func (s *state) force(it *engine.Item) {
	if f := s.farOf(it); f != nil {
		f.forced = true
	}
}

// found ends the load of a key whose result was in the store.
func (s *state) found(f *flight.Flight, it *engine.Item) {
	m := metaOf(it)
	f.Spare()
	if m.err != nil {
		f.KeepFailure()
	}
	f.Return(m.err)
}

// clearAll forgets all keys, in the store too.
func (c *core) clearAll(ctx context.Context, by *ending) error {
	var failed error
	if c.rich != nil && c.rich.shared != nil {
		if member := c.started().changer(); member != nil {
			failed = c.failed(member.Clear(ctx))
		}
	}
	c.clear(by)
	return failed
}
