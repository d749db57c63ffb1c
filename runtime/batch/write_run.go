package batch

import (
	"context"
	"fmt"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"golang.org/x/time/rate"
)

// writeRun is what Write and WriteStream have in common. One goroutine uses it, and each
// call of the function has one of its own, which sends the call to ended.
type writeRun[T, R any] struct {
	settings
	ctx    context.Context
	f      func(context.Context, []T) ([]R, error)
	failed func(R) error
	weigh  func(T) int
	// settle gets each item once, with the value if its err is nil.
	settle func(*writeItem[T], R)

	fresh, ready writeQueue[*writeItem[T]] // for the first attempt, and for another
	bytes        int64                     // of both
	waits        writeWaits[T]
	running      int
	ended        chan *writeCall[T, R]
	pass         *rate.Reservation // of the next call, if there is a rate
	nextCall     time.Time         // not before, because of the rate
	alarm        *time.Timer
	// halted is why nothing new is started any more, and the error of all items for
	// which nothing was.
	halted error

	opened       time.Time
	total        int // -1: unknown
	tally, shown writeTally
	gauge        *progressMeter
}

// writeTally counts what has become of items, and the calls that panicked.
type writeTally struct{ good, bad, skipped, again, panics int }

// writeEnded is how many calls may end before the next one waits to be noticed, which
// all are. There may be far fewer items than Concurrency.
const writeEnded = 64

func newWriteRun[T, R any](
	ctx context.Context, s settings, f func(context.Context, []T) ([]R, error), failed func(R) error,
) *writeRun[T, R] {
	return &writeRun[T, R]{
		settings: s, ctx: eventlog.Under(ctx), f: f, failed: failed, weigh: writeWeigher[T](&s),
		ended: make(chan *writeCall[T, R], min(s.concurrency, writeEnded)),
	}
}

// open begins the work on a number of items, -1 if it is unknown.
func (w *writeRun[T, R]) open(total int, settle func(*writeItem[T], R)) {
	w.total, w.settle, w.opened = total, settle, time.Now()
	w.gauge = newProgressMeter(&w.settings, total)
	if w.by != nil {
		w.by.running.Add(1)
	}
}

// close waits for the calls that still run, which there are only if nobody wants to know
// any more.
func (w *writeRun[T, R]) close() {
	w.halt(ErrStopped)
	for w.running > 0 {
		w.finish(<-w.ended)
	}
	if w.alarm != nil {
		w.alarm.Stop()
	}
	w.count()
	if w.by != nil {
		w.by.running.Add(-1)
		w.by.runs.Add(1)
	}
	w.gauge.end()
	if eventlog.On() {
		w.tellRun(w.ctx, w.tally.good, w.tally.bad, w.tally.skipped, time.Since(w.opened))
	}
}

// add takes an item on, which is called for later, or settled if it cannot be.
func (w *writeRun[T, R]) add(index int, v T) {
	item := &writeItem[T]{index: index, item: v}
	switch {
	case w.halted != nil:
		w.skip(item)
	case w.measure(item):
		w.bytes += item.bytes
		w.fresh.push(item)
	default:
		w.done(item)
	}
}

// measure reports whether an item may be sent; else it has an error.
func (w *writeRun[T, R]) measure(item *writeItem[T]) bool {
	if w.weigh == nil {
		return true
	}
	if p := writeGuard(func() { item.bytes = int64(w.weigh(item.item)) }); p != nil {
		w.tally.panics++
		item.err = p
	} else if item.bytes < 0 {
		item.err = fmt.Errorf("%w: the function of MaxBytes says %d", ErrContract, item.bytes)
	} else if item.bytes > w.maxBytes {
		item.err = fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, item.bytes, w.maxBytes)
	}
	return item.err == nil
}

// look takes notice of the time and of the end of the context.
func (w *writeRun[T, R]) look(now time.Time) {
	if w.ctx.Err() != nil {
		w.halt(context.Cause(w.ctx))
	}
	for items := w.waits.take(now); items != nil; items = w.waits.take(now) {
		for _, item := range items {
			w.bytes += item.bytes
		}
		w.ready.push(items...)
	}
}

// queued is how many items a call may be made of.
func (w *writeRun[T, R]) queued() int { return w.ready.len() + w.fresh.len() }

// idle reports whether nothing is on its way.
func (w *writeRun[T, R]) idle() bool {
	return w.running == 0 && w.queued() == 0 && len(w.waits.groups) == 0
}

// full reports whether there is enough for a call that nothing can be added to.
func (w *writeRun[T, R]) full() bool {
	return w.queued() >= w.max || w.maxBytes > 0 && w.bytes >= w.maxBytes
}

// free reports whether a call may be started, now or as soon as the rate allows.
func (w *writeRun[T, R]) free() bool { return w.halted == nil && w.running < w.concurrency }

// start starts a call if it may and there is one, which need not be full if partial.
func (w *writeRun[T, R]) start(now time.Time, partial bool) bool {
	if !w.free() || w.queued() == 0 || !partial && !w.full() {
		return false
	}
	if w.limiter != nil {
		if w.pass == nil {
			w.pass = w.limiter.ReserveN(now, 1)
			w.nextCall = now.Add(w.pass.DelayFrom(now))
		}
		if now.Before(w.nextCall) {
			return false
		}
		w.pass = nil
	}
	w.running++
	c := w.gather()
	if eventlog.On() {
		w.tellRetries(c, now)
	}
	go c.run(w)
	return true
}

// gather makes a call of what is queued: of what has waited for another attempt first.
func (w *writeRun[T, R]) gather() *writeCall[T, R] {
	c := &writeCall[T, R]{}
	for len(c.items) < w.max {
		from := &w.ready
		if from.len() == 0 {
			from = &w.fresh
		}
		item, ok := from.first()
		if !ok || w.maxBytes > 0 && c.bytes+item.bytes > w.maxBytes {
			break
		}
		c.bytes += item.bytes
		c.items = append(c.items, from.pop())
	}
	w.bytes -= c.bytes
	c.sort()
	return c
}

// alarmAt returns a channel that receives at the earliest of some times that are after
// now, or nil. What was possible at now has been done.
func (w *writeRun[T, R]) alarmAt(now time.Time, times ...time.Time) <-chan time.Time {
	var at time.Time
	for _, t := range times {
		if t.After(now) && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	if at.IsZero() {
		return nil
	}
	if w.alarm == nil {
		w.alarm = time.NewTimer(at.Sub(now))
	} else {
		w.alarm.Reset(at.Sub(now))
	}
	return w.alarm.C
}

// nextStart is when a call that is there may be started because of the rate, or zero.
func (w *writeRun[T, R]) nextStart() time.Time {
	if w.pass != nil && w.free() && w.queued() > 0 {
		return w.nextCall
	}
	return time.Time{}
}

// over returns the channel of the context's end, as long as that has a meaning.
func (w *writeRun[T, R]) over() <-chan struct{} {
	if w.halted != nil {
		return nil
	}
	return w.ctx.Done()
}
