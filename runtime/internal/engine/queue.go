package engine

// chunkSlots is how many items a chunk holds: with its other fields it is an
// allocation of 512 bytes, the largest that has no header.
const (
	chunkSlots = 60
	slotBits   = 6
)

// chunk is a part of a queue. An item that is removed leaves a hole; a chunk
// without items goes, and two neighbours that together are at most half full
// become one, so that a queue takes little more than its items need however
// many were removed. It also means that no operation moves more than one
// chunk's items.
type chunk struct {
	items      [chunkSlots]*Item
	prev, next *chunk
	owner      *queue
	id         uint32
	// Slots from first on, and below end, may have items.
	first, end, live uint8
}

// pool gives chunks numbers that fit into an item's place.
type pool struct {
	chunks []*chunk
	free   []uint32
}

func (p *pool) make(owner *queue) *chunk {
	c := &chunk{owner: owner}
	if n := len(p.free); n > 0 {
		c.id = p.free[n-1]
		p.free = p.free[:n-1]
		p.chunks[c.id] = c
		return c
	}
	c.id = uint32(len(p.chunks))
	p.chunks = append(p.chunks, c)
	return c
}

func (p *pool) release(c *chunk) {
	p.chunks[c.id] = nil
	p.free = append(p.free, c.id)
	if len(p.free) == len(p.chunks) { // what a large queue needed goes with it
		p.chunks, p.free = nil, nil
	}
}

func (p *pool) chunkOf(it *Item) *chunk { return p.chunks[it.place>>slotBits] }

// of returns the queue that an item is in.
func (p *pool) of(it *Item) *queue { return p.chunkOf(it).owner }

// replace puts it where old is.
func (p *pool) replace(old, it *Item) {
	it.place = old.place
	c := p.chunkOf(old)
	c.items[old.place%(1<<slotBits)] = it
	c.owner.weight += it.Weight() - old.Weight()
}

// queue is a list of items in the order in which they came.
type queue struct {
	head, tail *chunk // head is the oldest; each chunk has an item
	size       int
	weight     int64
}

func (q *queue) push(p *pool, it *Item) {
	c := q.tail
	if c == nil || c.end == chunkSlots {
		c = p.make(q)
		c.prev = q.tail
		if q.tail == nil {
			q.head = c
		} else {
			q.tail.next = c
		}
		q.tail = c
	}
	c.append(it)
	q.size++
	q.weight += it.Weight()
}

func (c *chunk) append(it *Item) {
	c.items[c.end] = it
	it.place = c.id<<slotBits | uint32(c.end)
	c.end++
	c.live++
}

// oldest returns the first item. There must be one.
func (q *queue) oldest() *Item {
	c := q.head
	for c.items[c.first] == nil {
		c.first++
	}
	return c.items[c.first]
}

func (q *queue) remove(p *pool, it *Item) {
	c := p.chunkOf(it)
	c.items[it.place%(1<<slotBits)] = nil
	c.live--
	q.size--
	q.weight -= it.Weight()
	switch {
	case c.live == 0:
		q.unlink(p, c)
	case c.next != nil && c.live+c.next.live <= chunkSlots/2:
		q.join(p, c, c.next)
	case c.prev != nil && c.live+c.prev.live <= chunkSlots/2:
		q.join(p, c.prev, c)
	}
}

// join moves the items of a chunk into the one before it.
func (q *queue) join(p *pool, c, next *chunk) {
	items := c.items[c.first:c.end]
	c.first, c.end, c.live = 0, 0, 0
	for i, it := range items { // never overtaken, since items only move down
		items[i] = nil
		if it != nil {
			c.append(it)
		}
	}
	for _, it := range next.items[next.first:next.end] {
		if it != nil {
			c.append(it)
		}
	}
	q.unlink(p, next)
}

func (q *queue) unlink(p *pool, c *chunk) {
	if c.prev == nil {
		q.head = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		q.tail = c.prev
	} else {
		c.next.prev = c.prev
	}
	p.release(c)
}
