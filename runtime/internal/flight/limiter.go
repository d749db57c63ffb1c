package flight

import (
	"container/list"
	"sync/atomic"
)

// A Limiter bounds how many loads run at once. Who comes later waits, first
// come first served. The zero value has no limit.
//
// A load that the running ones wait for is let in above the limit: it runs in
// their place, and nothing would ever end if it did not.
type Limiter struct {
	limit atomic.Int64 // none if <= 0; changed with graph locked

	// Guarded by graph.
	holders map[*node]struct{}
	queue   list.List // of *node
}

// SetLimit changes the limit; 0 means none. It lets in those who may go on.
func (l *Limiter) SetLimit(limit int) {
	graph.Lock()
	defer graph.Unlock()
	l.limit.Store(int64(limit))
	l.letIn()
}

// enter returns when n may run, or with an error when its context has ended.
// It sets n.limited if leave must be called afterwards.
func (l *Limiter) enter(n *node) error {
	if l.limit.Load() <= 0 {
		return nil
	}
	n.limited = true
	pass := l.line(n)
	if pass == nil {
		return nil
	}
	select {
	case <-pass:
		return nil
	case <-n.Done():
		return Why(n)
	}
}

// line lets n in, and returns nil, or puts it in the queue.
func (l *Limiter) line(n *node) <-chan struct{} {
	graph.Lock()
	defer graph.Unlock()
	n.queue = l
	n.pass = make(chan struct{})
	n.place = l.queue.PushBack(n)
	pass := n.pass
	l.letIn()
	if n.queue != nil && graph.edges > 0 {
		n.breakOut()
	}
	if n.queue == nil {
		return nil
	}
	return pass
}

// leave ends what enter began, whether n is running or still waiting.
func (l *Limiter) leave(n *node) {
	graph.Lock()
	defer graph.Unlock()
	if n.queue != nil {
		l.queue.Remove(n.place)
		n.queue, n.place, n.pass = nil, nil, nil
	}
	delete(l.holders, n)
	l.letIn()
}

// letIn lets in as many as the limit allows.
func (l *Limiter) letIn() {
	for l.queue.Len() > 0 {
		limit := l.limit.Load()
		if limit > 0 && int64(len(l.holders)) >= limit {
			return
		}
		l.admit(l.queue.Front().Value.(*node))
	}
}

func (l *Limiter) admit(n *node) {
	l.queue.Remove(n.place)
	if l.holders == nil {
		l.holders = make(map[*node]struct{})
	}
	l.holders[n] = struct{}{}
	close(n.pass)
	n.queue, n.place, n.pass = nil, nil, nil
}

// reaches reports whether one of those who run waits for target.
func (l *Limiter) reaches(target *node) bool {
	for holder := range l.holders {
		if holder.reaches(target, true) {
			return true
		}
	}
	return false
}

// breakOut lets n in if one of those that hold it back waits for it.
func (n *node) breakOut() {
	graph.search++
	if l := n.queue; l != nil && l.reaches(n) {
		l.admit(n)
	}
}
