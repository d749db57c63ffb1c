package batch

import (
	"context"
	"fmt"
	"time"
)

// LoadMany returns what there is for keys, in their order; a key that occurs twice is
// asked for once. It is like a call of Load for each of them at the same time, in which
// as many as may leave do so together. A key whose batch had not left when ctx ended
// was not started; other keys whose batch was not back have failed.
//
// An outcome has one attempt, and takes as long as the function did.
func (l *GroupLoader[G, K, V]) LoadMany(
	ctx context.Context, group G, keys []K, fetch func(context.Context, G, []K) Found[K, V],
) (r Result[K, V]) {
	if len(keys) == 0 {
		return r
	}
	began := time.Now()
	r.Outcomes = make([]Outcome[K, V], len(keys))
	var tickets []loaderTicket[G, K, V]
	if ctx.Err() == nil {
		var departed *loaderBatch[G, K, V]
		tickets, departed = l.joinMany(ctx, group, keys, loaderCall[G, K, V]{ctx, fetch, loaderCrowdOf(ctx)})
		stays := ctx.Done() == nil && loaderTogether(tickets)
		if own := l.launch(departed, tickets[0].batch, stays); own != nil {
			l.fly(own, true)
		}
	}
	for i, key := range keys {
		o := &r.Outcomes[i]
		o.Index, o.Item = i, key
		if tickets == nil {
			o.Err = loaderNotStarted(ctx)
		} else {
			l.conclude(ctx, o, tickets[i])
		}
		switch {
		case o.Err == nil:
			r.Succeeded++
		case o.Attempts == 0:
			r.NotStarted++
		default:
			r.Failed++
		}
	}
	r.Elapsed = time.Since(began)
	return r
}

func (l *GroupLoader[G, K, V]) joinMany(
	ctx context.Context, group G, keys []K, c loaderCall[G, K, V],
) (tickets []loaderTicket[G, K, V], departed *loaderBatch[G, K, V]) {
	for _, key := range keys {
		loaderHashable(key)
	}
	place := l.placeOf(ctx, group)
	tickets = make([]loaderTicket[G, K, V], len(keys))
	defer c.crowd.wake()
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.at(place)
	g.usual = max(g.usual, min(len(keys), l.maxKeys))
	for i, key := range keys {
		tickets[i] = l.add(g, c, key)
		tickets[i].batch.timed = true
		if tickets[i].batch.done == nil {
			tickets[i].batch.done = make(chan struct{})
		}
	}
	c.crowd.less()
	if g.inFlight == 0 { // there is nobody to wait for
		for b := g.first; b != nil; b = b.next {
			b.due = true
		}
	}
	return tickets, l.depart(g)
}

// loaderTogether reports whether all keys are in one batch. Then their caller can call the
// function itself: should that end its goroutine, nothing is left behind.
func loaderTogether[G, K comparable, V any](tickets []loaderTicket[G, K, V]) bool {
	for _, t := range tickets {
		if t.batch != tickets[0].batch {
			return false
		}
	}
	return true
}

// conclude waits for what has become of a key.
func (l *GroupLoader[G, K, V]) conclude(ctx context.Context, o *Outcome[K, V], t loaderTicket[G, K, V]) {
	if !t.batch.wait(ctx) {
		finished, started := l.leave(t)
		switch {
		case !started:
			o.Err = loaderNotStarted(ctx)
			return
		case !finished:
			o.Err, o.Attempts = loaderWhy(ctx), 1
			o.Elapsed = time.Since(t.batch.began)
			return
		}
	}
	s := &t.batch.slots[t.at]
	o.Value, o.Err, o.Attempts, o.Elapsed = s.value, s.err, 1, t.batch.elapsed
}

func loaderNotStarted(ctx context.Context) error {
	return fmt.Errorf("%w: %w", ErrNotStarted, loaderWhy(ctx))
}
