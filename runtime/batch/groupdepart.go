package batch

import (
	"context"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// depart lets everything leave that is to, and returns it as a list. It is called
// whenever something has changed.
func (l *GroupLoader[G, K, V]) depart(g *loaderGroup[G, K, V]) (head *loaderBatch[G, K, V]) {
	tail := &head
	for b := g.first; b != nil && g.inFlight < l.inFlight; b = g.first {
		if !b.due && b.size() < l.maxKeys && l.window > 0 && (g.inFlight > 0 || l.awaits(b)) {
			break
		}
		g.unlink(b)
		l.send(g, b)
		*tail, tail = b, &b.next
	}
	l.watch(g)
	return head
}

// send makes a batch one that is in flight.
func (l *GroupLoader[G, K, V]) send(g *loaderGroup[G, K, V], b *loaderBatch[G, K, V]) {
	n := b.size()
	if g.less(n) {
		b.each(func(key K) { delete(g.index, key) })
	}
	g.inFlight++
	g.usual = n
	b.left = true
	if b.timed || eventlog.On() {
		b.began = time.Now()
	}
	b.begin(l.timeout)
	s := &l.stats
	s.Batches++
	s.Keys += uint64(n)
	s.Largest = max(s.Largest, n)
	s.InFlight++
	s.Waiting -= b.waiters
}

// begin makes the context of a batch. It calls nothing of the user's: the one that bars
// cancellation stands between.
func (b *loaderBatch[G, K, V]) begin(timeout time.Duration) {
	ctx := b.call.ctx
	if ctx.Done() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	if !b.stays {
		ctx, b.cancel = context.WithCancelCause(ctx)
	}
	if timeout > 0 {
		ctx, b.stop = context.WithTimeout(ctx, timeout)
	}
	b.call.ctx = ctx
}

// watch has the timer run as long as there is a batch that leaves when its window is
// over. One that waits for InFlight leaves when another comes back.
func (l *GroupLoader[G, K, V]) watch(g *loaderGroup[G, K, V]) {
	b := g.first
	if g.inFlight >= l.inFlight {
		b = nil
	}
	if b == g.timed {
		return
	}
	g.timed = b
	switch {
	case b == nil:
		g.timer.Stop()
	case g.timer == nil:
		g.due = time.Now().Add(l.window)
		g.timer = time.AfterFunc(l.window, func() { l.ring(g) })
	default:
		g.due = time.Now().Add(l.window)
		g.timer.Reset(l.window)
	}
}

// ring is called when a window is over, or was until its batch left.
func (l *GroupLoader[G, K, V]) ring(g *loaderGroup[G, K, V]) {
	l.mu.Lock()
	var departed *loaderBatch[G, K, V]
	if b := g.timed; b != nil && !time.Now().Before(g.due) {
		b.due = true
		departed = l.depart(g)
	}
	l.mu.Unlock()
	if departed != nil { // by itself: there is only one that gathers
		l.fly(departed, false)
	}
}

// land is called when the function of a batch has ended, and returns what leaves now.
func (l *GroupLoader[G, K, V]) land(b *loaderBatch[G, K, V], count loaderCount) (departed *loaderBatch[G, K, V]) {
	l.mu.Lock()
	g := b.group
	b.finished = true
	held := g.inFlight >= l.inFlight
	g.inFlight--
	s := &l.stats
	s.InFlight--
	if b.waiters > 0 { // else it was told to end
		s.Errors += count.errors
	}
	s.Panics += count.panics
	s.NotFound += count.notFound
	s.KeyErrors += count.keyErrors
	if held && g.first != nil {
		g.first.due = true // its window was not counted
	}
	departed = l.depart(g)
	if g.idle() {
		l.retire(g)
	}
	l.mu.Unlock()
	b.end()
	return departed
}

// retire forgets a group that nothing is pending of.
func (l *GroupLoader[G, K, V]) retire(g *loaderGroup[G, K, V]) {
	if place := g.place; place == place { //nolint:staticcheck // false for NaN
		delete(l.groups, place)
	}
	var none loaderPlace[G]
	g.place, g.timer = none, nil
	l.spare = g
}
