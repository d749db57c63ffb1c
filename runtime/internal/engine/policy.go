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
type policy struct {
	pool        pool
	small, main queue
	ghosts      ghosts
	// target and heavy are the size and the weight from which on the small
	// queue loses items; 0 if that is not bounded.
	target  int
	heavy   int64
	victims uint32
}

// rebound prepares for other bounds.
func (p *policy) rebound(b Bounds) {
	p.target, p.heavy = 0, 0
	p.ghosts = ghosts{size: max(b.Items, 0)}
	if b.Items >= 0 {
		p.target = max(b.Items/10, 1)
	}
	if b.Weight > 0 {
		p.heavy = max(b.Weight/10, 1)
	}
}

// crowded reports whether the small queue has its tenth.
func (p *policy) crowded() bool {
	switch {
	case p.small.size == 0:
		return false
	case p.main.size == 0 || p.target > 0 && p.small.size >= p.target:
		return true
	case p.target == 0 && p.heavy == 0: // whoever makes it evict knows of bounds
		return 10*p.small.size >= p.small.size+p.main.size
	}
	return p.heavy > 0 && p.small.weight >= p.heavy
}

// admit puts a new item into a queue.
func (p *policy) admit(it *Item) {
	if p.ghosts.take(it.Hash) {
		p.main.push(&p.pool, it)
		return
	}
	p.small.push(&p.pool, it)
}

// victim takes an item out of its queue, which must go. There must be one.
func (p *policy) victim() *Item {
	for step := 0; ; step++ {
		q := &p.main
		if p.crowded() {
			q = &p.small
		}
		it := q.oldest()
		q.remove(&p.pool, it)
		if step < maxSteps && p.spared(it, q) {
			continue
		}
		if q == &p.small {
			p.remember(it.Hash)
		}
		return it
	}
}

// spared puts an item that was the oldest of q into the main queue, if it
// deserves that.
func (p *policy) spared(it *Item, q *queue) bool {
	uses := it.uses()
	if q == &p.main {
		if uses == 0 {
			return false
		}
		it.setUses(uses - 1)
		p.main.push(&p.pool, it)
		return true
	}
	if uses < promoted && !p.lucky() {
		return false
	}
	it.setUses(0)
	p.main.push(&p.pool, it)
	return true
}

// remember leaves a fingerprint of a victim.
func (p *policy) remember(hash uint64) {
	// If weights are what bounds the table, there are as many fingerprints as
	// there are items now, give or take half.
	if p.heavy > 0 || p.target == 0 {
		live := p.small.size + p.main.size
		if p.ghosts.size < live || p.ghosts.size > 4*live+64 {
			p.ghosts = ghosts{size: live + live/2 + 1}
		}
	}
	p.ghosts.add(hash)
}

func (p *policy) lucky() bool {
	p.victims++
	return p.victims%luck == 0
}

// replace lets an item take the place of another one.
func (p *policy) replace(old, it *Item) { p.pool.replace(old, it) }

// forget takes an item out of its queue.
func (p *policy) forget(it *Item) { p.pool.of(it).remove(&p.pool, it) }
