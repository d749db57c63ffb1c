package cache

import (
	"errors"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// sharing is what a rich cache that is shared knows of its values, without their
// type.
type sharing struct {
	*carrier
	strict bool
	// absence gives the error that stands for an absence, or nil.
	absence func() error
	// another makes an entry with the key of another one.
	another func(it *engine.Item) *engine.Item
}

func newSharing[K comparable, V any](o *Options[K, V], by *carrier) *sharing {
	if !o.Shared {
		return nil
	}
	if o.Codec == nil || o.KeyText == nil || o.Name == "" {
		panic("cache: " + o.Name + ": Shared needs Name, Codec and KeyText")
	}
	s := &sharing{carrier: by, strict: o.Strict, absence: func() error { return nil }}
	if o.Policy != nil {
		s.absence = o.Policy.Absence
	}
	s.another = func(it *engine.Item) *engine.Item {
		r := &rich[K, V]{}
		r.Hash, r.key = it.Hash, keyOf[K](it)
		return (*engine.Item)(unsafe.Pointer(&r.entry))
	}
	return s
}

// joint is what connects the state of a shared cache with the store.
type joint struct {
	// heard counts the changes that the cache was told of, by others, and those by this
	// process that are of more than a key.
	heard atomic.Uint64
	// overlaps are those of the changes of this process, nil if the cache is not shared.
	overlaps *[parts]overlap

	mu     sync.Mutex
	member atomic.Pointer[membership]
	// told is the link through which the cache heard of changes when it ceased to use
	// the store, nil if there was none: see rejoin.
	told *tier.Link
	// shelf finds entries by their texts: it has the hashes of their keys. Some of
	// the entries may be gone.
	shelf map[string]uint64
}

// membership is a place in a link.
type membership struct {
	*tier.Member
	link *tier.Link
}

// member returns what the store is used through for look-ups, or nil.
func (s *state) member() *membership {
	if s.home.rich == nil || s.home.rich.shared == nil || s.rules.Load().Mode != On {
		return nil
	}
	return s.changer()
}

// changer is member for changes, which other processes must hear of even if this one
// does not use the store.
func (s *state) changer() *membership {
	if s.home.rich == nil || s.home.rich.shared == nil {
		return nil
	}
	link := s.home.manager.link.Load()
	if link == nil {
		return nil
	}
	j := &s.joint
	if m := j.member.Load(); m != nil && m.link == link {
		return m
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.member.Load()
	if before != nil && before.link == link {
		return before
	}
	if before != nil {
		before.Leave()
	}
	c := s.home
	m := &membership{link: link, Member: link.Join(c.name, c.rich.shared.fingerprint(), &listener{weak.Make(c)})}
	j.member.Store(m)
	c.counters.member.Store(m)
	return m
}

// shelve makes an entry known by its text. It is kept already, so that it is found
// where the shelf is made anew by another; and the key's lock is held, so that whoever
// detaches loads finds it on the shelf afterwards.
func (s *state) shelve(it *engine.Item) {
	if s.home.rich == nil || s.home.rich.shared == nil {
		return
	}
	j := &s.joint
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.shelf == nil {
		j.shelf = make(map[string]uint64)
	}
	j.shelf[metaOf(it).far.text] = it.Hash
	if len(j.shelf) > 2*s.table.Len()+1024 {
		clear(j.shelf)
		s.table.Each(func(it *engine.Item) bool {
			j.shelf[metaOf(it).far.text] = it.Hash
			return true
		})
		j.shelf[metaOf(it).far.text] = it.Hash
	}
}

func (s *state) shelved(text string) (hash uint64, ok bool) {
	s.joint.mu.Lock()
	defer s.joint.mu.Unlock()
	hash, ok = s.joint.shelf[text]
	return hash, ok
}

// changed forgets the key of a text, because another process has changed it.
func (s *state) changed(text string) {
	s.joint.heard.Add(1)
	s.intake.Load().overtakeText(text)
	hash, ok := s.shelved(text)
	if ok {
		s.home.changing(hash, nil)
	} else {
		s.home.changingAll(nil)
	}
	s.flights.Detach(func(key flight.Subject) bool { return metaOf(itemOf(key)).far.text == text })
	// Looked up again: a load may have ended just before.
	if hash, ok = s.shelved(text); !ok {
		return
	}
	for b := s.table.Home(hash); b != nil; b = b.Next() {
		for m := b.Match(hash); m != 0; m &= m - 1 {
			if it := b.At(m); it != nil && it.Hash == hash && metaOf(it).far.text == text {
				s.drop(it)
			}
		}
	}
}

// revoked forgets the keys that a rule is about.
func (s *state) revoked(rule store.Rule) {
	s.joint.heard.Add(1)
	s.home.changingAll(nil)
	about := func(it *engine.Item) bool { return tier.Matches(rule, s.home.name, metaOf(it).far.text) }
	s.intake.Load().overtakeMatching(func(text string, _ bool) bool { return tier.Matches(rule, s.home.name, text) })
	s.flights.Detach(func(key flight.Subject) bool { return about(itemOf(key)) })
	s.table.Each(func(it *engine.Item) bool {
		if about(it) {
			s.drop(it)
		}
		return true
	})
}

func (s *state) drop(it *engine.Item) {
	if s.table.Drop(it) {
		s.stripe(it.Hash).invalidations.Add(1)
		s.tellGone(nobody, it)
	}
}

// listener tells a cache what other processes have changed, as long as the cache is
// in use.
type listener struct{ of weak.Pointer[core] }

func (l *listener) state() *state {
	if c := l.of.Value(); c != nil {
		return c.state.Load()
	}
	return nil
}

// Judge implements tier.Cache.
func (l *listener) Judge(h tier.Head) tier.Verdict {
	s := l.state()
	if s == nil {
		return tier.Useless
	}
	return s.rules.Load().judge(h, s.home.rich.shared.absence() != nil)
}

// Changed implements tier.Cache.
func (l *listener) Changed(text string) {
	if s := l.state(); s != nil {
		s.changed(text)
	}
}

// Revoked implements tier.Cache.
func (l *listener) Revoked(rule store.Rule) {
	if s := l.state(); s != nil {
		s.revoked(rule)
	}
}

// Drop implements tier.Cache.
func (l *listener) Drop() {
	if s := l.state(); s != nil {
		s.tellCleared(nobody, s.distrust())
	}
}

// failed returns an error of the store if the callers of a cache are to see it.
func (c *core) failed(err error) error {
	if err == nil || errors.Is(err, tier.ErrClosed) {
		return nil
	}
	c.counters.rare().storeErrors.Add(1)
	if c.rich.shared.strict {
		return err
	}
	return nil
}
