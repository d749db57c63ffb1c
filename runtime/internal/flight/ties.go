package flight

import (
	"container/list"
	"sync"
)

// ties are what binds a load to others: those that it waits for, and what holds
// it back.
type ties struct {
	// waits are the loads that calls made inside of this one wait for. A
	// load may wait for one more than once, from several goroutines.
	waits []*Flight
	// queue is the limiter that the load is held back by, with its place in
	// the queue and the channel that is closed when it may go on.
	queue *Limiter
	place *list.Element
	pass  chan struct{}
	// seen is the number of the last search that came by.
	seen uint64
}

// tied returns the ties of a load, which it makes. graph must be locked.
func (f *Flight) tied() *ties {
	if f.ties == nil {
		f.ties = &ties{}
	}
	return f.ties
}

// graph is the graph of all loads of the process that wait for each other,
// over all groups. Only calls made inside of a load, and loads that a limiter
// holds back, take its lock.
var graph struct {
	sync.Mutex
	edges  int
	search uint64
}

// await records that a call inside of f waits for target. It returns false,
// and records nothing, if target already waits for f: neither would end.
func (f *Flight) await(target *Flight) bool {
	graph.Lock()
	defer graph.Unlock()
	graph.search++
	if target.reaches(f, false) {
		return false
	}
	t := f.tied()
	t.waits = append(t.waits, target)
	graph.edges++
	graph.search++
	target.release()
	return true
}

// unawait takes back one await.
func (f *Flight) unawait(target *Flight) {
	graph.Lock()
	defer graph.Unlock()
	t := f.tied()
	for i, w := range t.waits {
		if w != target {
			continue
		}
		last := len(t.waits) - 1
		t.waits[i] = t.waits[last]
		t.waits[last] = nil
		t.waits = t.waits[:last]
		graph.edges--
		return
	}
}

// reaches reports whether f is target or waits for it, directly or not. With
// queues, a load that is held back also waits for those that hold it back.
// graph.search must have been raised before the first call.
func (f *Flight) reaches(target *Flight, queues bool) bool {
	if f.over.Load() {
		return false
	}
	if f == target {
		return true
	}
	t := f.ties
	if t == nil || t.seen == graph.search {
		return false
	}
	t.seen = graph.search
	for _, w := range t.waits {
		if w.reaches(target, queues) {
			return true
		}
	}
	return queues && t.queue != nil && t.queue.reaches(target)
}

// release lets go on whatever f waits for and is held back by a load that
// waits for it in turn.
func (f *Flight) release() {
	for _, held := range f.held(nil) {
		held.breakOut()
	}
}

// held appends the loads that f waits for and that a limiter holds back.
func (f *Flight) held(found []*Flight) []*Flight {
	t := f.ties
	if t == nil || f.over.Load() || t.seen == graph.search {
		return found
	}
	t.seen = graph.search
	if t.queue != nil {
		found = append(found, f)
		for holder := range t.queue.holders {
			found = holder.held(found)
		}
	}
	for _, w := range t.waits {
		found = w.held(found)
	}
	return found
}
