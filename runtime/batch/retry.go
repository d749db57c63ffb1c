package batch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/eventlog"
	"github.com/cenkalti/backoff/v5"
)

// errAgain stands for the function's error in the retry library, which then finds
// nothing in it that it knows: what ends the attempts is said by our options only.
var errAgain = errors.New("once more")

// again goes on with an item whose first call returned err, and returns what the last
// one did. The library is not touched unless there is another attempt.
func (w *worker[T, R]) again(item T, err error) (R, error) {
	var none R
	j := w.job
	if j.attempts == 1 || !j.worthAnother(err) {
		return none, err
	}
	from := j.now()
	known := true // the first call is over
	waits := &fullJitter{first: j.delay, most: j.maxDelay}
	v, over := backoff.Retry(j.repeats, func() (R, error) {
		if known {
			known = false
			return none, errAgain
		}
		var v R
		if v, err = w.attempt(item, waits.last, err); err == nil {
			return v, nil
		}
		if w.attempts >= j.attempts || !j.worthAnother(err) {
			return none, backoff.Permanent(errAgain)
		}
		return none, errAgain
	}, backoff.WithBackOff(waits), backoff.WithMaxElapsedTime(0))
	if w.quick {
		w.spent = j.now() - from
		w.began += w.spent // the others have no part in it
	}
	switch {
	case over == nil:
		return v, nil
	case !errors.Is(over, errAgain): // the context or the job ended in a wait
		return none, unrepeated(err, over)
	}
	return none, err
}

// attempt calls the function once more, after a wait and last, unless nothing is to be
// started.
func (w *worker[T, R]) attempt(item T, waited time.Duration, last error) (R, error) {
	j := w.job
	cause := context.Cause(j.repeats)
	if cause == nil && j.limiter != nil {
		cause = waitForRate(j.repeats, j.limiter, nil)
	}
	if cause != nil {
		var none R
		return none, unrepeated(last, cause)
	}
	w.attempts++
	w.tally.retries++
	if eventlog.On() {
		j.tellRetry(j.ctx, w.chunk.base+w.at, w.attempts, waited, last)
	}
	return j.once(item)
}

// once calls the function, for at most the time that a call may take.
func (j *job[T, R]) once(item T) (R, error) {
	if j.timeout == 0 {
		return j.call(j.ctx, item)
	}
	ctx, cancel := context.WithTimeout(j.ctx, j.timeout)
	defer cancel()
	return j.call(ctx, item)
}

// unrepeated returns the last error of an item that would have been repeated.
func unrepeated(last, cause error) error {
	return fmt.Errorf("%w (not repeated: %w)", last, cause)
}

// worthAnother says whether the options want another attempt after err. A panic is none
// even if the function has caught it, as one of this package does.
func (s *settings) worthAnother(err error) bool {
	if _, panicked := errors.AsType[*PanicError](err); panicked {
		return false
	}
	return (s.permanent == nil || !s.permanent(err)) && (s.retryOn == nil || s.retryOn(err))
}

func (j *job[T, R]) worthAnother(err error) bool {
	return !j.halted() && j.settings.worthAnother(err)
}

// fullJitter waits for a random part of a time that doubles. last is the wait that it
// has returned last.
type fullJitter struct{ first, most, next, last time.Duration }

// Reset begins anew.
func (b *fullJitter) Reset() { b.next = min(b.first, b.most) }

// NextBackOff returns how long to wait.
func (b *fullJitter) NextBackOff() time.Duration {
	wait := b.next
	if b.next > b.most/2 {
		b.next = b.most
	} else {
		b.next *= 2
	}
	if b.last = wait; wait > 0 {
		b.last = rand.N(wait) + 1
	}
	return b.last
}
