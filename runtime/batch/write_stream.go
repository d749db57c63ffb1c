package batch

import (
	"context"
	"iter"
	"sync/atomic"
	"time"
)

// WriteStream is Write for items that come one after the other. It yields the result of
// each item, or an *ItemError, in the order of the items, or with ByCompletion in that
// in which they were done.
//
// At most Concurrency times MaxItems items are held: those that wait, are written, or
// whose results nobody has taken yet. No more are asked for until there is room. A call
// that is not full leaves when there are no more items, or none has come for the time of
// Linger. items runs in a goroutine of its own.
//
// If ctx ends, or StopOnError or StopAbove stops the stream, calls that run are waited
// for, what is done is yielded, and then, unless items had come to their end before, one
// error that wraps ErrNotStarted. When the loop is left, the context of calls that run ends, and they and
// items are waited for: all goroutines have ended when the loop has. A panic in items is
// one in the loop with a *PanicError, after the results of the items before it, and so
// is one in the function of WithProgress, at once.
func WriteStream[T, R any](
	ctx context.Context, items iter.Seq[T], f func(context.Context, []T) ([]R, error), failed func(R) error, opts ...Option,
) iter.Seq2[R, error] {
	s := settingsOf(opts)
	writeWeigher[T](&s) // whose panic belongs here
	return func(yield func(R, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		w := newWriteStream(newWriteRun(ctx, s, f, failed), cancel)
		defer w.end()
		go w.read(items)
		go w.run()
		for o := range w.out {
			if !yield(o.value, o.err) {
				break
			}
		}
		w.end()
		w.raise()
	}
}

// writeStream is a writeRun between two goroutines: one that has the items, and the
// consumer's.
type writeStream[T, R any] struct {
	*writeRun[T, R]
	cancel context.CancelFunc
	ask    chan struct{} // for one more item
	in     chan T
	out    chan writeResult[R]
	enough chan struct{} // closed when no more items are wanted
	broken chan struct{} // closed when the consumer wants no more results

	limit, held int
	next, head  int                    // the index of the next item, and of the next to yield
	since       time.Time              // when a call that is not full began to wait
	inOrder     map[int]writeResult[R] // what is settled
	byTime      writeQueue[writeResult[R]]

	// complete tells that no more items will come, and exhausted that this is because
	// there are none.
	complete, exhausted bool
	waiting             bool // for an item that was asked for
	sated, left         bool // enough and broken are closed
	// panic is what the source or the function for progress has panicked with.
	panic atomic.Pointer[PanicError]
}

// writeResult is what is yielded for an item.
type writeResult[R any] struct {
	value R
	err   error
	none  bool // nothing was called, and nothing is yielded
}

func newWriteStream[T, R any](run *writeRun[T, R], cancel context.CancelFunc) *writeStream[T, R] {
	w := &writeStream[T, R]{
		writeRun: run, cancel: cancel,
		ask: make(chan struct{}, 1), in: make(chan T), out: make(chan writeResult[R]), enough: make(chan struct{}), broken: make(chan struct{}),
		limit: product(run.concurrency, run.max), inOrder: map[int]writeResult[R]{},
	}
	w.open(-1, func(item *writeItem[T], v R) {
		r := writeResult[R]{value: v, none: item.attempts == 0 && w.halted != nil && item.err == w.halted}
		if r.none {
			w.held--
		}
		if item.err != nil {
			r.err = &ItemError{Index: item.index, Err: item.err}
		}
		if !w.completion {
			w.inOrder[item.index] = r
		} else if !r.none {
			w.byTime.push(r)
		}
	})
	return w
}

// read passes items on that it is asked for, until they end or no more are wanted.
func (w *writeStream[T, R]) read(items iter.Seq[T]) {
	defer close(w.in)
	guarded(func() {
		if !w.asked() {
			return
		}
		for v := range items {
			w.in <- v
			if !w.asked() {
				return
			}
		}
		w.exhausted = true
	}, w.note)
}

// asked waits until another item is wanted, and reports whether one is.
func (w *writeStream[T, R]) asked() bool {
	select {
	case <-w.ask:
		return true
	case <-w.enough:
		return false
	}
}

// note keeps a panic for the consumer.
func (w *writeStream[T, R]) note(p *PanicError) {
	if p != nil {
		w.panic.CompareAndSwap(nil, p)
	}
}

// run writes until everything is yielded or the consumer has broken off.
func (w *writeStream[T, R]) run() {
	defer close(w.out)
	defer func() {
		w.cancel()
		w.satisfy()
		for range w.in { // until read has ended
		}
		guarded(w.close, w.note)
	}()
	guarded(w.loop, w.note)
}

// satisfy tells read that no more is wanted.
func (w *writeStream[T, R]) satisfy() {
	if !w.sated {
		w.sated = true
		close(w.enough)
	}
}

func (w *writeStream[T, R]) loop() {
	for {
		now := time.Now()
		w.look(now)
		for w.start(now, w.partial(now)) {
		}
		if w.halted != nil {
			w.satisfy()
		}
		w.report()
		if w.complete && w.held == 0 {
			w.conclude()
			return
		}
		if !w.step(now) {
			return
		}
	}
}

// conclude yields why not all items are done, if so.
func (w *writeStream[T, R]) conclude() {
	if w.halted == nil || w.exhausted && w.tally.skipped == 0 {
		return
	}
	select {
	case w.out <- writeResult[R]{err: w.halted}:
	case <-w.broken:
	}
}

// step waits for one event, and reports whether the consumer is there.
func (w *writeStream[T, R]) step(now time.Time) bool {
	var in chan T
	if w.wants() {
		if !w.waiting && w.halted == nil {
			w.waiting = true
			w.ask <- struct{}{}
		}
		in = w.in
	}
	var out chan writeResult[R]
	result, ok := w.first()
	if ok {
		out = w.out
	}
	select {
	case v, ok := <-in:
		w.take(v, ok)
	case c := <-w.ended:
		w.finish(c)
	case out <- result:
		w.yielded()
	case <-w.alarmAt(now, w.waits.next(), w.nextStart(), w.since.Add(w.linger)):
	case <-w.over():
	case <-w.broken:
		return false
	}
	return true
}
