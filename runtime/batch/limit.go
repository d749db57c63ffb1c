package batch

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// newRateLimiter lets n calls begin in a period, one after the other.
func newRateLimiter(n int, per time.Duration) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(float64(n)/per.Seconds()), 1)
}

// admit waits until the first call for an item may begin, and returns false if the job
// halts before.
func (j *job[T, R]) admit() bool {
	return waitForRate(j.ctx, j.limiter, j.quit) == nil && !j.halted()
}

// waitForRate waits until the limiter lets a call begin, and returns nil. If ctx ends
// before, it returns its cause, and if quit is closed before, ErrStopped. The limiter's
// own Wait gives up at once if the deadline is too near, without a cause.
func waitForRate(ctx context.Context, l *rate.Limiter, quit <-chan struct{}) error {
	r := l.Reserve()
	wait := r.Delay()
	if wait == 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		r.Cancel()
		return context.Cause(ctx)
	case <-quit:
		r.Cancel()
		return ErrStopped
	}
}
