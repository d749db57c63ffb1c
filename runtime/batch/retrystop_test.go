package batch_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// stopper is a function whose first item fails again and again, and the other one for good,
// a second after its call.
type stopper struct {
	mu          sync.Mutex
	first       int // or 0
	over        time.Time
	calls, late int
}

func (s *stopper) process(_ context.Context, item int) (int, error) {
	s.mu.Lock()
	s.calls++
	if !s.over.IsZero() && time.Now().After(s.over) {
		s.late++
	}
	if s.first == 0 {
		s.first = item
	}
	repeated := s.first == item
	s.mu.Unlock()
	if repeated {
		time.Sleep(time.Millisecond)
		return 0, errOnce
	}
	time.Sleep(time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = time.Now()
	return 0, errPermanent
}

// Once failures have stopped it, no further attempt is made, whether it waits for its time
// or for the rate.
func TestStopEndsWaits(t *testing.T) {
	for name, opts := range map[string][]batch.Option{
		"delay":      {batch.StopOnError(), batch.Delay(1 << 50), batch.MaxDelay(1 << 60)},
		"share":      {batch.StopAbove(0), batch.Delay(1 << 50), batch.MaxDelay(1 << 60)},
		"rate":       {batch.StopOnError(), batch.Delay(0), batch.Rate(1, time.Hour)},
		"one by one": {batch.StopOnError(), batch.Delay(0)},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &stopper{}
			permanent := batch.Permanent(func(err error) bool { return errors.Is(err, errPermanent) })
			opts := append(opts, permanent, batch.Attempts(1<<40), batch.Concurrency(2))
			r := batch.Process(t.Context(), []int{1, 2}, s.process, opts...)
			if time.Since(s.over) > time.Millisecond || s.late > 0 || r.Failed != 2 {
				t.Errorf("%s: it ended %v after the failure, with %d calls: %+v", name, time.Since(s.over), s.late, r)
			}
			o := r.Outcomes[s.first-1]
			if !errors.Is(o.Err, errOnce) || !errors.Is(o.Err, batch.ErrStopped) && name != "one by one" || o.Attempts+1 != s.calls {
				t.Errorf("%s: %+v of %d calls", name, o, s.calls)
			}
		})
	}
}

// A panic is none to repeat if it comes as the error of a loader, either.
func TestPanicsOfOthersAreNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		l := batch.NewSliceLoader(func(context.Context, []int) ([]int, error) {
			calls++
			panic(errOnce)
		})
		load := func(ctx context.Context, n int) (int, error) {
			v, err := l.Load(ctx, n)
			if err != nil {
				err = fmt.Errorf("it failed: %w", err)
			}
			return v, err
		}
		opts := []batch.Option{batch.Attempts(3), batch.RetryOn(func(error) bool { return true })}
		r := batch.Process(t.Context(), numbers(1), load, opts...)
		w := batch.Write(t.Context(), numbers(1), func(ctx context.Context, ns []int) ([]int, error) {
			_, err := load(ctx, ns[0])
			return nil, err
		}, nil, opts...)
		var p *batch.PanicError
		if calls != 2 || r.Outcomes[0].Attempts != 1 || w.Outcomes[0].Attempts != 1 || !errors.As(r.Err(), &p) || !errors.As(w.Err(), &p) {
			t.Errorf("%d calls, %+v, %+v", calls, r, w)
		}
	})
}
