package tier

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// registry is what a link knows of the shapes of a function.
type registry struct {
	function string
	key      string
	prefix   string // of all keys of the function

	now atomic.Pointer[shapes] // nil as long as nothing is known
	// certain is set when now is what the store has, as long as no event says more.
	certain atomic.Bool
	read    together

	mu sync.Mutex
	// news counts the events after which what is known may be out of date.
	news int
	// asked is when the last successful question began.
	asked  time.Time
	recent recent
	// asking says that catchUp runs.
	asking bool
	signed map[string]*signature
}

// signature is the place of one fingerprint of this process in a registry.
type signature struct {
	fingerprint string // as keys have it
	// renew is the time of day, in milliseconds, from which it must be signed anew; 0
	// as long as it was not.
	renew atomic.Int64
	// missing says that the registry was seen without it.
	missing atomic.Bool
	// long says that values live longer than short.
	long    atomic.Bool
	signing together
}

// registry returns that of a function. The lock of t is held.
func (t *memberTable) registry(function string) *registry {
	name := escapeFunction.Replace(function)
	r := t.registries[name]
	if r == nil {
		r = &registry{
			function: function, prefix: name + ":", key: name + ":" + registered + ":",
			signed: map[string]*signature{},
		}
		if t.registries == nil {
			t.registries = map[string]*registry{}
		}
		t.registries[name] = r
	}
	return r
}

func (r *registry) signature(fingerprint string) *signature {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := escapeFunction.Replace(fingerprint)
	s := r.signed[name]
	if s == nil {
		s = &signature{fingerprint: name}
		r.signed[name] = s
	}
	return s
}

// current reports whether what is known is good enough: as it is now, or as it was
// askEvery ago if events are missed.
func (r *registry) current(l *Link) bool {
	if r.certain.Load() {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return !l.Live() && !r.asked.IsZero() && time.Since(r.asked) < askEvery
}

// look sees to it that the shapes are known, before a change. While events are missed,
// they are asked for each time: who signs after that loads after what has led to the
// change.
func (r *registry) look(ctx context.Context, l *Link) error {
	switch {
	case r.certain.Load():
		return nil
	case !l.Live():
		_, _, err := r.ask(ctx, l)
		return err
	}
	return r.read.do(ctx, func() error {
		_, _, err := r.ask(context.WithoutCancel(ctx), l)
		return err
	})
}

// ask returns what the store has, nil if that is nothing or worth nothing, and what
// it begins with.
func (r *registry) ask(ctx context.Context, l *Link) (stored *shapes, seen []byte, err error) {
	r.mu.Lock()
	news, begun := r.news, time.Now()
	r.mu.Unlock()
	g := getting{store: l.config.Store, keys: [1]string{r.key}}
	answer, err := do(ctx, l, reads, g.do)
	if err != nil {
		return nil, nil, err
	}
	if len(answer.values) == 1 && answer.values[0] != nil {
		seen, stored = mark(answer.values[0]), readShapes(answer.values[0])
	}
	if stored != nil && stored.floor > l.rules.now.Load().epoch {
		known, err := l.ask(ctx)
		if err != nil {
			return nil, nil, err
		}
		if stored.floor > known.epoch { // of a store that has begun anew
			stored = nil
		}
	}
	r.learn(l, stored, news, begun)
	return stored, seen, nil
}

// learn takes over what the store has. What was changed a moment ago, before a shape
// was heard of, is removed under that too.
func (r *registry) learn(l *Link, stored *shapes, news int, begun time.Time) {
	now := time.Now()
	r.mu.Lock()
	before := r.now.Load()
	next := before.joined(stored, now.UnixMilli())
	if next == nil {
		next = &shapes{}
	}
	var missed []debt
	for _, one := range next.all {
		if before != nil && before.until(one.fingerprint) == 0 {
			missed = append(missed, r.recent.under(r, one.fingerprint, now)...)
		}
	}
	for name, own := range r.signed {
		own.missing.Store(stored.until(name) == 0)
	}
	r.now.Store(next)
	if r.news == news {
		r.asked = begun
		r.certain.Store(l.Live())
	}
	r.mu.Unlock()
	for _, d := range missed {
		l.debts.add(l, d, false)
	}
	if len(missed) > 0 {
		l.debts.hurry()
	}
}

// doubt notes that the registry may have changed. If there are changes that a new shape
// would be about, it is asked for at once.
func (r *registry) doubt(l *Link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.news++
	r.asked = time.Time{}
	r.certain.Store(false)
	if r.asking || !r.recent.any(time.Now()) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed.Load() {
		r.asking = true
		l.loops.Add(1)
		go r.catchUp(l)
	}
}

// catchUp asks until it has an answer that is younger than what gave rise to doubt.
func (r *registry) catchUp(l *Link) {
	defer l.loops.Done()
	var pause time.Duration
	for l.life.Err() == nil {
		r.mu.Lock()
		if !r.asked.IsZero() {
			r.asking = false
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		if _, _, err := r.ask(l.life, l); err != nil {
			pause = longer(pause)
			l.sleep(jittered(pause))
		}
	}
}

// forget is for a store that has begun anew.
func (r *registry) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.news++
	r.certain.Store(false)
	r.asked = time.Time{}
	r.now.Store(nil)
}

// floor is that of the shapes.
func (r *registry) floor() uint64 {
	if s := r.now.Load(); s != nil {
		return s.floor
	}
	return 0
}

// others notes that texts are about to be changed, and returns what keys begin with
// that a change under one fingerprint is about as well.
func (r *registry) others(own *signature, texts ...string) (prefixes []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	r.recent.add(now, texts)
	s := r.now.Load()
	if s == nil {
		return nil
	}
	for _, one := range s.all {
		if one.fingerprint != own.fingerprint && one.until > now.UnixMilli() {
			prefixes = append(prefixes, r.prefix+one.fingerprint+":")
		}
	}
	return prefixes
}
