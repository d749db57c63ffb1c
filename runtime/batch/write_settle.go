package batch

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// finish takes the results of a call.
func (w *writeRun[T, R]) finish(c *writeCall[T, R]) {
	w.running--
	if c.panicked {
		w.tally.panics++
	}
	if eventlog.On() {
		w.tellEnd(c)
	}
	// Items that fail together wait together.
	luck := rand.Float64()
	for i, item := range c.items {
		item.attempts++
		if item.attempts == 1 {
			item.began = c.began
		} else {
			w.tally.again++
		}
		item.elapsed, item.err = c.ended.Sub(item.began), c.errs[i]
		switch {
		case item.err == nil:
			w.tally.good++
			w.settle(item, c.values[i])
		case c.repeat[i] && item.attempts < w.attempts && w.halted == nil && w.ctx.Err() == nil:
			longest := w.writeBackoff(item.attempts)
			w.waits.add(item, c.ended.Add(time.Duration(luck*float64(longest))), c.ended.Add(longest), w.max)
		default:
			w.done(item)
		}
	}
}

// tellRetries tells of the items of a call that have been called for before.
func (w *writeRun[T, R]) tellRetries(c *writeCall[T, R], now time.Time) {
	for _, item := range c.items {
		if item.attempts > 0 {
			w.tellRetry(w.ctx, item.index, item.attempts+1, now.Sub(item.began)-item.elapsed, item.err)
		}
	}
}

// tellEnd tells of a call that has ended.
func (w *writeRun[T, R]) tellEnd(c *writeCall[T, R]) {
	failed := 0
	for _, err := range c.errs {
		if err != nil {
			failed++
		}
	}
	w.tellCall(w.ctx, len(c.items), failed, c.ended.Sub(c.began))
}

// done settles an item that has failed for good, after which there may be nothing new.
func (w *writeRun[T, R]) done(item *writeItem[T]) {
	var none R
	w.tally.bad++
	w.settle(item, none)
	if w.stopping.set && w.tooMany() {
		w.halt(ErrStopped)
	}
}

func (w *writeRun[T, R]) tooMany() bool {
	of := w.total
	if of < 0 {
		of = w.tally.good + w.tally.bad
	}
	return w.stopping.share == 0 || (w.total >= 0 || of >= streamSample) && float64(w.tally.bad) > w.stopping.share*float64(of)
}

// skip settles an item for which nothing was called.
func (w *writeRun[T, R]) skip(item *writeItem[T]) {
	var none R
	item.err = w.halted
	w.tally.skipped++
	w.settle(item, none)
}

// halt starts nothing new from now on. Items that were called for keep their error.
func (w *writeRun[T, R]) halt(cause error) {
	if w.halted != nil {
		return
	}
	w.halted = fmt.Errorf("%w: %w", ErrNotStarted, cause)
	if w.pass != nil {
		w.pass.Cancel()
		w.pass = nil
	}
	tried := w.ready.rest()
	for _, group := range w.waits.groups {
		tried = append(tried, group.items...)
	}
	w.ready, w.waits.groups = writeQueue[*writeItem[T]]{}, nil
	for _, item := range tried {
		item.err, item.elapsed = unrepeated(item.err, cause), time.Since(item.began)
		w.done(item)
	}
	for w.fresh.len() > 0 {
		w.skip(w.fresh.pop())
	}
	w.bytes = 0
}

// report counts, and tells the progress if there is any. It panics if the function that
// hears of it does.
func (w *writeRun[T, R]) report() {
	if more := w.tally.good + w.tally.bad - w.shown.good - w.shown.bad; more > 0 {
		w.count()
		w.gauge.add(more)
	}
}

// count adds what is new to the figures of the Processor.
func (w *writeRun[T, R]) count() {
	before := w.shown
	w.shown = w.tally
	if p := w.by; p != nil {
		addNonZero(&p.succeeded, w.tally.good-before.good)
		addNonZero(&p.failed, w.tally.bad-before.bad)
		addNonZero(&p.notStarted, w.tally.skipped-before.skipped)
		addNonZero(&p.retries, w.tally.again-before.again)
		addNonZero(&p.panics, w.tally.panics-before.panics)
	}
}
