package batch

import "slices"

// release says that the items of a chunk are no longer held.
func (s *streamState[T, R]) release(c *streamChunk[T, R]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held -= len(c.items)
	clear(c.items)
	clear(c.out)
	if len(s.free) <= s.job.concurrency {
		s.free = append(s.free, c)
	}
	s.room.Signal()
}

// newChunk returns an empty chunk, which may have been used before.
func (s *streamState[T, R]) newChunk() *streamChunk[T, R] {
	last := len(s.free) - 1
	if last < 0 {
		return &streamChunk[T, R]{}
	}
	c := s.free[last]
	s.free = s.free[:last]
	*c = streamChunk[T, R]{items: c.items[:0], out: c.out[:0]}
	return c
}

// resized returns a slice of n elements, in s if there is room.
func resized[E any](s []E, n int) []E {
	return slices.Grow(s[:0], n)[:n]
}

// fedAll says that the input has ended.
func (s *streamState[T, R]) fedAll(exhausted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fed, s.exhausted = true, exhausted
	s.broadcast()
}

// wakeAll is called when the job has halted.
func (s *streamState[T, R]) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broadcast()
}

// broadcast wakes all that wait. s.mu is held.
func (s *streamState[T, R]) broadcast() {
	s.room.Broadcast()
	s.work.Broadcast()
	s.ready.Broadcast()
}

// unfinished returns nil if all items of the input are done, and otherwise why not.
func (s *streamState[T, R]) unfinished() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.exhausted && s.notStarted == 0 && s.head == len(s.queue) || !s.job.halted() {
		return nil
	}
	return s.job.why()
}

// close stops all that goes on and waits for its end.
func (s *streamState[T, R]) close() {
	s.job.stop()
	s.wakeAll()
	s.job.workers.Wait()
	s.job.end(s.notStarted + len(s.queue) - s.head)
}
