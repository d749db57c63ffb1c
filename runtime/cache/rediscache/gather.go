package rediscache

import (
	"slices"
	"sync"
	"time"
)

const (
	// abreast is how many reads are under way before others wait to be sent together,
	// and maxReads how many of those are.
	abreast  = 2
	maxReads = 100
	// slow is how long a round trip may take on average, and maxQueued how long a read
	// waits to be sent, before all go alone: on a slow way they gain nothing by waiting,
	// and behind calls that hang they would wait for nothing.
	slow      = 2 * time.Millisecond
	maxQueued = 3 * time.Millisecond
)

// gather sends reads of single keys together that come while others are under way.
// They wait in a queue, which whoever finishes hands to the first in it. It has no
// goroutine.
type gather struct {
	mu sync.Mutex
	// under counts the calls under way that will hand over the queue. As long as there
	// is a queue, there are some.
	under int
	// era grows when the queue is given up. The calls of former eras do not count, and
	// hand over nothing.
	era   int
	queue []*reading
	since time.Time     // when the queue began
	trip  time.Duration // the average of what round trips took lately
	timer *time.Timer
	armed bool
	spare sync.Pool // of *reading
}

// trip is a call under way.
type trip struct {
	began   time.Time
	era     int
	counted bool
}

// A reading is a read that waits in the queue.
type reading struct {
	name string
	// told gets one message, after which the reader knows by role what to do.
	told  chan struct{}
	role  role
	trip  trip       // of a leader
	batch []*reading // what a leader sends, itself first
	value []byte
	err   error
}

type role int

const (
	queued role = iota
	led         // in the batch of another
	gone        // no longer there, while in the batch of another
	leader
	alone
	answered
)

// enter returns a reading if the caller must wait until it is told something.
func (g *gather) enter(name string) (trip, *reading) {
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	t := trip{began: now, era: g.era}
	if g.trip > slow {
		return t, nil
	}
	if g.under < abreast {
		g.under++
		t.counted = true
		return t, nil
	}
	r, ok := g.spare.Get().(*reading)
	if !ok {
		r = &reading{told: make(chan struct{}, 1)}
	}
	r.name, r.role = name, queued
	if len(g.queue) == 0 {
		g.since = now
		g.arm(maxQueued)
	}
	g.queue = append(g.queue, r)
	return t, r
}

// arm sets the timer unless it is set. The lock is held.
func (g *gather) arm(d time.Duration) {
	switch {
	case g.armed:
		return
	case g.timer == nil:
		g.timer = time.AfterFunc(d, g.expire)
	default:
		g.timer.Reset(d)
	}
	g.armed = true
}

// expire gives the queue up if it has waited for too long.
func (g *gather) expire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.armed = false
	if len(g.queue) == 0 {
		return
	}
	if left := maxQueued - time.Since(g.since); left > 0 {
		g.arm(left)
		return
	}
	for _, r := range g.queue {
		r.role = alone
		r.told <- struct{}{}
	}
	g.take(len(g.queue))
	g.era++
	g.under, g.trip = 0, 2*slow
}

// take removes the first n of the queue. The lock is held.
func (g *gather) take(n int) { g.queue = slices.Delete(g.queue, 0, n) }

// finish notes the end of a call, and hands the queue to its first.
func (g *gather) finish(t trip) {
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trip += (now.Sub(t.began) - g.trip) / 8
	if t.counted && t.era == g.era {
		g.under--
		g.next(now)
	}
}

// next sends the first of the queue on their way, if there are any. The lock is held.
func (g *gather) next(now time.Time) {
	if len(g.queue) == 0 {
		return
	}
	n, first := min(len(g.queue), maxReads), g.queue[0]
	first.batch = append(first.batch[:0], g.queue[:n]...)
	for _, r := range first.batch[1:] {
		r.role = led
	}
	g.take(n)
	g.since = now
	g.under++
	first.trip = trip{began: now, era: g.era, counted: true}
	first.role = leader
	first.told <- struct{}{}
}

// abandon is for a reader who leaves. If it was to lead, another does.
func (g *gather) abandon(r *reading) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch r.role {
	case queued:
		i := slices.Index(g.queue, r)
		g.queue = slices.Delete(g.queue, i, i+1)
	case led:
		r.role = gone
	case leader:
		g.replace(r)
	}
}

// replace has another lead a batch. The lock is held.
func (g *gather) replace(r *reading) {
	rest := slices.DeleteFunc(r.batch[1:], func(one *reading) bool { return one.role == gone })
	if len(rest) > 0 {
		heir := rest[0]
		heir.batch = append(heir.batch[:0], rest...)
		heir.trip, heir.role = r.trip, leader
		heir.told <- struct{}{}
		return
	}
	if r.trip.era == g.era {
		g.under--
		g.next(time.Now())
	}
}

// free keeps a reading that nobody else knows any more.
func (g *gather) free(r *reading) {
	r.value, r.err, r.name = nil, nil, ""
	g.spare.Put(r)
}

// tell lets the others of a batch go.
func (g *gather) tell(others []*reading, as role) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, other := range others {
		other.role = as
		other.told <- struct{}{}
	}
	clear(others)
}
