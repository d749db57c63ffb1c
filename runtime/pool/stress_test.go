package pool_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// A guarded resource knows whether somebody else uses it.
type guarded struct {
	busy   atomic.Bool
	closed atomic.Int32
}

// stress counts what a test of many goroutines sees.
type stress struct {
	*testing.T
	open  atomic.Int64
	limit atomic.Int64 // no more are open than this
}

func (s *stress) options() pool.Options[*guarded] {
	return pool.Options[*guarded]{
		Max: 4, MaxAge: 3 * time.Millisecond, MaxIdle: 2 * time.Millisecond, PingAfter: pool.None, Logger: silent,
		Backoff: time.Microsecond, MaxBackoff: 10 * time.Microsecond, AcquireTimeout: 20 * time.Second,
		New: func(context.Context) (*guarded, error) {
			if rand.IntN(10) == 0 {
				return nil, errDown
			}
			if n := s.open.Add(1); n > s.limit.Load() {
				s.Errorf("%d open", n)
			}
			return new(guarded), nil
		},
		Close: func(_ context.Context, g *guarded) error {
			if g.busy.Load() || g.closed.Add(1) != 1 {
				s.Error("closed while in use, or twice")
			}
			s.open.Add(-1)
			return nil
		},
		Ping: func(context.Context, *guarded) error {
			if rand.IntN(20) == 0 {
				return errDown
			}
			return nil
		},
	}
}

// use does one of the things that users do.
func (s *stress) use(p *pool.Pool[*guarded]) {
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	if rand.IntN(4) == 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(200))*time.Microsecond)
	}
	defer cancel()
	acquire := p.Acquire
	if rand.IntN(8) == 0 {
		acquire = p.TryAcquire
	}
	l, err := acquire(ctx)
	if err != nil {
		if errors.Is(err, pool.ErrTimeout) || errors.Is(err, pool.ErrClosed) {
			s.Error(err)
		}
		return
	}
	g := l.Value()
	if g.busy.Swap(true) || g.closed.Load() != 0 {
		s.Error("got one that somebody uses, or that is closed")
	}
	if rand.IntN(4) == 0 {
		time.Sleep(time.Microsecond)
	}
	g.busy.Store(false)
	end := l.Release
	if rand.IntN(16) == 0 {
		end = l.Discard
	}
	if err := end(); err != nil {
		s.Error(err)
	}
	if err := l.Release(); !errors.Is(err, pool.ErrReleased) {
		s.Errorf("second release: %v", err)
	}
}

// TestStress has real goroutines do all at once, for what no bubble can order.
func TestStress(t *testing.T) {
	s := &stress{T: t}
	s.limit.Store(6)
	p := pool.New(s.options())
	must(t, p.Start(t.Context()))
	uses := int(number(t, "BUNSUI_STEPS", 20_000)) / 16
	var users sync.WaitGroup
	for range 16 {
		users.Go(func() {
			for range uses {
				s.use(p)
			}
		})
	}
	end := every(100*time.Microsecond, func() {
		switch rand.IntN(4) {
		case 0:
			if err := p.Resize(rand.IntN(3), 2+rand.IntN(5)); err != nil {
				t.Error(err)
			}
		case 1:
			p.Suspend()
			p.Resume()
		case 2:
			p.Reset()
		case 3:
			_ = p.Stats()
		}
	})
	users.Wait()
	end()
	must(t, p.Close(context.Background()))
	if st := p.Stats(); st.Open() != 0 || st.Created != st.Closed || s.open.Load() != 0 {
		t.Errorf("%d are open; %+v", s.open.Load(), st)
	}
}
