package engine

import "math/bits"

const (
	// ghostSlots is how many fingerprints share a bucket of one cache line.
	ghostSlots = 8
	// ghostPage is how many buckets are allocated at once.
	ghostPage = 512
)

// ghosts remember which items left the small queue lately, about as many as
// there may be items. A fingerprint is 32 bits of the hash, and the number of
// the eviction, by which the oldest are told. Memory is taken page by page,
// from the first eviction on.
type ghosts struct {
	size  int // how many are remembered; nothing if there is no bound
	count uint32
	pages [][][ghostSlots]uint64
	// buckets is a quarter more than needed, so that few are overwritten early.
	buckets int
}

// bucket returns the fingerprints among which that of a hash may be.
func (g *ghosts) bucket(hash uint64) *[ghostSlots]uint64 {
	n, _ := bits.Mul64(hash, uint64(g.buckets))
	page, i := int(n)/ghostPage, int(n)%ghostPage
	if g.pages[page] == nil {
		g.pages[page] = make([][ghostSlots]uint64, min(ghostPage, g.buckets-page*ghostPage))
	}
	return &g.pages[page][i]
}

func (g *ghosts) add(hash uint64) {
	if g.size == 0 {
		return
	}
	if g.pages == nil {
		g.buckets = (g.size*5/4 + ghostSlots - 1) / ghostSlots
		g.pages = make([][][ghostSlots]uint64, (g.buckets+ghostPage-1)/ghostPage)
	}
	g.count++
	b := g.bucket(hash)
	oldest := 0
	for i, mark := range b {
		if mark == 0 {
			oldest = i
			break
		}
		if g.age(mark) > g.age(b[oldest]) {
			oldest = i
		}
	}
	b[oldest] = uint64(uint32(hash))<<32 | uint64(g.count)
}

// age is how many came after a fingerprint.
func (g *ghosts) age(mark uint64) uint32 { return g.count - uint32(mark) }

// take reports whether the fingerprint of a hash is there, and removes it.
func (g *ghosts) take(hash uint64) bool {
	if g.pages == nil {
		return false
	}
	b := g.bucket(hash)
	for i, mark := range b {
		if mark != 0 && uint32(mark>>32) == uint32(hash) {
			b[i] = 0
			return int64(g.age(mark)) < int64(g.size)
		}
	}
	return false
}
