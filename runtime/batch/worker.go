package batch

import "time"

// A worker does chunk after chunk. Usually it is one goroutine, but runtime.Goexit in
// the function ends that, and another one goes on in its place.
type worker[T, R any] struct {
	job   *job[T, R]
	chunk chunk[T, R]
	sizer chunkSizer
	tally jobTally
	// mark is when the item before ended, or the chunk was taken, and began is mark at
	// the start of the chunk.
	mark, began time.Duration
	// spent is how long the item that was repeated last has taken since its first call.
	spent time.Duration
	// buffer is for outcomes whose place is known only when the chunk is done.
	buffer []Outcome[T, R]
	// at is the item of the chunk that is being done, or the number of those done.
	at       int
	attempts int // the calls for that item
	busy     bool
	settling bool // the chunk is done, and only progress has to hear of it
	// quick tells that items take so little that they share one reading of the clock.
	quick bool
}

// A turnEnd says why turn has returned.
type turnEnd int

const (
	turnBroken     turnEnd = iota // it has not, but panicked
	turnFinished                  // there is nothing more to do
	turnAgain                     // after a panic
	turnHandedOver                // another goroutine has taken over
)

func (w *worker[T, R]) work() {
	for {
		switch w.turn() {
		case turnFinished:
			w.job.workers.Done()
			return
		case turnHandedOver:
			return
		default:
		}
	}
}

// turn does chunks until there are none or the function panics. That it has one
// deferred call, and not one for each item, is what makes panics cheap to expect.
func (w *worker[T, R]) turn() (end turnEnd) {
	defer w.rescue(&end)
	j := w.job
	for {
		if !w.busy {
			if j.halted() || !j.source.take(w) {
				return turnFinished
			}
			w.busy, w.at, w.began = true, 0, w.mark
		}
		w.run()
		w.close()
	}
}

// rescue makes the error of an item out of a panic. It is deferred by turn.
func (w *worker[T, R]) rescue(end *turnEnd) {
	if *end == turnFinished {
		return
	}
	value := recover()
	p := panicErrorOf(value)
	if w.settling {
		w.job.broken.CompareAndSwap(nil, p)
		w.job.stop()
		w.busy, w.settling = false, false
	} else {
		var none R
		w.tally.panics++
		w.write(none, p)
		w.at++
	}
	*end = turnAgain
	if value == nil {
		*end = turnHandedOver
		go w.work()
	}
}

// run does the items of the chunk from w.at on, and leaves in w.at how many are done.
func (w *worker[T, R]) run() {
	j, base := w.job, w.chunk.base
	items, out := w.chunk.items, w.chunk.out
	for i := w.at; i < len(items); i++ {
		w.at = i
		if j.halted() {
			return
		}
		if !w.quick {
			if !w.careful(items[i]) {
				return
			}
			continue
		}
		v, err := j.call(j.ctx, items[i])
		if err != nil {
			v, err = w.again(items[i], err)
			w.write(v, err)
			continue
		}
		out[i] = Outcome[T, R]{Index: base + i, Item: items[i], Value: v, Attempts: 1}
	}
	w.at = len(items)
}

// careful does an item with all that options ask for, and measures it. It returns
// false if the job halted before the first call.
func (w *worker[T, R]) careful(item T) bool {
	j := w.job
	if j.limiter != nil {
		if !j.admit() {
			return false
		}
		w.mark = j.now()
	}
	v, err := j.once(item)
	if err != nil {
		v, err = w.again(item, err)
	}
	w.write(v, err)
	return true
}

// place is where the outcome of the item at w.at belongs.
func (w *worker[T, R]) place() *Outcome[T, R] {
	if all := w.job.all; all != nil && !w.quick {
		return &all[w.job.placed.Add(1)-1]
	}
	return &w.chunk.out[w.at]
}

// write notes the outcome of the item at w.at, which is not trivial.
func (w *worker[T, R]) write(v R, err error) {
	j := w.job
	o := w.place()
	*o = Outcome[T, R]{
		Index: w.chunk.base + w.at, Item: w.chunk.items[w.at], Value: v, Err: err, Attempts: w.attempts,
	}
	switch {
	case !w.quick:
		now := j.now()
		o.Elapsed = now - w.mark
		w.mark = now
	case w.attempts > 1:
		o.Elapsed = w.spent
	}
	if err != nil {
		w.tally.failed++
		j.failedOne()
	}
	w.attempts = 1
}

// close settles a chunk: its times, its figures, and the size of the next one.
func (w *worker[T, R]) close() {
	j, done := w.job, w.at
	if w.quick {
		w.mark = j.now()
		w.share(done)
	}
	took := w.mark - w.began
	w.quick = j.plain && took < time.Duration(done)*quickItem
	w.tally.succeeded = done - w.tally.failed
	j.chunkDone(done, w.tally.failed)
	j.settle(w.tally)
	w.tally = jobTally{}
	w.sizer.learn(done, took)
	j.source.finish(w, took)
	if j.meter != nil && done > 0 {
		w.settling = true
		j.meter.add(done)
		w.settling = false
		w.mark = j.now()
	}
	w.busy = false
}

// share gives the quick items of the chunk that were done their part of its time, and
// brings them where they belong if that is by when they were done.
func (w *worker[T, R]) share(done int) {
	j := w.job
	mean := (w.mark - w.began) / time.Duration(max(done, 1))
	for i := range w.chunk.out[:done] {
		if o := &w.chunk.out[i]; o.Attempts == 1 {
			o.Elapsed = mean
		}
	}
	if j.all != nil {
		to := j.placed.Add(int64(done))
		copy(j.all[to-int64(done):to], w.chunk.out[:done])
	}
}
