package cache

import (
	"slices"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/internal/tier"
	"github.com/bunsui/bunsui-go/runtime/internal/clock"
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
	// memory is how long memory may keep it, and until the time at which it may no
	// longer, 0 if there is none.
	memory time.Duration
	until  int64
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
func (f *far) watched() bool { return f != nil && (f.until != 0 || len(f.tags.names) > 0) }

// settle is called when the entry is kept.
func (f *far) settle(r *rules) {
	bound := f.memory
	if r.MemoryTTL > 0 {
		bound = min(bound, r.MemoryTTL)
	}
	if bound != Forever {
		f.until = clock.Exact() + int64(bound)
	}
}

// left returns how long memory may still keep an entry that has so much time to
// live.
func (f *far) left(rest, now int64) int64 {
	if f == nil || f.until == 0 {
		return rest
	}
	return min(rest, f.until-now)
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
