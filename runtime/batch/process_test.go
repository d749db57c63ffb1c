package batch_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

func TestProcessNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := batch.Process(ctx, nil, trivial, batch.Size(3), batch.StopOnError())
	if r.Outcomes == nil || len(r.Outcomes) != 0 || r.Err() != nil {
		t.Errorf("%+v", r)
	}
}

func TestProcessEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errShutdown)
	r := batch.Process(ctx, numbers(3), trivial)
	if r.NotStarted != 3 || !errors.Is(r.Err(), errShutdown) || !errors.Is(r.Err(), batch.ErrNotStarted) {
		t.Errorf("%+v", r)
	}
	if r.Outcomes[2].Item != 2 || r.Outcomes[2].Attempts != 0 {
		t.Errorf("%+v", r.Outcomes)
	}
}

// What an earlier result left in the reused outcomes must not be seen again.
func TestProcessIntoReuses(t *testing.T) {
	r := batch.Process(t.Context(), []int{-1, -2, -3}, trivial)
	if r.Failed != 3 {
		t.Fatalf("%+v", r)
	}
	again := batch.ProcessInto(t.Context(), r.Outcomes, []int{7, 8}, trivial)
	if &again.Outcomes[0] != &r.Outcomes[0] || again.Err() != nil || !slices.Equal(again.Values(), []int{8, 9}) {
		t.Errorf("%+v", again)
	}
}

// What a run allocates is that of its workers, and of what else the process does meanwhile:
// far less than one for each item.
func TestProcessDoesNotAllocateForItems(t *testing.T) {
	items := numbers(20_000)
	out := make([]batch.Outcome[int, int], len(items))
	for _, opt := range []batch.Option{batch.Attempts(3), batch.Size(7), batch.ByCompletion()} {
		if n := testing.AllocsPerRun(5, func() { batch.ProcessInto(t.Context(), out, items, trivial, opt) }); n > 500 {
			t.Errorf("%v allocations", n)
		}
	}
}

// A size that would leave workers without items is cut, so that concurrency is kept.
func TestSizeLeavesItemsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sleep := func(context.Context, int) (int, error) { time.Sleep(time.Second); return 0, nil }
		for _, opt := range []batch.Option{batch.Size(100), nil} {
			r := batch.Process(t.Context(), numbers(10), sleep, batch.Concurrency(5), opt)
			if r.Elapsed != 2*time.Second {
				t.Errorf("10 items of a second, 5 at once, took %v", r.Elapsed)
			}
		}
	})
}

// runtime.Goexit ends a goroutine each time, and never the last one.
func TestGoexitEverywhere(t *testing.T) {
	for _, opt := range []batch.Option{batch.Size(4), batch.ByCompletion(), batch.Attempts(3), batch.Timeout(time.Hour)} {
		r := batch.Process(t.Context(), numbers(20), func(context.Context, int) (int, error) {
			runtime.Goexit()
			return 0, nil
		}, batch.Concurrency(1), opt)
		if r.Failed != 20 || !errors.Is(r.Outcomes[19].Err, batch.ErrGoexit) {
			t.Errorf("%+v", r)
		}
	}
}

func TestPanicIsTheItemsError(t *testing.T) {
	p := batch.NewProcessor("panic")
	r := batch.Process(t.Context(), numbers(3), func(_ context.Context, i int) (int, error) {
		return numbers(2)[i], nil
	}, p, batch.Attempts(5))
	var panicked *batch.PanicError
	if r.Succeeded != 2 || !errors.As(r.Outcomes[2].Err, &panicked) || r.Outcomes[2].Attempts != 1 {
		t.Fatalf("%+v", r)
	}
	if _, ok := panicked.Value.(runtime.Error); !ok || len(panicked.Stack) == 0 {
		t.Errorf("%+v", panicked)
	}
	if p.Stats().Panics != 1 {
		t.Errorf("%+v", p.Stats())
	}
}

// A predicate belongs to its item as the function does.
func TestPanicOfPredicate(t *testing.T) {
	bad := func(error) bool { panic(errOnce) }
	for _, opt := range []batch.Option{batch.RetryOn(bad), batch.Permanent(bad)} {
		r := batch.Process(t.Context(), []int{-1, 1}, trivial, batch.Attempts(2), opt)
		if r.Succeeded != 1 || !errors.Is(r.Err(), errOnce) {
			t.Errorf("%+v", r)
		}
	}
}

func TestPanicOfProgress(t *testing.T) {
	for _, bad := range []func(int, int){
		func(int, int) { panic(errOnce) },
		func(int, int) { runtime.Goexit() },
	} {
		p := batch.NewProcessor("progress", batch.WithProgress(bad))
		value := recovered(func() { batch.Process(t.Context(), numbers(1000), trivial, p, batch.Size(1)) })
		if _, ok := value.(*batch.PanicError); !ok || p.Stats().Running != 0 {
			t.Errorf("Process panicked with %v", value)
		}
		value = recovered(func() {
			for _, err := range batch.Stream(t.Context(), slices.Values(numbers(1000)), trivial, p) {
				if err != nil {
					t.Error(err)
				}
			}
		})
		if _, ok := value.(*batch.PanicError); !ok {
			t.Errorf("the stream panicked with %v", value)
		}
	}
}

// recovered returns what f panicked with.
func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

type countedMeter struct {
	done  int
	ended atomic.Int32
}

func (m *countedMeter) Done(done int) { m.done = done }
func (m *countedMeter) End()          { m.ended.Add(1) }

func TestMeter(t *testing.T) {
	var meters []*countedMeter
	totals := []int{}
	p := batch.NewProcessor("meter", batch.WithMeter(func(total int) batch.Meter {
		totals = append(totals, total)
		meters = append(meters, &countedMeter{})
		return meters[len(meters)-1]
	}))
	batch.Process(t.Context(), numbers(50), trivial, p)
	for range batch.Stream(t.Context(), slices.Values(numbers(50)), trivial, p) {
		break
	}
	batch.Process(t.Context(), nil, trivial, p)
	if !slices.Equal(totals, []int{50, -1, 0}) || meters[0].done != 50 {
		t.Errorf("totals are %v, done %d", totals, meters[0].done)
	}
	for _, m := range meters {
		if m.ended.Load() != 1 {
			t.Errorf("ended %d times", m.ended.Load())
		}
	}
}

func TestStopAbove(t *testing.T) {
	bad := slices.Repeat([]int{-1}, 20)
	r := batch.Process(t.Context(), append(bad, numbers(80)...), trivial, batch.Concurrency(1), batch.StopAbove(0.1))
	if r.Failed != 11 || r.NotStarted != 89 || !errors.Is(r.Err(), batch.ErrStopped) {
		t.Errorf("%d failed, %d not started", r.Failed, r.NotStarted)
	}
	r = batch.Process(t.Context(), append(bad[:10], numbers(90)...), trivial, batch.StopAbove(0.1))
	if r.Failed != 10 || r.NotStarted != 0 {
		t.Errorf("%d failed, %d not started", r.Failed, r.NotStarted)
	}
}
