package flight

import (
	"container/list"
	"context"
	"sync"
	"sync/atomic"
)

// node is a load as others see it: the context that its function runs with,
// and its place in the graph of who waits for whom.
type node struct {
	context.Context

	// call is the *Flight that the node is part of.
	call any
	// parent is the load in which this one was started, or nil.
	parent *node
	// over is set when the load has ended: nobody waits for it any more.
	over atomic.Bool
	// limited says that a limiter counts the load; only the goroutine that
	// runs it reads and writes it.
	limited bool

	// The rest is guarded by graph.

	// waits are the loads that calls made inside of this one wait for. A
	// load may wait for one more than once, from several goroutines.
	waits []*node
	// queue is the limiter that the load is held back by, with its place in
	// the queue and the channel that is closed when it may go on.
	queue *Limiter
	place *list.Element
	pass  chan struct{}
	// seen is the number of the last search that came by.
	seen uint64
}

type nodeKey struct{}

// Value makes the node itself findable in the contexts derived from it.
func (n *node) Value(key any) any {
	if key == (nodeKey{}) {
		return n
	}
	return n.Context.Value(key)
}

// nodeOf returns the load that ctx belongs to, or nil. A load that has ended
// waits for nothing, even if a goroutine that it left behind still uses ctx.
func nodeOf(ctx context.Context) *node {
	n, ok := ctx.Value(nodeKey{}).(*node)
	if !ok || n.over.Load() {
		return nil
	}
	return n
}

// graph is the graph of all loads of the process that wait for each other,
// over all groups. Only calls made inside of a load, and loads that a limiter
// holds back, take its lock.
var graph struct {
	sync.Mutex
	edges  int
	search uint64
}

// await records that a call inside of n waits for target. It returns false,
// and records nothing, if target already waits for n: neither would end.
func (n *node) await(target *node) bool {
	graph.Lock()
	defer graph.Unlock()
	graph.search++
	if target.reaches(n, false) {
		return false
	}
	n.waits = append(n.waits, target)
	graph.edges++
	graph.search++
	target.release()
	return true
}

// unawait takes back one await.
func (n *node) unawait(target *node) {
	graph.Lock()
	defer graph.Unlock()
	for i, w := range n.waits {
		if w != target {
			continue
		}
		last := len(n.waits) - 1
		n.waits[i] = n.waits[last]
		n.waits[last] = nil
		n.waits = n.waits[:last]
		graph.edges--
		return
	}
}

// reaches reports whether n is target or waits for it, directly or not. With
// queues, a load that is held back also waits for those that hold it back.
// graph.search must have been raised before the first call.
func (n *node) reaches(target *node, queues bool) bool {
	if n.over.Load() {
		return false
	}
	if n == target {
		return true
	}
	if n.seen == graph.search {
		return false
	}
	n.seen = graph.search
	for _, w := range n.waits {
		if w.reaches(target, queues) {
			return true
		}
	}
	return queues && n.queue != nil && n.queue.reaches(target)
}

// release lets go on whatever n waits for and is held back by a load that
// waits for it in turn.
func (n *node) release() {
	for _, held := range n.held(nil) {
		held.breakOut()
	}
}

// held appends the loads that n waits for and that a limiter holds back.
func (n *node) held(found []*node) []*node {
	if n.over.Load() || n.seen == graph.search {
		return found
	}
	n.seen = graph.search
	if n.queue != nil {
		found = append(found, n)
		for holder := range n.queue.holders {
			found = holder.held(found)
		}
	}
	for _, w := range n.waits {
		found = w.held(found)
	}
	return found
}
