package engine

// fullLoad is the mean number of items of a bucket, in halves, above which
// there are more buckets.
const fullLoad = 9

// directory finds the array of buckets for a hash, by its upper bits. It never
// changes, only the buckets do. A nil directory is one without items.
//
// There is one array first, which is replaced by larger ones. Once it has the
// widest size, it is split into two of that size by one more bit of the hashes,
// and each of those in turn when it is full: nothing larger is ever copied.
type directory[K comparable, V any] struct {
	segments []segment[K, V] // 1 << depth
	depth    uint8
	shift    uint8 // 64 - depth
	mask     uint64
}

// segment is an array of buckets. Several neighbours in a directory are the
// same one if it was not split as often as others.
type segment[K comparable, V any] struct {
	buckets []bucket[K, V]
	*local
}

// local is what writers know of a segment.
type local struct {
	depth uint8 // how many bits of the hashes all of its items share; constant
	count int
}

func newSegment[K comparable, V any](buckets int, depth uint8) segment[K, V] {
	return segment[K, V]{buckets: make([]bucket[K, V], buckets), local: &local{depth: depth}}
}

func newDirectory[K comparable, V any](buckets int) *directory[K, V] {
	return &directory[K, V]{
		segments: []segment[K, V]{newSegment[K, V](buckets, 0)},
		shift:    64,
		mask:     uint64(buckets - 1),
	}
}

func (d *directory[K, V]) home(hash uint64) *bucket[K, V] {
	return &d.segments[hash>>d.shift].buckets[hash&d.mask]
}

func (d *directory[K, V]) find(hash uint64, key K) spot[K, V] {
	if d == nil {
		return spot[K, V]{}
	}
	return d.home(hash).find(hash, key)
}

func (d *directory[K, V]) remove(it *Item[K, V]) {
	d.find(it.Hash, it.Key).clear()
	d.segments[it.Hash>>d.shift].count--
}

// with returns a directory that has one more item, d itself if there is room.
// Arrays have up to widest buckets; total is the number of all items.
func (d *directory[K, V]) with(it *Item[K, V], widest, total int) *directory[K, V] {
	if d == nil {
		d = newDirectory[K, V](1)
	}
	s := d.segments[it.Hash>>d.shift]
	if 2*s.count >= fullLoad*len(s.buckets) {
		d = d.grown(it.Hash, widest, total)
	}
	d.segments[it.Hash>>d.shift].add(d.mask, it)
	return d
}

func (s segment[K, V]) add(mask uint64, it *Item[K, V]) {
	s.buckets[it.Hash&mask].add(it)
	s.count++
}

// grown returns a directory with more buckets for a hash.
func (d *directory[K, V]) grown(hash uint64, widest, total int) *directory[K, V] {
	s := d.segments[hash>>d.shift]
	if n := len(s.buckets); n < widest {
		wider := newDirectory[K, V](2 * n)
		s.each(func(it *Item[K, V]) bool {
			wider.segments[0].add(wider.mask, it)
			return true
		})
		return wider
	}
	// Hashes that are not well mixed may share all of their upper bits.
	// Splitting would never end then: rather let the buckets be full.
	if len(s.buckets)<<s.depth > total {
		return d
	}
	return d.split(s, hash)
}

// split returns a directory in which two segments take the place of s, which
// is that of a hash.
func (d *directory[K, V]) split(s segment[K, V], hash uint64) *directory[K, V] {
	var halves [2]segment[K, V]
	for i := range halves {
		halves[i] = newSegment[K, V](len(s.buckets), s.depth+1)
	}
	s.each(func(it *Item[K, V]) bool {
		halves[it.Hash<<s.depth>>63].add(d.mask, it)
		return true
	})
	n := d.copied(s.depth == d.depth)
	span := 1 << (n.depth - s.depth)
	first := int(hash>>n.shift) &^ (span - 1)
	for i := range span {
		n.segments[first+i] = halves[2*i/span]
	}
	return n
}

// copied returns a copy of d, with two entries for each one if deeper.
func (d *directory[K, V]) copied(deeper bool) *directory[K, V] {
	n := *d
	if !deeper {
		n.segments = append([]segment[K, V](nil), d.segments...)
		return &n
	}
	n.depth++
	n.shift--
	n.segments = make([]segment[K, V], 0, 2*len(d.segments))
	for _, s := range d.segments {
		n.segments = append(n.segments, s, s)
	}
	return &n
}

// rebuilt returns a directory of the same items that is no larger than they
// need.
func (d *directory[K, V]) rebuilt(widest int) *directory[K, V] {
	var n *directory[K, V]
	total := 0
	d.each(func(it *Item[K, V]) bool {
		total++
		n = n.with(it, widest, total)
		return true
	})
	return n
}

// buckets returns how many there are, without those that follow others.
func (d *directory[K, V]) buckets() (n int) {
	d.eachSegment(func(s segment[K, V]) bool {
		n += len(s.buckets)
		return true
	})
	return n
}

func (d *directory[K, V]) each(f func(*Item[K, V]) bool) {
	d.eachSegment(func(s segment[K, V]) bool { return s.each(f) })
}

func (d *directory[K, V]) eachSegment(f func(segment[K, V]) bool) {
	if d == nil {
		return
	}
	for i := 0; i < len(d.segments); i += 1 << (d.depth - d.segments[i].depth) {
		if !f(d.segments[i]) {
			return
		}
	}
}

func (s segment[K, V]) each(f func(*Item[K, V]) bool) bool {
	for i := range s.buckets {
		if !s.buckets[i].each(f) {
			return false
		}
	}
	return true
}
