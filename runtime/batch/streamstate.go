package batch

import (
	"iter"
	"sync"
	"time"
)

// A streamState is what the input, the workers and the consumer of a stream share.
type streamState[T, R any] struct {
	job   *job[T, R]
	input iter.Seq[T]

	mu sync.Mutex
	// room is what the input waits for, work what workers wait for, and ready what the
	// consumer waits for.
	room, work, ready sync.Cond
	sizer             chunkSizer
	queue             []T // pulled and not taken, from head on
	head              int
	seen              int // the index of queue[head]
	held              int // pulled and not released
	// order are the chunks that have been taken, or with ByCompletion those done, in the
	// order in which they are to be yielded.
	order []*streamChunk[T, R]
	free  []*streamChunk[T, R]
	// running is the number of chunks that workers have.
	running, started, idle int
	// waking tells that an idle worker has been woken and has not come yet.
	waking bool
	// fed tells that the input has ended, and exhausted that it has by itself.
	fed, exhausted bool
	notStarted     int
}

// A streamChunk is a chunk on its way to the consumer, with done outcomes.
type streamChunk[T, R any] struct {
	items []T
	out   []Outcome[T, R]
	done  int
	ended bool
}

func newStreamState[T, R any](j *job[T, R], input iter.Seq[T]) *streamState[T, R] {
	s := &streamState[T, R]{job: j, input: input, sizer: newChunkSizer(j.size)}
	s.room.L, s.work.L, s.ready.L = &s.mu, &s.mu, &s.mu
	j.source = s
	return s
}

// put adds an item of the input, waits until there is room for another one, and
// returns false if none is wanted.
func (s *streamState[T, R]) put(item T) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.head > 0 && len(s.queue) == cap(s.queue) {
		n := copy(s.queue, s.queue[s.head:])
		clear(s.queue[n:])
		s.queue, s.head = s.queue[:n], 0
	}
	s.queue = append(s.queue, item)
	s.held++
	s.rouse()
	for s.held >= product(s.job.concurrency, s.sizer.n) && !s.job.halted() {
		s.room.Wait()
	}
	return !s.job.halted()
}

// rouse sees to it that somebody comes for the queue, if there is one. One at a time is
// woken: who comes wakes the next, and meanwhile the queue grows, so that little items are
// taken together although workers are free.
func (s *streamState[T, R]) rouse() {
	switch {
	case s.head == len(s.queue), s.waking:
	case s.idle > 0:
		s.waking = true
		s.work.Signal()
	case s.started < s.job.concurrency:
		s.started++
		s.job.launch()
	}
}

func (s *streamState[T, R]) take(w *worker[T, R]) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.head == len(s.queue) || s.job.halted() {
		if s.fed || s.job.halted() {
			return false
		}
		s.idle++
		s.work.Wait()
		s.idle--
		s.waking = false
	}
	n := min(s.sizer.n, len(s.queue)-s.head)
	c := s.newChunk()
	c.items = append(c.items, s.queue[s.head:s.head+n]...)
	c.out = resized(c.out, n)
	clear(s.queue[s.head : s.head+n])
	w.chunk = chunk[T, R]{base: s.seen, items: c.items, out: c.out, of: c}
	s.head += n
	s.seen += n
	s.running++
	if !s.job.completion {
		s.order = append(s.order, c)
	}
	s.rouse()
	w.mark = s.job.now()
	return true
}

func (s *streamState[T, R]) finish(w *worker[T, R], took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := w.chunk.of
	w.chunk = chunk[T, R]{}
	c.done, c.ended = w.at, true
	s.notStarted += len(c.items) - c.done
	s.sizer.learn(c.done, took)
	s.running--
	if s.job.completion {
		s.order = append(s.order, c)
	}
	if s.order[0].ended || s.running == 0 {
		s.ready.Signal()
	}
	if s.job.halted() {
		s.broadcast()
	}
}

// next waits for the chunk that is to be yielded, and returns nil after the last one.
func (s *streamState[T, R]) next() *streamChunk[T, R] {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if len(s.order) > 0 && s.order[0].ended {
			c := s.order[0]
			copy(s.order, s.order[1:])
			s.order[len(s.order)-1] = nil
			s.order = s.order[:len(s.order)-1]
			return c
		}
		if s.running == 0 && (s.job.halted() || s.fed && s.head == len(s.queue)) {
			return nil
		}
		s.ready.Wait()
	}
}
