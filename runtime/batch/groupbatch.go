package batch

import (
	"context"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// loaderBatch is some keys of a group that are loaded together.
type loaderBatch[G, K comparable, V any] struct {
	group      *loaderGroup[G, K, V]
	prev, next *loaderBatch[G, K, V]
	call       loaderCall[G, K, V]
	slots      []loaderSlot[K, V]
	// free are the slots that nobody waits for, while keys are gathered.
	free []int
	// waiters counts the calls that have not left, and stays says that one of them never
	// will, because its context cannot be cancelled.
	waiters int
	stays   bool
	// due says that the batch leaves as soon as InFlight lets it, and held that it has
	// waited for a crowd.
	due, held      bool
	left, finished bool
	// done is closed after finished is set. It is nil if there is only one caller, who
	// calls the function itself.
	done   chan struct{}
	cancel context.CancelCauseFunc
	stop   context.CancelFunc
	// began is when the batch left, and elapsed how long the function took since. They are
	// measured if timed.
	timed   bool
	began   time.Time
	elapsed time.Duration

	// one is the memory of the slots as long as there is one.
	one [1]loaderSlot[K, V]
}

// loaderSlot is one key and what there is for it. The latter is written by the goroutine
// that runs the function, and read once done is closed.
type loaderSlot[K comparable, V any] struct {
	key K
	// waiters counts those who wait for it, as long as the batch has not left. Without
	// any then, the slot is none.
	waiters int
	value   V
	err     error
}

// loaderCount is what is counted of a batch that is back.
type loaderCount struct {
	errors, panics, notFound, keyErrors uint64
	err                                 error // that of all keys, or nil
}

// size returns the number of keys.
func (b *loaderBatch[G, K, V]) size() int { return len(b.slots) - len(b.free) }

// each calls yield for each key.
func (b *loaderBatch[G, K, V]) each(yield func(K)) {
	for i := range b.slots {
		if s := &b.slots[i]; s.waiters > 0 {
			yield(s.key)
		}
	}
}

// wait returns true when the batch is back, or false if ctx ended first.
func (b *loaderBatch[G, K, V]) wait(ctx context.Context) bool {
	if ctx.Done() == nil {
		<-b.done
		return true
	}
	select {
	case <-b.done:
		return true
	case <-ctx.Done():
		return false
	}
}

// end wakes those who wait, and frees what the context holds.
func (b *loaderBatch[G, K, V]) end() {
	if b.done != nil {
		close(b.done)
	}
	if b.stop != nil {
		b.stop()
	}
	if b.cancel != nil {
		b.cancel(nil)
	}
}

// fly runs a batch, and then those that leave because it is back, unless the goroutine
// is that of a caller who wants its result.
func (l *GroupLoader[G, K, V]) fly(b *loaderBatch[G, K, V], callers bool) {
	for b != nil {
		l.launch(b.next, nil, false)
		b.next = nil
		b = l.run(b, callers)
	}
}

// run runs a batch, and returns one to run next.
func (l *GroupLoader[G, K, V]) run(b *loaderBatch[G, K, V], callers bool) (next *loaderBatch[G, K, V]) {
	var count loaderCount
	returned := false
	defer func() {
		if !returned {
			// Nothing to recover from: it was runtime.Goexit, and nothing is run after
			// this in this goroutine.
			p := recover()
			callers = callers || p == nil
			count = loaderCount{panics: 1, err: panicErrorOf(p)}
			b.fail(count.err)
		}
		next = l.land(b, count)
		logs := eventlog.On()
		if callers || logs { // nothing waits for a handler
			next = l.launch(next, nil, false)
		}
		if logs {
			l.tell(b.call.ctx, b.size(), b.began, count.err)
		}
	}()
	count = b.ask(&l.loaderSettings)
	returned = true
	return nil
}
