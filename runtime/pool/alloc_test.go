package pool_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

func options() pool.Options[*int] {
	return pool.Options[*int]{
		New: func(context.Context) (*int, error) { return new(int), nil },
		Max: 4, MaxAge: time.Hour, MaxIdle: time.Hour,
		Ping: func(context.Context, *int) error { return nil },
	}
}

func TestAcquireDoesNotAllocate(t *testing.T) {
	p := pool.New(options())
	ctx := context.Background()
	n := testing.AllocsPerRun(100, func() {
		l, err := p.Acquire(ctx)
		must(t, err)
		_ = l.Value()
		must(t, l.Release())
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
	must(t, p.Close(ctx))
}

func TestWaitingDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("sync.Pool forgets at random under the race detector")
	}
	pool.Recycle(t)
	p := pool.New(options())
	ctx := context.Background()
	const goroutines, uses = 64, 1000
	round := func(uses int) {
		var wait sync.WaitGroup
		for range goroutines {
			wait.Go(func() {
				for range uses {
					l, err := p.Acquire(ctx)
					if err != nil {
						t.Error(err)
						return
					}
					runtime.Gosched()
					if err := l.Release(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
	}
	round(10)
	waited := p.Stats().Waits
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	round(uses)
	runtime.ReadMemStats(&after)
	waited = p.Stats().Waits - waited
	if n := float64(after.Mallocs-before.Mallocs) / float64(waited); waited < uses || n > 0.2 {
		t.Errorf("%v allocations for each of %d waits", n, waited)
	}
	must(t, p.Close(ctx))
}
