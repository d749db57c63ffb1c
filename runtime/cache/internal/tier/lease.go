package tier

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

const (
	// Forever as Outcome.Memory means that only the cache's own bounds hold.
	Forever time.Duration = math.MaxInt64
	// Brief is how long memory may keep what the store has while the changes that
	// others make are not heard of.
	Brief = time.Second
)

// Write is a result on its way into the store.
type Write struct {
	// Bytes begin with Room for the tags of the key; the result follows unless Kind is
	// Absent. They must not be used afterwards, because a store that is late may.
	Bytes []byte
	Kind  Kind
	// TTL is the time to live of this value, 0 for the usual one of its cache.
	TTL time.Duration
	// Keep is how long the store keeps it: see Lifetime. At most store.MaxTTL.
	Keep time.Duration
	// Load is how long it took to load.
	Load time.Duration
}

// Outcome is what became of a Write.
type Outcome struct {
	// ID is that of the value, 0 if it was not stored.
	ID uint64
	// Epoch is that of the value, for Revoked.
	Epoch uint64
	// Memory is how long memory may keep the result at most, 0 for not at all: then the
	// key may have been changed since the load began.
	Memory time.Duration
	// Err is why it was not stored, nil if the lease was lost.
	Err error
}

// Lease is the right to load a key, which no other process has meanwhile. It renews
// itself until it is ended. Its methods are safe for concurrent use, and do nothing if
// it is nil.
type Lease struct {
	member     *Member
	text, key  string
	tags       []string
	token      string
	epoch      uint64
	versions   []uint64
	timer      *time.Timer
	mu         sync.Mutex
	ended      bool
	taken      bool
	extendedAt time.Time
	// seen says that there was a value when the lease was taken, replaces that Fill
	// must tell the other processes.
	seen, replaces bool
}

// lease makes the lease that s has got.
func (s *search) lease(epoch uint64) *Lease {
	e := &Lease{
		member: s.Member, text: s.Text, key: s.key, tags: s.tags, token: s.token,
		epoch: epoch, versions: s.versions, extendedAt: time.Now(),
		seen: s.seen != nil, replaces: s.replaces,
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.timer = time.AfterFunc(s.link.config.Lease/3, e.extend)
	return e
}

// extend renews the lease, and arranges for the next time.
func (e *Lease) extend() {
	l, begun := e.member.link, time.Now()
	held, err := do(l.life, l, writes, func(ctx context.Context) (bool, error) {
		return l.config.Store.Extend(ctx, e.key, e.token, l.config.Lease)
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.ended || l.closed.Load():
		return
	case err == nil && !held:
		e.taken = true
		l.counts.leasesLost.Add(1)
		return
	case err == nil:
		e.extendedAt = begun
	}
	e.timer.Reset(l.config.Lease / 3)
}

// Lost reports whether another process may be loading by now: the key was changed, or
// the lease could not be renewed. What is loaded on is handed out and not stored.
func (e *Lease) Lost() bool {
	if e == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.taken || time.Since(e.extendedAt) >= e.member.link.config.Lease
}

// end stops the renewal. It returns false if the lease was ended before, and whether
// it is certainly lost.
func (e *Lease) end() (first, taken bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	first = !e.ended
	e.ended = true
	e.timer.Stop()
	return first, e.taken
}

// Release ends the lease without a result, so that another may load. It goes on when
// ctx ends, and takes no longer than an operation may. After Fill it does nothing.
func (e *Lease) Release(ctx context.Context) {
	if e == nil {
		return
	}
	if first, taken := e.end(); first && !taken {
		e.release(ctx)
	}
}

func (e *Lease) release(ctx context.Context) {
	l := e.member.link
	if l.release(context.WithoutCancel(ctx), writes, e.key, e.token) != nil {
		l.giveBack(e.key, e.token)
	}
}

// Fill stores the result of the load, unless the lease was lost, and ends the lease. It
// goes on when ctx ends, and takes no longer than an operation may.
func (e *Lease) Fill(ctx context.Context, w Write) Outcome {
	if e == nil {
		return Outcome{Memory: Forever}
	}
	l := e.member.link
	first, taken := e.end()
	if !first || taken {
		return Outcome{}
	}
	if e.changed() {
		e.release(ctx)
		return Outcome{}
	}
	h := Head{Kind: w.Kind, ID: newID(), TTL: w.TTL, Load: w.Load, Epoch: e.epoch}
	err := w.head(h, e.versions)
	if err == nil {
		err = e.member.lasting(ctx, w.keep())
	}
	if err != nil {
		e.release(ctx)
		return e.failed(ctx, err)
	}
	key, token, bytes, keep := e.key, e.token, w.Bytes, w.keep()
	stored, err := do(context.WithoutCancel(ctx), l, writes, func(ctx context.Context) (bool, error) {
		return l.config.Store.Fill(ctx, key, token, bytes, keep)
	})
	switch {
	case err != nil:
		l.giveBack(key, token)
		return e.failed(ctx, err)
	case !stored:
		l.counts.leasesLost.Add(1)
		return Outcome{}
	case e.replaces:
		e.member.tell(ctx, e.text)
	}
	return Outcome{ID: h.ID, Epoch: e.epoch, Memory: l.memory()}
}

// failed is the outcome of a Fill that may not have happened. What it was to replace is
// removed, and that is owed if it fails too.
func (e *Lease) failed(ctx context.Context, err error) Outcome {
	if e.replaces {
		m := e.member
		_ = m.Delete(ctx, e.text)
		m.link.debts.add(m.link, debt{function: m.function, key: e.key}, !errors.Is(err, ErrOpen))
	}
	return Outcome{Memory: Forever, Epoch: e.epoch, Err: err}
}

// Over reports whether the store had a value when the lease was taken. A load that gives
// nothing to take its place must see to it that it goes.
func (e *Lease) Over() bool { return e != nil && e.seen }

// changed reports whether what is known here already says that the result is not good
// for others.
func (e *Lease) changed() bool {
	m := e.member
	return e.epoch < m.registry.floor() || m.link.rules.now.Load().revoked(m.function, e.text, e.epoch) ||
		m.link.debts.cover(m.function, e.text, e.key, e.tags)
}

// giveBack ends a lease in the background that nobody holds here, and that the store may
// have all the same: it has given it without our hearing of that, or was not to be
// reached when it was to end. As long as it lasts, others wait for it.
func (l *Link) giveBack(key, token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed.Load() {
		return
	}
	l.loops.Add(1)
	go func() {
		defer l.loops.Done()
		var pause time.Duration
		for end := time.Now().Add(l.config.Lease); time.Now().Before(end) && l.life.Err() == nil; l.sleep(jittered(pause)) {
			if l.release(l.life, retries, key, token) == nil {
				return
			}
			pause = longer(pause)
		}
	}()
}

func (l *Link) release(ctx context.Context, c class, key, token string) error {
	_, err := do(ctx, l, c, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, l.config.Store.Release(ctx, key, token)
	})
	return err
}

// Memory is how long memory may keep what the store has, at most.
func (m *Member) Memory() time.Duration { return m.link.memory() }

// memory is how long memory may keep what the store has.
func (l *Link) memory() time.Duration {
	if l.Live() {
		return Forever
	}
	return Brief
}

func (w *Write) keep() time.Duration {
	return min(max(w.Keep, time.Millisecond), store.MaxTTL)
}
