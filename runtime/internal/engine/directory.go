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
type directory struct {
	segments []segment // 1 << depth
	depth    uint8
	shift    uint8 // 64 - depth
	mask     uint64
}

// segment is an array of buckets. Several neighbours in a directory are the
// same one if it was not split as often as others.
type segment struct {
	buckets []Bucket
	*local
}

// local is what writers know of a segment.
type local struct {
	depth uint8 // how many bits of the hashes all of its items share; constant
	count int
}

func newSegment(buckets int, depth uint8) segment {
	return segment{buckets: make([]Bucket, buckets), local: &local{depth: depth}}
}

func newDirectory(buckets int) *directory {
	return &directory{
		segments: []segment{newSegment(buckets, 0)},
		shift:    64,
		mask:     uint64(buckets - 1),
	}
}

func (d *directory) home(hash uint64) *Bucket {
	return &d.segments[hash>>d.shift].buckets[hash&d.mask]
}

func (d *directory) find(it *Item, same Same) spot {
	if d == nil {
		return spot{}
	}
	return d.home(it.Hash).find(it, same)
}

// remove removes an item that is there.
func (d *directory) remove(it *Item) {
	d.find(it, never).clear()
	d.segments[it.Hash>>d.shift].count--
}

// never finds nothing but the item itself.
func never(_, _ *Item) bool { return false }

// with returns a directory that has one more item, d itself if there is room.
// Arrays have up to widest buckets; total is the number of all items.
func (d *directory) with(it *Item, widest, total int) *directory {
	if d == nil {
		d = newDirectory(1)
	}
	s := d.segments[it.Hash>>d.shift]
	if 2*s.count >= fullLoad*len(s.buckets) {
		d = d.grown(it.Hash, widest, total)
	}
	d.segments[it.Hash>>d.shift].add(d.mask, it)
	return d
}

func (s segment) add(mask uint64, it *Item) {
	s.buckets[it.Hash&mask].add(it)
	s.count++
}

// grown returns a directory with more buckets for a hash.
func (d *directory) grown(hash uint64, widest, total int) *directory {
	s := d.segments[hash>>d.shift]
	if n := len(s.buckets); n < widest {
		wider := newDirectory(2 * n)
		s.each(func(it *Item) bool {
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
func (d *directory) split(s segment, hash uint64) *directory {
	var halves [2]segment
	for i := range halves {
		halves[i] = newSegment(len(s.buckets), s.depth+1)
	}
	s.each(func(it *Item) bool {
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
func (d *directory) copied(deeper bool) *directory {
	n := *d
	if !deeper {
		n.segments = append([]segment(nil), d.segments...)
		return &n
	}
	n.depth++
	n.shift--
	n.segments = make([]segment, 0, 2*len(d.segments))
	for _, s := range d.segments {
		n.segments = append(n.segments, s, s)
	}
	return &n
}

// rebuilt returns a directory of the same items that is no larger than they
// need.
func (d *directory) rebuilt(widest int) *directory {
	var n *directory
	total := 0
	d.each(func(it *Item) bool {
		total++
		n = n.with(it, widest, total)
		return true
	})
	return n
}

// buckets returns how many there are, without those that follow others.
func (d *directory) buckets() (n int) {
	d.eachSegment(func(s segment) bool {
		n += len(s.buckets)
		return true
	})
	return n
}

func (d *directory) each(f func(*Item) bool) {
	d.eachSegment(func(s segment) bool { return s.each(f) })
}

func (d *directory) eachSegment(f func(segment) bool) {
	if d == nil {
		return
	}
	for i := 0; i < len(d.segments); i += 1 << (d.depth - d.segments[i].depth) {
		if !f(d.segments[i]) {
			return
		}
	}
}

func (s segment) each(f func(*Item) bool) bool {
	for i := range s.buckets {
		if !s.buckets[i].each(f) {
			return false
		}
	}
	return true
}
