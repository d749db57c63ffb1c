package batch

import (
	"context"
	"time"
)

// Write calls a function of many items for all of them, and once more for those that
// have failed, if Attempts says so.
//
// f returns a result for each item that it gets, in their order, and failed returns the
// failure that a result tells of, or nil. Another number of results is an error of all
// items of that call, which wraps ErrContract and is not repeated, as nobody knows what
// was written. An error of f is that of each of its items, which are repeated, and a
// panic is as well, which are not. A nil failed takes all results for successes. f may
// keep or change the slice that it gets, and like failed it must be safe for concurrent
// use.
//
// A call has MaxItems items at most, and MaxBytes bytes. Calls are as large as they can
// be: items that wait for another attempt leave together with others, and in the order
// of the items apart from that. Concurrency, Timeout and Rate are about calls of f.
// Delay, MaxDelay, RetryOn, Permanent, StopOnError, StopAbove, ByCompletion, WithProgress
// and a Processor are as in Process; Size has no meaning. When the context has ended, an
// item that waits for another attempt keeps the error that it has. If the function of
// WithProgress panics, so does Write, with a *PanicError.
func Write[T, R any](
	ctx context.Context, items []T, f func(context.Context, []T) ([]R, error), failed func(R) error, opts ...Option,
) Result[T, R] {
	start := time.Now()
	w := newWriteRun(ctx, settingsOf(opts), f, failed)
	outcomes := make([]Outcome[T, R], len(items))
	settled := 0
	w.open(len(items), func(item *writeItem[T], v R) {
		at := item.index
		if w.completion {
			at = settled
		}
		settled++
		outcomes[at] = Outcome[T, R]{
			Index: item.index, Item: item.item, Value: v, Err: item.err, Attempts: item.attempts, Elapsed: item.elapsed,
		}
	})
	defer w.close()
	if p := w.writeAll(items); p != nil {
		panic(p)
	}
	return Result[T, R]{
		Outcomes: outcomes, Succeeded: w.tally.good, Failed: w.tally.bad, NotStarted: w.tally.skipped, Elapsed: time.Since(start),
	}
}

// writeAll returns when all items are settled, with what the function for progress has
// panicked with.
func (w *writeRun[T, R]) writeAll(items []T) (broken *PanicError) {
	next := 0
	for {
		now := time.Now()
		w.look(now)
		for started := true; started; started = w.start(now, true) {
			for next < len(items) && (w.halted != nil || w.fresh.len() < w.max) {
				w.add(next, items[next])
				next++
			}
		}
		if p := writeGuard(w.report); p != nil && broken == nil {
			broken = p
			w.halt(ErrStopped)
			continue
		}
		if next == len(items) && w.idle() {
			return broken
		}
		select {
		case c := <-w.ended:
			w.finish(c)
		case <-w.alarmAt(now, w.waits.next(), w.nextStart()):
		case <-w.over():
		}
	}
}
