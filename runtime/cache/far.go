package cache

import (
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// far is what an entry knows of the store and of tags, in caches that have either.
// Whoever makes the entry writes it; nobody changes it once the entry is kept.
type far struct {
	// text is the key's, by which the store knows it.
	text string
	tags marks
	// id is that of the value in the store, 0 if it is not there.
	id uint64
	// memory is how long memory may keep it, whatever the rules say, and since when it
	// does.
	memory time.Duration
	since  int64
	// stored says that the value came from the store or, with saved, from LoadFrom;
	// forced that a load must not look there, offered that the store had a result
	// which is too old, and offer that this is that result.
	stored, saved, forced, offered, offer bool
	// unread is the ID of a value in the store that the codec could not read, 0 if none.
	unread uint64
	// glance is the look-up that was begun for the load, nil if none was.
	glance *tier.Glance
}

// reach notes what the store and tags have to know of an entry before its load
// begins, or it is set. It does nothing in other caches.
func (s *state) reach(it *engine.Item) {
	r := s.home.rich
	if r == nil || r.shared == nil && r.tags == nil {
		return
	}
	f := &far{memory: Forever}
	if r.shared != nil {
		f.text, _ = s.home.text(it)
	}
	if r.tags != nil {
		f.tags = s.home.manager.tags.marked(r.tags(it))
	}
	metaOf(it).far = f
}

// names returns the tags of an entry.
func (f *far) names() []string { return f.tags.names }

// outdated reports whether a tag of the entry was invalidated since it was made.
func (f *far) outdated() bool { return f.tags.outdated() }

// watched reports whether each use of the entry must be judged.
func (f *far) watched() bool { return f != nil && (f.brief() || len(f.tags.names) > 0) }

// brief reports whether there is a bound of its own to how long memory may keep the entry.
func (f *far) brief() bool { return f.memory != Forever }

// left returns how long memory may still keep an entry that has so much time to live, by
// the rules in force.
func (r *rules) left(f *far, rest, now int64) int64 {
	if f == nil {
		return rest
	}
	bound := int64(f.memory)
	if r.memory > 0 {
		bound = min(bound, r.memory)
	}
	if bound == int64(Forever) {
		return rest
	}
	return min(rest, f.since+bound-now)
}

// judge is what the rules say of a value in the store.
func (r *rules) judge(h tier.Head, absence bool) tier.Verdict {
	life, age := time.Duration(r.ttl), h.Age
	switch {
	case r.off:
		return tier.Useless
	case h.Kind == tier.Absent && !absence:
		return tier.Useless
	case h.Kind == tier.Absent:
		life = r.MissingTTL
	case h.TTL > 0:
		life = h.TTL
	}
	if r.worn {
		age = max(age, life)
	}
	switch {
	case age < life:
		return tier.Fresh
	case h.Kind == tier.Present && age-life < r.Stale:
		return tier.Stale
	}
	return tier.Useless
}

// carries reports whether an entry has one of some tags.
func carries(it *engine.Item, tags []string) bool {
	f := metaOf(it).far
	return f != nil && slices.ContainsFunc(f.names(), func(tag string) bool { return slices.Contains(tags, tag) })
}
