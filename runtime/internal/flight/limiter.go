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
	holders map[*Flight]struct{}
	queue   list.List // of *Flight
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
func (l *Limiter) enter(f *Flight) error {
	if l.limit.Load() <= 0 || f.limited {
		return nil
	}
	f.limited = true
	pass := l.line(f)
	if pass == nil {
		return nil
	}
	select {
	case <-pass:
		return nil
	case <-f.Done():
		return Why(f)
	}
}

// try lets f in if it need not wait, and reports whether it did.
func (l *Limiter) try(f *Flight) bool {
	if l.limit.Load() <= 0 {
		return true
	}
	graph.Lock()
	defer graph.Unlock()
	limit := l.limit.Load()
	if limit > 0 && (l.queue.Len() > 0 || int64(len(l.holders)) >= limit) {
		return false
	}
	l.hold(f)
	f.limited = true
	return true
}

// line lets f in, and returns nil, or puts it in the queue.
func (l *Limiter) line(f *Flight) <-chan struct{} {
	graph.Lock()
	defer graph.Unlock()
	t := f.tied()
	t.queue = l
	t.pass = make(chan struct{})
	t.place = l.queue.PushBack(f)
	pass := t.pass
	l.letIn()
	if t.queue != nil && graph.edges > 0 {
		f.breakOut()
	}
	if t.queue == nil {
		return nil
	}
	return pass
}

// leave ends what enter began, whether f is running or still waiting.
func (l *Limiter) leave(f *Flight) {
	graph.Lock()
	defer graph.Unlock()
	if t := f.tied(); t.queue != nil {
		l.queue.Remove(t.place)
		t.queue, t.place, t.pass = nil, nil, nil
	}
	delete(l.holders, f)
	l.letIn()
}

// letIn lets in as many as the limit allows.
func (l *Limiter) letIn() {
	for l.queue.Len() > 0 {
		limit := l.limit.Load()
		if limit > 0 && int64(len(l.holders)) >= limit {
			return
		}
		l.admit(l.queue.Front().Value.(*Flight))
	}
}

func (l *Limiter) admit(f *Flight) {
	t := f.tied()
	l.queue.Remove(t.place)
	l.hold(f)
	close(t.pass)
	t.queue, t.place, t.pass = nil, nil, nil
}

// hold counts f among those that run.
func (l *Limiter) hold(f *Flight) {
	if l.holders == nil {
		l.holders = make(map[*Flight]struct{})
	}
	l.holders[f] = struct{}{}
}

// reaches reports whether one of those who run waits for target.
func (l *Limiter) reaches(target *Flight) bool {
	for holder := range l.holders {
		if holder.reaches(target, true) {
			return true
		}
	}
	return false
}

// breakOut lets f in if one of those that hold it back waits for it.
func (f *Flight) breakOut() {
	graph.search++
	if l := f.tied().queue; l != nil && l.reaches(f) {
		l.admit(f)
	}
}
