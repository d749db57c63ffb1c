package batch

import (
	"context"
	"iter"
)

// Stream calls f for each of items, several at a time, and yields the results in the
// order of the items, or in that in which they are done if ByCompletion was given. The
// error of an item is an *ItemError. Options are those of Process.
//
// At most concurrency × size items are held: those that have been taken from the input
// and whose results have not been yielded. An adaptive size is at most 256. So a slow
// consumer slows everything down. A worker takes what is there rather than waiting for
// its size. The input runs in a goroutine of its own, one for each loop.
//
// If ctx ends, calls that run are waited for, what is done is yielded, and then, unless
// all items of the input are done, one error that wraps ErrNotStarted and the cause for
// all that were not started. It is the same with ErrStopped if too many items have
// failed.
//
// When the loop is left, the context of calls that run ends, and they and the input are
// waited for: an input that waits for something else must be told to stop. All
// goroutines have ended when the loop has. A panic or runtime.Goexit in f is the error of
// its item; in items it is a panic of the loop with a *PanicError, after the results of
// the items before it.
//
// The stream can be ranged over as often as its input can. f must be safe for
// concurrent use unless Concurrency(1) is given.
func Stream[T, R any](ctx context.Context, items iter.Seq[T], f func(context.Context, T) (R, error), opts ...Option) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		newStreamState(newJob(ctx, f, settingsOf(opts), -1), items).deliver(yield, cancel)
	}
}

// deliver does it all, and leaves nothing behind.
func (s *streamState[T, R]) deliver(yield func(R, error) bool, cancel func()) {
	woken := make(chan struct{})
	unwatch := context.AfterFunc(s.job.ctx, func() {
		defer close(woken)
		s.wakeAll()
	})
	orderly := false
	defer func() {
		if !unwatch() {
			<-woken
		}
		cancel()
		s.close()
		if p := s.job.broken.Load(); p != nil && orderly {
			panic(p)
		}
	}()
	s.job.workers.Add(1)
	go s.feed()
	s.yieldAll(yield)
	orderly = true
}

// yieldAll yields until all is done, the job has halted or the consumer has enough.
func (s *streamState[T, R]) yieldAll(yield func(R, error) bool) {
	for c := s.next(); c != nil; c = s.next() {
		if !s.yieldChunk(c, yield) {
			return
		}
	}
	if err := s.unfinished(); err != nil && s.job.broken.Load() == nil {
		var none R
		yield(none, err)
	}
}

// yieldChunk yields the outcomes of a chunk. Its items count as held until the last one
// is handed over, which by then leaves room for others.
func (s *streamState[T, R]) yieldChunk(c *streamChunk[T, R], yield func(R, error) bool) bool {
	done := c.done
	if done == 0 {
		s.release(c)
	}
	for i := range done {
		o := &c.out[i]
		v, err := o.Value, o.Err
		if err != nil {
			err = &ItemError{Index: o.Index, Err: err}
		}
		if i == done-1 { // from here on c belongs to others
			s.release(c)
		}
		if !yield(v, err) {
			return false
		}
	}
	return true
}

// feed pulls the input, in a goroutine of its own.
func (s *streamState[T, R]) feed() {
	defer s.job.workers.Done()
	exhausted := false
	guarded(func() {
		if s.job.halted() {
			return
		}
		for item := range s.input {
			if !s.put(item) {
				return
			}
		}
		exhausted = true
	}, func(p *PanicError) {
		if p != nil {
			s.job.broken.CompareAndSwap(nil, p)
		}
		s.fedAll(exhausted || p != nil)
	})
}
