package batch_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// Who gives the largest number wants no bound, and gets no more than there are items.
func TestNumbersWithoutBound(t *testing.T) {
	identity := func(_ context.Context, n int) (int, error) { return n, nil }
	all := func(_ context.Context, ns []int) ([]int, error) { return ns, nil }
	none := func(int) error { return nil }
	for _, n := range []int{math.MaxInt, math.MaxInt / 2, 100_000_000} {
		for _, opts := range [][]batch.Option{
			{batch.Concurrency(n)},
			{batch.Concurrency(n), batch.Size(n), batch.MaxItems(n)},
			{batch.Concurrency(2), batch.Size(n), batch.MaxItems(n)},
			{batch.Concurrency(n), batch.Size(3), batch.MaxItems(3)},
		} {
			items := numbers(1000)
			before := allocated()
			for name, r := range map[string]batch.Result[int, int]{
				"Process": batch.Process(t.Context(), items, identity, opts...),
				"Write":   batch.Write(t.Context(), items, all, none, opts...),
			} {
				if !slices.Equal(r.Values(), items) {
					t.Errorf("%s: %+v", name, r)
				}
			}
			got := 0
			for v, err := range batch.Stream(t.Context(), slices.Values(items), identity, opts...) {
				if v != got || err != nil {
					t.Errorf("Stream: %d, %v", v, err)
				}
				got++
			}
			for v, err := range batch.WriteStream(t.Context(), slices.Values(items), all, none, opts...) {
				if v != got-1000 || err != nil {
					t.Errorf("WriteStream: %d, %v", v, err)
				}
				got++
			}
			if took := allocated() - before; got != 2000 || took > 50<<20 {
				t.Errorf("%d results with %d, for %d bytes", got, n, took)
			}
		}
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// More calls end at the same time than are noticed at once.
func TestWriteEndsTogether(t *testing.T) {
	gate := make(chan struct{})
	begun := make(chan struct{})
	go func() {
		for range 500 {
			<-begun
		}
		close(gate)
	}()
	r := batch.Write(t.Context(), numbers(500), func(_ context.Context, ns []int) ([]int, error) {
		begun <- struct{}{}
		<-gate
		return ns, nil
	}, nil, batch.MaxItems(1), batch.Concurrency(500))
	if r.Succeeded != 500 {
		t.Errorf("%+v", r)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errShutdown)
	if r := batch.Write(ctx, numbers(3), nil, func(int) error { return nil }, batch.Concurrency(math.MaxInt)); r.NotStarted != 3 || !errors.Is(r.Err(), errShutdown) {
		t.Errorf("%+v", r)
	}
}
