package tier

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// askEvery is how old the known rules may be while events are missed.
const askEvery = 250 * time.Millisecond

// knowledge is what is known of the revocations of a store.
type knowledge struct {
	// watching is set when the link has begun to watch the store, live as long as
	// no event is missed, and certain when in addition the rules were asked for
	// since no event is missed.
	watching, live, certain atomic.Bool

	now atomic.Pointer[revocations]

	mu sync.Mutex
	// spell counts how often live has changed.
	spell int
	// asked is when the last successful question began.
	asked time.Time
	call  *question
}

// question is one call of Revocations, for all that want to know.
type question struct {
	done chan struct{}
	err  error
}

func (k *knowledge) init() { k.now.Store(newRevocations(0, 0, nil)) }

// known returns the revocations as they are now, or were askEvery ago if events are
// missed.
func (l *Link) known(ctx context.Context) (*revocations, error) {
	k := &l.rules
	if k.certain.Load() {
		return k.now.Load(), nil
	}
	k.mu.Lock()
	recent := !k.live.Load() && !k.asked.IsZero() && time.Since(k.asked) < askEvery
	k.mu.Unlock()
	if recent {
		return k.now.Load(), nil
	}
	return l.ask(ctx)
}

// ask asks the store for its revocations, or waits for the answer that another gets.
func (l *Link) ask(ctx context.Context) (*revocations, error) {
	k := &l.rules
	k.mu.Lock()
	q := k.call
	if q == nil {
		q = &question{done: make(chan struct{})}
		k.call = q
		spell, before := k.spell, k.now.Load()
		k.mu.Unlock()
		l.put(ctx, q, spell, before)
		return k.now.Load(), q.err
	}
	k.mu.Unlock()
	select {
	case <-q.done:
		return k.now.Load(), q.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// put puts a question that others wait for too, so that it goes on when ctx ends.
func (l *Link) put(ctx context.Context, q *question, spell int, before *revocations) {
	k, begun := &l.rules, time.Now()
	s, err := do(context.WithoutCancel(ctx), l, reads, l.config.Store.Revocations)
	var tell func()
	k.mu.Lock()
	if err == nil {
		tell = l.learn(s, before)
		k.asked = begun
		k.certain.Store(k.live.Load() && k.spell == spell)
	}
	k.call, q.err = nil, err
	k.mu.Unlock()
	if tell != nil {
		tell()
	}
	close(q.done)
}

// learn takes over what the store says, and returns how to tell the caches. before is
// what was known when it was asked: a store whose epochs are lower now has lost them,
// and with them what was revoked in the meantime. The lock is held.
func (l *Link) learn(s store.Revocations, before *revocations) (tell func()) {
	k := &l.rules
	old := k.now.Load()
	if s.Epoch < before.epoch {
		old = newRevocations(0, 0, nil)
		k.now.Store(old.joined(s))
		return func() {
			l.members.eachRegistry((*registry).forget)
			l.drop()
		}
	}
	next := old.joined(s)
	k.now.Store(next)
	rules, all := next.news(old)
	if all {
		return l.drop
	}
	return func() {
		for _, r := range rules {
			l.members.revoked(r)
		}
	}
}

// hear takes over one revocation, and reports whether it was news.
func (l *Link) hear(n store.Revocation) bool {
	k := &l.rules
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now.Load()
	if n.Epoch < now.floor || n.Epoch <= now.rules[tidy(n.Rule)] {
		return false
	}
	if n.Epoch < now.epoch {
		k.certain.Store(false) // out of order, or the store has begun anew
	}
	k.now.Store(now.with(n))
	return true
}

// turn notes that events are heard or missed from now on.
func (k *knowledge) turn(live bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.spell++
	k.live.Store(live)
	k.certain.Store(false)
}
