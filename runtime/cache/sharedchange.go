package cache

import (
	"context"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// parts is into how many the keys of a cache are divided to find changes that overlap.
const parts = 64

// overlap finds out whether a change of a key by this process has had the key for
// itself: with several at a time, the order of the last step in memory may not be that
// in the store.
type overlap struct{ begun, ended atomic.Uint64 }

// begin returns a function that says whether the change was alone so far, and one that
// ends it. Nil stands for a cache that is not shared.
func (o *overlap) begin() (alone func() bool, end func()) {
	if o == nil {
		return func() bool { return true }, func() {}
	}
	n := o.begun.Add(1)
	first := o.ended.Load() == n-1
	return func() bool { return first && o.begun.Load() == n }, func() { o.ended.Add(1) }
}

// overlap returns that of a key.
func (s *state) overlap(hash uint64) *overlap {
	if s.joint.overlaps == nil {
		return nil
	}
	return &s.joint.overlaps[hash>>40%parts]
}

// setRich keeps the result of an entry, and stores it if the cache is shared.
func (s *state) setRich(ctx context.Context, it *engine.Item) error {
	s.reach(it)
	s.decide(it)
	alone, end := s.overlap(it.Hash).begin()
	defer end()
	failed, heard := error(nil), s.joint.heard.Load()
	if member := s.changer(); member != nil {
		failed = s.home.failed(s.setShared(ctx, member, it))
	}
	s.weigh(it)
	s.tellKept(ctx, it, sourceSet, s.flights.Replace(it.Hash, subjectOf(it)))
	if s.joint.overlaps != nil && s.joint.heard.Load() != heard || !alone() {
		// The key may have been changed since it was stored, by another process which
		// has said so before it was here, or by this one.
		if s.flights.Forget(it.Hash, subjectOf(it)) {
			s.tellGone(ctx, it)
		}
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

// force makes the load of an entry one that does not look into the store, nor
// at what LoadFrom has read.
func (s *state) force(it *engine.Item) {
	if s.home.rich == nil || s.home.rich.carrier == nil {
		return
	}
	m := metaOf(it)
	if m.far == nil {
		m.far = &far{memory: Forever}
	}
	m.far.forced = true
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
	c.clear(ctx, by)
	return failed
}
