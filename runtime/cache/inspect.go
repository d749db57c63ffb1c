package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// Inspection says where a result is, and how old.
type Inspection struct {
	// InMemory says that a result, or an error that is kept, would be returned from
	// memory if the function was called now; for one that is Stale, if it failed.
	InMemory bool
	// Age is how long ago that was stored, and Rest how long it may still be used:
	// Forever if it does not expire, 0 if it is stale.
	Age, Rest time.Duration
	// Stale says that it is too old, and still there because of Options.Stale.
	Stale bool
	// Err is the error that is kept in place of a result.
	Err error
	// Refreshing says that it is being loaded anew in the background, Loading that a
	// load is under way whose result may be kept, in the background or not.
	Refreshing, Loading bool
	// InStore says that the manager's store has a result, or that there is none, which
	// may be used, or could be as a stale one; StoreAge is how long ago it was stored.
	InStore  bool
	StoreAge time.Duration
	// Saved says that LoadFrom has read a result for the key which nobody has asked for
	// yet; SavedAge is how long ago it was stored.
	Saved    bool
	SavedAge time.Duration
}

// Inspect tells where the result for key is, for people and tools. It counts nothing in
// the cache's figures, is no use of the entry, loads nothing and takes nothing away. If
// the cache is shared and has a store, it asks that too, which takes as long as
// Config.StoreTimeout at most, twice that if it has to learn what was invalidated. If
// the store gives no answer, the error wraps store.ErrUnavailable, or that of ctx, and
// what is known of memory is returned all the same.
func (c *Cache[K, V]) Inspect(ctx context.Context, key K) (Inspection, error) {
	e := newEntryOf[K, V](c.core.spec, c.hashOf(key), key)
	return c.core.inspect(ctx, &e.Item)
}

// inspect is Inspect for the key of an item.
func (c *core) inspect(ctx context.Context, it *engine.Item) (i Inspection, err error) {
	at, _ := c.at(ctx)
	s := at.started()
	s.inspectMemory(it, &i)
	i.Loading = s.flights.Busy(it.Hash, subjectOf(it))
	if c.rich == nil {
		return i, nil
	}
	s.reach(it)
	if in := s.intake.Load(); !in.idle() && c.rich.carrier != nil && s.trusted(metaOf(it)) {
		text, _ := c.text(it)
		i.SavedAge, i.Saved = in.stock.has(text, s.rules.Load())
		if !i.Saved {
			i.SavedAge = 0
		}
	}
	return i, s.inspectStore(ctx, it, &i)
}

// inspectMemory tells of the entry that has the key of an item.
func (s *state) inspectMemory(key *engine.Item, i *Inspection) {
	it, r := s.table.Find(key), s.rules.Load()
	if it == nil {
		return
	}
	v, a := r.judged(it)
	if v == gone {
		return
	}
	i.InMemory, i.Stale = true, v == late
	i.Age, i.Rest = time.Duration(a.past), max(time.Duration(a.rest), 0)
	if a.rest == endless {
		i.Rest = Forever
	}
	if r.rich {
		m := metaOf(it)
		i.Err, i.Refreshing = m.err, m.next.Load() == busy
	}
}

// judged is assess for any cache, with the time that an entry may lie idle as a part
// of its rest.
func (r *rules) judged(it *engine.Item) (v verdict, a age) {
	use := useOf(it) // before the clock
	if r.rich {
		v, a = r.assess(it)
	} else {
		a = age{now: r.now(), rest: endless}
		if a.past = a.now - use.stored; r.expired(use, a.now) {
			return gone, a
		}
		if v = usable; r.ttl != int64(Forever) {
			a.rest = r.jittered(r.ttl, use) - a.past
		}
	}
	if r.idle > 0 {
		a.rest = min(a.rest, r.idle-(a.now-max(use.used, r.idleFrom)))
	}
	return v, a
}

// inspectStore tells of the value in the store, if the cache uses one.
func (s *state) inspectStore(ctx context.Context, it *engine.Item, i *Inspection) error {
	member := s.member()
	if member == nil {
		return nil
	}
	f := metaOf(it).far
	stale := func(v tier.Value) { i.InStore, i.StoreAge = true, v.Age }
	answer := member.Look(ctx, tier.Query{Text: f.text, Tags: f.names(), Stale: stale})
	if answer.OK {
		i.InStore, i.StoreAge = true, answer.Age
	}
	switch err := answer.Err; {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil:
		return fmt.Errorf("cache: inspect %s: %w", s.home.name, err)
	default:
		return fmt.Errorf("cache: inspect %s: %w: %w", s.home.name, store.ErrUnavailable, err)
	}
}
