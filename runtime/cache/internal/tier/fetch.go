package tier

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// Query is what a cache looks up.
type Query struct {
	Text string
	// Tags are those of the key, always in the same order, at most MaxTags.
	Tags []string
	// Not is the ID of a value that is not good enough, whatever Judge says of it: the
	// one that is to be refreshed, or did not decode. 0 means none.
	Not uint64
	// Stale is told of a value that Judge calls stale, before anything else is done;
	// nil means nobody. It may be called again if the store then has another.
	Stale func(Value)
	// Waits is told, once, before the first wait for another process; nil means nobody.
	Waits func()
}

// Value is a value from the store.
type Value struct {
	Head
	// Bytes are the result, and belong to the caller. Those of an absence are empty.
	Bytes []byte
}

// Answer is what came of a look-up: a value if OK, else a lease, else neither.
type Answer struct {
	Value
	OK bool
	// Lease is the right to load. It must be ended by Fill or Release. The methods of
	// a nil lease do nothing.
	Lease *Lease
	// Memory is how long memory may keep the value, at most.
	Memory time.Duration
	// Err is why there is neither value nor lease.
	Err error
	// Waited says that another process was loading.
	Waited bool
}

// What a store must not do.
var (
	errIgnores = errors.New("cache: the store returns values that it was told not to")
	errEmpty   = errors.New("cache: the store has a value without bytes")
)

// maxRounds bounds the steps of a look-up that did not wait.
const maxRounds = 8

// Fetch looks a key up for a load. If there is no value and another process loads
// it, it waits for that, at most until ctx ends or Config.MaxWait is over.
func (m *Member) Fetch(ctx context.Context, q Query) Answer {
	s := search{Member: m, Query: q, ctx: ctx}
	if a, done := s.begin(); done {
		return a
	}
	return s.run()
}

// Look is Fetch for callers who will not load: it takes no lease and does not wait.
func (m *Member) Look(ctx context.Context, q Query) Answer {
	s := search{Member: m, Query: q, ctx: ctx}
	if a, done := s.begin(); done {
		return a
	}
	_, a := s.get()
	return a
}

// search is one look-up on its way.
type search struct {
	*Member
	Query
	ctx context.Context

	key  string
	tags []string
	// getting has them too, and is not written once it is in use.
	getting  getting
	versions []uint64
	// seen is what the last value began with that was not good enough.
	seen  []byte
	token string
	// replaces says that the load is made whatever there is.
	replaces bool
	waiter   *waiter
	waited   bool
	// rounds counts the steps since the last wait.
	rounds int
	// until and pause are those of the wait.
	until time.Time
	pause time.Duration
}

// begin returns an answer and true if the store must not be asked.
func (s *search) begin() (Answer, bool) {
	switch {
	case !s.link.use():
		return s.without(ErrClosed), true
	case len(s.Tags) > MaxTags:
		return s.without(fmt.Errorf("cache: a key has %d tags, of which at most %d are possible", len(s.Tags), MaxTags)), true
	}
	s.key, s.tags = keyOf(s.prefix, s.Text), tagsOf(s.Tags)
	s.getting = getting{store: s.link.config.Store, keys: [1]string{s.key}, tags: s.tags}
	if s.link.debts.cover(s.function, s.Text, s.key, s.tags) {
		return s.without(ErrOwed), true
	}
	return Answer{}, false
}

func (s *search) run() Answer { return s.rest(s.get()) }

// rest is what follows when the store was asked once.
func (s *search) rest(found bool, a Answer) Answer {
	defer s.leave()
	for ; !found && a.Err == nil && s.rounds < maxRounds; s.rounds++ {
		var more bool
		if a, more = s.acquire(); !more {
			return a
		}
		if len(s.tags) > 0 { // the value must be compared with what they are now
			found, a = s.get()
		}
	}
	if !found && a.Err == nil {
		return s.without(errIgnores)
	}
	return a
}

// get asks for the value and the versions of the tags, and returns it if it is good.
func (s *search) get() (found bool, a Answer) {
	if _, err := s.link.known(s.ctx); err != nil {
		return false, s.without(err)
	}
	if err := s.ready(s.ctx); err != nil {
		return false, s.without(err)
	}
	r, err := do(s.ctx, s.link, reads, s.getting.do)
	switch {
	case err != nil:
		return false, s.without(err)
	case len(r.values) != 1 || len(r.versions) != len(s.tags):
		return false, s.without(fmt.Errorf("cache: the store returns %d values and %d versions for one key and %d tags",
			len(r.values), len(r.versions), len(s.tags)))
	}
	s.versions = r.versions
	return s.judge(r.values[0])
}

// getting is a call of Get, in one piece of memory.
type getting struct {
	store store.Store
	keys  [1]string
	tags  []string
}

type gotten struct {
	values   [][]byte
	versions []uint64
}

func (g *getting) do(ctx context.Context) (r gotten, err error) {
	r.values, r.versions, err = g.store.Get(ctx, g.keys[:], g.tags)
	return r, err
}

// judge returns an answer if a value is good.
func (s *search) judge(raw []byte) (found bool, a Answer) {
	if raw == nil {
		s.seen = nil
		return false, Answer{}
	}
	s.seen = mark(raw)
	h, versions, rest, ok := readHead(raw, time.Now())
	if !ok || h.ID == s.Not || !current(versions, s.versions) {
		return false, Answer{}
	}
	if revoked, err := s.revoked(h.Epoch); err != nil {
		return false, s.without(err)
	} else if revoked {
		return false, Answer{}
	}
	v := Value{Head: h, Bytes: rest}
	switch s.cache.Judge(h) {
	case Fresh:
		return true, Answer{Value: v, OK: true, Memory: s.link.memory(), Waited: s.waited}
	case Stale:
		if s.Stale != nil {
			s.Stale(v)
		}
	}
	return false, Answer{}
}

// revoked reports whether a value of an epoch is revoked. One from an epoch that is
// not known tells of a revocation that has not been heard of yet.
func (s *search) revoked(epoch uint64) (bool, error) {
	r, err := s.link.known(s.ctx)
	if err == nil && epoch > r.epoch {
		r, err = s.link.ask(s.ctx)
	}
	if err != nil {
		return false, err
	}
	return epoch > r.epoch || epoch < s.registry.floor() || r.revoked(s.function, s.Text, epoch), nil
}

func (s *search) without(err error) Answer {
	return Answer{Err: err, Memory: Forever, Waited: s.waited}
}
