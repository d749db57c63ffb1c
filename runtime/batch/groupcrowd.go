package batch

import (
	"context"
	"sync"
	"sync/atomic"
)

// LoadEach calls f for all of keys at the same time, and has a loader that f asks hold
// its first batch back until it is full, f has asked or returned for each key, or the
// loader's Window is over. Generated code uses it where a cache above a loader cannot look
// several keys up in one call. f and the result are as in Process.
func LoadEach[K comparable, V any](ctx context.Context, keys []K, f func(context.Context, K) (V, error)) Result[K, V] {
	crowd := &loaderCrowd{}
	coming := make(map[K]*loaderComer, len(keys)) // a cache may have f called once for a key
	for _, key := range keys {
		if coming[key] == nil {
			coming[key] = &loaderComer{crowd: crowd}
		}
	}
	crowd.coming = len(coming)
	loaderCrowds.Add(1)
	defer loaderCrowds.Add(-1)
	return Process(ctx, keys, func(ctx context.Context, key K) (V, error) {
		one := coming[key]
		if one == nil { // NaN
			one = &loaderComer{crowd: crowd}
		}
		defer one.gone()
		return f(context.WithValue(ctx, loaderComerKey{}, one), key)
	}, Size(1), Concurrency(max(1, len(keys))))
}

// loaderCrowds is the number of crowds that there are, so that others do not pay for them.
var loaderCrowds atomic.Int64

// loaderCrowd is the calls of one LoadEach.
type loaderCrowd struct {
	mu     sync.Mutex // taken after that of a loader
	coming int        // the keys for which none has asked a loader or returned
	held   []func()   // to be called when none is coming any more
}

// loaderComer is those of one key. Only the first loader that is asked counts: what asks
// others on its behalf is on its way already.
type loaderComer struct {
	crowd   *loaderCrowd
	counted atomic.Bool
}

type loaderComerKey struct{}

// loaderCrowdOf returns the crowd that a call comes from, or nil. less is to be called
// then.
func loaderCrowdOf(ctx context.Context) *loaderCrowd {
	if loaderCrowds.Load() == 0 {
		return nil
	}
	one, _ := ctx.Value(loaderComerKey{}).(*loaderComer)
	if one == nil || !one.counted.CompareAndSwap(false, true) {
		return nil
	}
	return one.crowd
}

// gone is called when f has returned.
func (one *loaderComer) gone() {
	if one.counted.CompareAndSwap(false, true) {
		one.crowd.less()
		one.crowd.wake()
	}
}

// less says that one key less is coming.
func (c *loaderCrowd) less() {
	if c != nil {
		c.mu.Lock()
		c.coming--
		c.mu.Unlock()
	}
}

// wake lets go what was held, if none is coming any more. No lock is held.
func (c *loaderCrowd) wake() {
	if c == nil {
		return
	}
	c.mu.Lock()
	var held []func()
	if c.coming <= 0 {
		held, c.held = c.held, nil
	}
	c.mu.Unlock()
	for _, release := range held {
		release()
	}
}

// awaits reports whether a batch waits for others of the crowd of its first call.
func (l *GroupLoader[G, K, V]) awaits(b *loaderBatch[G, K, V]) bool {
	c := b.call.crowd
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.coming > 0 && !b.held {
		b.held = true
		c.held = append(c.held, func() { l.release(b.group) })
	}
	return c.coming > 0
}

// release lets leave what a crowd has held. The group may be another's by now, which is
// none the worse for it.
func (l *GroupLoader[G, K, V]) release(g *loaderGroup[G, K, V]) {
	l.mu.Lock()
	departed := l.depart(g)
	l.mu.Unlock()
	l.launch(departed, nil, false)
}
