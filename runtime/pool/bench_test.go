package pool_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

// newNumbers makes a pool as they are in production: with ages, waiters used again, and
// a clock that ticks.
func newNumbers(b *testing.B, size int) *pool.Pool[*int] {
	clock.Tick(b)
	pool.Recycle(b)
	p := pool.New(pool.Options[*int]{
		New: func(context.Context) (*int, error) { return new(int), nil },
		Min: size, Max: size, MaxAge: time.Hour, MaxIdle: time.Minute,
		Ping: func(context.Context, *int) error { return nil },
	})
	must(b, p.Start(context.Background()))
	b.Cleanup(func() { must(b, p.Close(context.Background())) })
	b.ReportAllocs()
	return p
}

func use(b *testing.B, p *pool.Pool[*int], hold func()) {
	l, err := p.Acquire(context.Background())
	if err != nil {
		b.Error(err)
		return
	}
	hold()
	if err := l.Release(); err != nil {
		b.Error(err)
	}
}

func nothing() {}

func BenchmarkAcquireRelease(b *testing.B) {
	p := newNumbers(b, 20)
	for b.Loop() {
		use(b, p, nothing)
	}
}

func BenchmarkAcquireReleaseParallel(b *testing.B) {
	p := newNumbers(b, 20)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			use(b, p, nothing)
		}
	})
}

// BenchmarkFloor is what a pool of one resource would cost at least if it were guarded by
// a mutex.
func BenchmarkFloor(b *testing.B) {
	var mu sync.Mutex
	guarded := 0
	for b.Loop() {
		for range 2 {
			mu.Lock()
			guarded++
			mu.Unlock()
		}
	}
}

// BenchmarkWaiting has 64 goroutines wait for 4 resources.
func BenchmarkWaiting(b *testing.B) {
	p := newNumbers(b, 4)
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			use(b, p, runtime.Gosched)
		}
	})
}
