package batch

import "time"

// wants reports whether another item is to come: not more than what makes the next call
// full. What was asked for comes in any case, and after a halt it is the end that is
// waited for.
func (w *writeStream[T, R]) wants() bool {
	return !w.complete && (w.waiting || w.halted != nil || w.held < w.limit && !w.full())
}

func (w *writeStream[T, R]) take(v T, ok bool) {
	if !ok {
		w.complete = true
		return
	}
	w.waiting = false
	w.held++
	w.add(w.next, v)
	w.next++
	w.since = time.Now()
}

// partial reports whether a call may leave that is not full, because nothing can be
// added to it soon.
func (w *writeStream[T, R]) partial(now time.Time) bool {
	switch {
	case w.complete:
		return true
	case w.held < w.limit:
		return !now.Before(w.since.Add(w.linger))
	}
	_, ok := w.first()
	return !ok && w.running == 0
}

// first returns what is to be yielded next, if that is known.
func (w *writeStream[T, R]) first() (writeResult[R], bool) {
	if w.completion {
		return w.byTime.first()
	}
	r, ok := w.inOrder[w.head]
	for ; ok && r.none; r, ok = w.inOrder[w.head] {
		delete(w.inOrder, w.head)
		w.head++
	}
	return r, ok
}

func (w *writeStream[T, R]) yielded() {
	if w.completion {
		w.byTime.pop()
	} else {
		delete(w.inOrder, w.head)
		w.head++
	}
	if w.held == w.limit {
		w.since = time.Now() // from now on, it is the items that a call waits for
	}
	w.held--
}

// end returns when all goroutines have ended.
func (w *writeStream[T, R]) end() {
	if w.left {
		return
	}
	w.left = true
	close(w.broken)
	for range w.out { // until run has ended
	}
}

// raise panics with what the goroutines have panicked with.
func (w *writeStream[T, R]) raise() {
	if p := w.panic.Load(); p != nil {
		panic(p)
	}
}
