package batch

import "time"

// The limits that an adaptive size keeps to. Below quickChunk the price of taking a
// chunk shows, and above slowChunk its last items wait while other workers are free.
const (
	quickChunk = 20 * time.Microsecond
	slowChunk  = 80 * time.Microsecond
	largest    = 256
	// quickItem is below what the clock can be read for each item, as a reading takes
	// about a fiftieth of that.
	quickItem = 2 * time.Microsecond
)

// A chunkSizer says how many items a worker takes at once.
type chunkSizer struct {
	n        int
	adaptive bool
}

func newChunkSizer(size int) chunkSizer {
	return chunkSizer{n: max(size, 1), adaptive: size == 0}
}

// learn takes in how long a chunk of so many items has taken. One that was not full
// says nothing about larger ones.
func (s *chunkSizer) learn(items int, took time.Duration) {
	switch {
	case !s.adaptive:
	case took > slowChunk:
		s.n = max(s.n/2, 1)
	case took < quickChunk && items >= s.n:
		s.n = min(2*s.n, largest)
	}
}

// A chunk is what a worker has taken: items, and places for their outcomes.
type chunk[T, R any] struct {
	base  int // the index of the first item
	items []T
	out   []Outcome[T, R]
	of    *streamChunk[T, R] // in a stream
}

// A chunkSource is where workers get their items from.
type chunkSource[T, R any] interface {
	// take gives w its next chunk, or returns false if there will be none.
	take(w *worker[T, R]) bool
	// finish takes back the chunk of w, of which w.at items were done in so long a time.
	finish(w *worker[T, R], took time.Duration)
}
