package batch

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Process calls f for each of items, several at a time, and returns what has become of
// all of them. How it goes about it is said by options; by default five calls run at
// once, each item has one attempt, and failures stop nothing.
//
// If ctx ends, calls that run are waited for, and the rest is not started. A panic or
// runtime.Goexit in f is the error of its item. For that to hold, f never runs in the
// goroutine of the caller, which waits; all goroutines have ended when Process returns.
// If a function given to WithProgress or WithMeter panics, so does Process, with a
// *PanicError.
//
// f must be safe for concurrent use unless Concurrency(1) is given. Process does not
// change items, and keeps neither items nor f.
func Process[T, R any](ctx context.Context, items []T, f func(context.Context, T) (R, error), opts ...Option) Result[T, R] {
	return ProcessInto(ctx, nil, items, f, opts...)
}

// ProcessInto is Process for callers that process often: it uses the capacity of
// outcomes, from its first element on, for those of the result, as append does. What was in
// outcomes is lost.
func ProcessInto[T, R any](ctx context.Context, outcomes []Outcome[T, R], items []T, f func(context.Context, T) (R, error), opts ...Option) Result[T, R] {
	s := settingsOf(opts)
	workers := min(s.concurrency, len(items))
	if s.size > 0 && workers > 0 {
		s.size = min(s.size, (len(items)+workers-1)/workers)
		workers = min(workers, (len(items)+s.size-1)/s.size)
	}
	j := newJob(ctx, f, s, len(items))
	out := slices.Grow(outcomes[:0], len(items))[:len(items)]
	if out == nil {
		out = []Outcome[T, R]{}
	}
	l := &listSource[T, R]{items: items, out: out, workers: workers}
	j.source = l
	if j.completion {
		j.all = out
	}
	for range workers {
		j.launch()
	}
	j.workers.Wait()
	return l.result(j)
}

// A listSource hands out the items of a slice.
type listSource[T, R any] struct {
	items   []T
	out     []Outcome[T, R]
	workers int
	next    atomic.Int64

	mu sync.Mutex
	// left are the parts of chunks, from and to, that the job halted before.
	left [][2]int
}

func (l *listSource[T, R]) take(w *worker[T, R]) bool {
	n := w.sizer.n
	if w.sizer.adaptive {
		// Towards the end all take less, so that none is left alone with much.
		rest := len(l.items) - int(l.next.Load())
		n = max(min(n, rest/(2*l.workers)), 1)
	}
	to := int(l.next.Add(int64(n)))
	from := to - n
	if from >= len(l.items) {
		return false
	}
	to = min(to, len(l.items))
	w.chunk = chunk[T, R]{base: from, items: l.items[from:to], out: l.out[from:to]}
	if w.quick && w.job.all != nil {
		w.buffer = resized(w.buffer, to-from)
		w.chunk.out = w.buffer
	}
	return true
}

func (l *listSource[T, R]) finish(w *worker[T, R], _ time.Duration) {
	if w.at < len(w.chunk.items) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.left = append(l.left, [2]int{w.chunk.base + w.at, w.chunk.base + len(w.chunk.items)})
	}
}

// result accounts for what was not started. All workers have ended.
func (l *listSource[T, R]) result(j *job[T, R]) Result[T, R] {
	r := Result[T, R]{
		Outcomes: l.out, Succeeded: j.sum.succeeded, Failed: j.sum.failed,
		NotStarted: len(l.items) - j.sum.succeeded - j.sum.failed,
	}
	if r.NotStarted > 0 {
		l.leave(j)
	}
	r.Elapsed = j.now()
	j.end(r.NotStarted)
	if p := j.broken.Load(); p != nil {
		panic(p)
	}
	return r
}

// leave writes the outcomes of items that were not started.
func (l *listSource[T, R]) leave(j *job[T, R]) {
	left := l.left
	if from := int(l.next.Load()); from < len(l.items) {
		left = append(left, [2]int{from, len(l.items)})
	}
	slices.SortFunc(left, func(a, b [2]int) int { return a[0] - b[0] })
	why := j.why()
	for _, part := range left {
		for i := part[0]; i < part[1]; i++ {
			at := i
			if j.all != nil {
				at = int(j.placed.Add(1)) - 1
			}
			l.out[at] = Outcome[T, R]{Index: i, Item: l.items[i], Err: why}
		}
	}
}
