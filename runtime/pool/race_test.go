package pool_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/pool"
)

// meet waits until both of two goroutines have called it for a round, at the same moment
// as nearly as possible.
func meet(arrived *atomic.Int64, round int) {
	arrived.Add(1)
	for tries := 0; arrived.Load() < 2*int64(round+1); tries++ {
		if tries > 1000 {
			runtime.Gosched()
		}
	}
}

// One goroutine gives the only resource back in the moment in which the other begins to
// wait for it, and then does nothing that would help it.
func TestReleaseMeetsAcquire(t *testing.T) {
	o := options()
	o.Max, o.AcquireTimeout = 1, 10*time.Second
	p := pool.New(o)
	rounds := int(number(t, "BUNSUI_STEPS", 100_000))
	var arrived atomic.Int64
	var wait sync.WaitGroup
	failed := atomic.Bool{}
	for me := range 2 {
		wait.Go(func() {
			var lease pool.Lease[*int]
			if me == 0 {
				lease, _ = p.Acquire(context.Background())
			}
			for round := range rounds {
				meet(&arrived, round)
				var err error
				if round%2 == me {
					err = lease.Release()
				} else {
					lease, err = p.Acquire(context.Background())
				}
				if err != nil && !failed.Swap(true) {
					t.Errorf("round %d: %v", round, err)
				}
				if failed.Load() {
					arrived.Add(int64(rounds) * 2) // nobody waits for us
					return
				}
			}
			_ = lease.Release()
		})
	}
	wait.Wait()
	must(t, p.Close(context.Background()))
}

// Once Suspend and Quiet have returned, nobody has anything until Resume.
func TestSuspendMeetsAcquire(t *testing.T) {
	p := pool.New(options())
	var users sync.WaitGroup
	var used atomic.Int64
	stop := atomic.Bool{}
	for range 4 {
		users.Go(func() {
			for !stop.Load() {
				l, err := p.Acquire(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				used.Add(1)
				_ = l.Release()
				runtime.Gosched() // or the others wait for the scheduler most of the time
			}
		})
	}
	for range int(number(t, "BUNSUI_STEPS", 20_000)) / 20 {
		p.Suspend()
		must(t, p.Quiet(context.Background()))
		before := p.Stats().Acquired
		runtime.Gosched()
		if now := p.Stats(); now.Acquired != before || now.InUse != 0 {
			t.Fatalf("%d were acquired while the pool was suspended", now.Acquired-before)
		}
		p.Resume()
		runtime.Gosched()
	}
	stop.Store(true)
	users.Wait()
	must(t, p.Close(context.Background()))
}
