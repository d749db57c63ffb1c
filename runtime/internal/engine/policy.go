package engine

const (
	// maxUses is how many uses of an item are counted.
	maxUses = 3
	// promoted is how many uses bring an item from the small queue into the
	// main one.
	promoted = 2
	// maxSteps bounds how many used items one eviction passes over, so that a
	// Put is quick even if everything was used lately.
	maxSteps = 64
	// luck is the part of the small queue's victims, one in luck, that go to
	// the main queue although they were not used: without it a loop over more
	// keys than fit would never find any.
	luck = 64
)

// policy decides which item goes. New items pass through the small queue, a
// tenth of all: those that are used there go to the main queue, the others
// leave a fingerprint behind, with which they come back into the main queue.
// An item that was used is passed over in the main queue, once for each use.
type policy[K comparable, V any] struct {
	pool        pool[K, V]
	small, main queue[K, V]
	ghosts      ghosts
	// target is the size from which on the small queue loses items.
	target  int
	victims uint32
}

// rebound prepares for another bound on the number of items.
func (p *policy[K, V]) rebound(bound int) {
	p.target = max(bound/10, 1)
	p.ghosts = ghosts{size: max(bound, 0)}
}

// admit puts a new item into a queue.
func (p *policy[K, V]) admit(it *Item[K, V]) {
	if p.ghosts.take(it.Hash) {
		p.main.push(&p.pool, it)
		return
	}
	p.small.push(&p.pool, it)
}

// victim takes an item out of its queue, which must go. There must be one.
func (p *policy[K, V]) victim() *Item[K, V] {
	for step := 0; ; step++ {
		q := &p.main
		if p.small.size > 0 && (p.small.size >= p.target || p.main.size == 0) {
			q = &p.small
		}
		it := q.oldest()
		q.remove(&p.pool, it)
		if step < maxSteps && p.spared(it, q) {
			continue
		}
		if q == &p.small {
			p.ghosts.add(it.Hash)
		}
		return it
	}
}

// spared puts an item that was the oldest of q into the main queue, if it
// deserves that.
func (p *policy[K, V]) spared(it *Item[K, V], q *queue[K, V]) bool {
	uses := it.uses.Load()
	if q == &p.main {
		if uses == 0 {
			return false
		}
		it.uses.Store(uses - 1)
		p.main.push(&p.pool, it)
		return true
	}
	if uses < promoted && !p.lucky() {
		return false
	}
	it.uses.Store(0)
	p.main.push(&p.pool, it)
	return true
}

func (p *policy[K, V]) lucky() bool {
	p.victims++
	return p.victims%luck == 0
}

// replace lets an item take the place of another one.
func (p *policy[K, V]) replace(old, it *Item[K, V]) { p.pool.replace(old, it) }

// forget takes an item out of its queue.
func (p *policy[K, V]) forget(it *Item[K, V]) { p.pool.of(it).remove(&p.pool, it) }
