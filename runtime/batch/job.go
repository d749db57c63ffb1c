package batch

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
)

// streamSample is how many items of a stream must be done before StopAbove judges them.
const streamSample = 100

// A job is what the workers of one call of Process or Stream share.
type job[T, R any] struct {
	settings
	ctx    context.Context
	call   func(context.Context, T) (R, error)
	source chunkSource[T, R]
	start  time.Time
	// total is the number of items, -1 if it is not known.
	total int
	// plain is whether a first call is nothing but call(ctx, item).
	plain bool
	// watched is whether ctx can end.
	watched bool
	// all are the places for outcomes in the order in which they are done, of which
	// placed are in use; nil if each item has its own.
	all    []Outcome[T, R]
	placed atomic.Int64

	meter *progressMeter
	// stopped tells that nothing more is to be started, and quit is closed by then.
	stopped atomic.Bool
	quit    chan struct{}
	// repeats is ctx for the waits before further attempts, which also end, with
	// ErrStopped, when nothing more is to be started. forgo ends it.
	repeats context.Context
	forgo   context.CancelCauseFunc
	// tooMany tells that failures are why.
	tooMany      atomic.Bool
	done, failed atomic.Int64 // kept up only for StopOnError and StopAbove
	// broken is what a function for progress has panicked with.
	broken atomic.Pointer[PanicError]

	workers sync.WaitGroup
	mu      sync.Mutex
	sum     jobTally
}

// A jobTally counts what has become of items.
type jobTally struct{ succeeded, failed, retries, panics int }

func newJob[T, R any](ctx context.Context, call func(context.Context, T) (R, error), s settings, total int) *job[T, R] {
	meter := newProgressMeter(&s, total)
	ctx = eventlog.Under(ctx)
	if s.by != nil {
		s.by.running.Add(1)
	}
	j := &job[T, R]{
		settings: s,
		ctx:      ctx,
		call:     call,
		start:    time.Now(),
		total:    total,
		plain:    s.timeout == 0 && s.limiter == nil,
		watched:  ctx.Done() != nil,
		meter:    meter,
		quit:     make(chan struct{}),
	}
	if s.attempts > 1 {
		j.repeats, j.forgo = context.WithCancelCause(ctx)
	}
	return j
}

// launch starts one more worker.
func (j *job[T, R]) launch() {
	j.workers.Add(1)
	w := &worker[T, R]{job: j, sizer: newChunkSizer(j.size), attempts: 1, mark: j.now()}
	go w.work()
}

// now is the time since the start: it costs half of time.Now.
func (j *job[T, R]) now() time.Duration { return time.Since(j.start) }

// halted tells that no call is to begin for an item that had none.
func (j *job[T, R]) halted() bool {
	return j.stopped.Load() || j.watched && j.ctx.Err() != nil
}

func (j *job[T, R]) stop() {
	if j.stopped.CompareAndSwap(false, true) {
		close(j.quit)
		if j.forgo != nil {
			j.forgo(ErrStopped)
		}
	}
}

// failedOne stops the job if that is too many. A share of a stream is judged by chunkDone,
// as only whole chunks tell how many are done.
func (j *job[T, R]) failedOne() {
	if j.stopping.set && !j.judgedByChunk() && float64(j.failed.Add(1)) > j.stopping.share*float64(max(j.total, 0)) {
		j.stopForFailures()
	}
}

// chunkDone stops the job if too large a share of what is done has failed.
func (j *job[T, R]) chunkDone(done, failed int) {
	if !j.judgedByChunk() {
		return
	}
	all, bad := j.done.Add(int64(done)), j.failed.Add(int64(failed))
	if all >= streamSample && float64(bad) > j.stopping.share*float64(all) {
		j.stopForFailures()
	}
}

func (j *job[T, R]) judgedByChunk() bool {
	return j.stopping.set && j.total < 0 && j.stopping.share > 0
}

func (j *job[T, R]) stopForFailures() {
	j.tooMany.Store(true)
	j.stop()
}

// settle adds what a worker has done to the figures of the Processor.
func (j *job[T, R]) settle(t jobTally) {
	j.mu.Lock()
	j.sum.succeeded += t.succeeded
	j.sum.failed += t.failed
	j.mu.Unlock()
	if p := j.by; p != nil {
		addNonZero(&p.succeeded, t.succeeded)
		addNonZero(&p.failed, t.failed)
		addNonZero(&p.retries, t.retries)
		addNonZero(&p.panics, t.panics)
	}
}

// end ends the job, of which so many items were not started. All workers have ended.
func (j *job[T, R]) end(notStarted int) {
	if p := j.by; p != nil {
		addNonZero(&p.notStarted, notStarted)
		p.running.Add(-1)
		p.runs.Add(1)
	}
	if j.forgo != nil {
		j.forgo(nil)
	}
	j.meter.end()
	if eventlog.On() {
		j.tellRun(j.ctx, j.sum.succeeded, j.sum.failed, notStarted, j.now())
	}
}

// why returns the error of items that were not started.
func (j *job[T, R]) why() error {
	cause := context.Cause(j.ctx)
	switch {
	case j.tooMany.Load() && cause != nil:
		return fmt.Errorf("%w: %w, and %w", ErrNotStarted, ErrStopped, cause)
	case j.tooMany.Load():
		return fmt.Errorf("%w: %w", ErrNotStarted, ErrStopped)
	case cause != nil:
		return fmt.Errorf("%w: %w", ErrNotStarted, cause)
	}
	return ErrNotStarted
}

func addNonZero(to *atomic.Uint64, n int) {
	if n > 0 {
		to.Add(uint64(n))
	}
}
