package batch_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// A quickCase has many items that take next to nothing, so that workers take hundreds at
// once, and some that do everything that a function can do.
type quickCase struct {
	n, concurrency int
	per            int // one item of so many is wild
	halt           int // the call that ends the context, or 0
	seed           uint64
	opts           []batch.Option
	completion     bool

	stops  bool
	cancel context.CancelCauseFunc
	calls  []atomic.Int32
	count  atomic.Int32
	now    atomic.Int32
	most   atomic.Int32
}

func newQuickCase(seed uint64) (*quickCase, context.Context) {
	r := rand.New(rand.NewPCG(seed, 3))
	c := &quickCase{
		n: r.IntN(3000), concurrency: 1 + r.IntN(8), per: []int{1 << 30, 500, 20}[r.IntN(3)], seed: seed,
		completion: r.IntN(3) == 0,
	}
	if r.IntN(3) == 0 {
		c.halt = 1 + r.IntN(c.n+1)
	}
	c.opts = []batch.Option{batch.Concurrency(c.concurrency), batch.Attempts(2), batch.Delay(0)}
	if c.completion {
		c.opts = append(c.opts, batch.ByCompletion())
	}
	if r.IntN(4) == 0 {
		c.opts = append(c.opts, batch.Size(1+r.IntN(300)))
	}
	if r.IntN(4) == 0 {
		c.stops = true
		c.opts = append(c.opts, batch.StopAbove(0.02))
	}
	c.calls = make([]atomic.Int32, c.n)
	ctx, cancel := context.WithCancelCause(context.Background())
	c.cancel = cancel
	return c, ctx
}

// deed is what the calls for an item do: none of them waits.
func (c *quickCase) deed(item int) deed {
	r := rand.New(rand.NewPCG(c.seed, uint64(item)))
	if r.IntN(c.per) != 0 {
		return returns
	}
	return []deed{fails, failsForGood, panics, exits}[r.IntN(4)]
}

// process fails once for fails, and always for failsForGood.
func (c *quickCase) process(_ context.Context, item int) (int, error) {
	if now := c.now.Add(1); now > c.most.Load() {
		c.most.Store(now)
	}
	defer c.now.Add(-1)
	call := c.calls[item].Add(1)
	if int(c.count.Add(1)) == c.halt {
		c.cancel(errShutdown)
	}
	switch c.deed(item) {
	case fails:
		if call == 1 {
			return 1, errOnce
		}
	case failsForGood:
		return 1, errOnce
	case panics:
		panic(errPermanent)
	case exits:
		runtime.Goexit()
	default:
	}
	return item + 1, nil
}

// wrong tells that this is not what becomes of an item that has been called.
func (c *quickCase) wrong(item, value int, err error) bool {
	switch c.deed(item) {
	case fails:
		if c.calls[item].Load() == 1 { // the context or the job ended before the second call
			return !errors.Is(err, errOnce) || c.halt == 0 && !c.stops
		}
		return err != nil || value != item+1
	case failsForGood:
		return !errors.Is(err, errOnce) || value != 0
	case panics:
		return !errors.Is(err, errPermanent) || value != 0
	case exits:
		return !errors.Is(err, batch.ErrGoexit) || value != 0
	default:
		return err != nil || value != item+1
	}
}

func TestProcessQuickItems(t *testing.T) {
	for seed := range uint64(stepsOf(t, 400)) {
		c, ctx := newQuickCase(seed)
		result := batch.Process(ctx, numbers(c.n), c.process, c.opts...)
		c.cancel(nil)
		var seen []int
		took := time.Duration(0)
		for i, o := range result.Outcomes {
			seen = append(seen, o.Index)
			took += o.Elapsed
			if o.Attempts != int(c.calls[o.Index].Load()) || o.Item != o.Index || !c.completion && o.Index != i {
				t.Errorf("outcome %d is %+v, of %d calls", i, o, c.calls[o.Index].Load())
			}
			if o.Attempts == 0 && !errors.Is(o.Err, batch.ErrNotStarted) || o.Attempts > 0 && c.wrong(o.Item, o.Value, o.Err) {
				t.Errorf("outcome %d is %+v", i, o)
			}
		}
		slices.Sort(seen)
		if !slices.Equal(seen, numbers(c.n)) || int(c.most.Load()) > c.concurrency || result.Succeeded+result.Failed+result.NotStarted != c.n {
			t.Errorf("%d outcomes, %d calls at once, %d %d %d of %d", len(seen), c.most.Load(), result.Succeeded, result.Failed, result.NotStarted, c.n)
		}
		if took > time.Duration(c.concurrency)*result.Elapsed {
			t.Errorf("items took %v together, and all %v", took, result.Elapsed)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestStreamQuickItems(t *testing.T) {
	for seed := range uint64(stepsOf(t, 400)) {
		c, ctx := newQuickCase(seed)
		got, last := make([]bool, c.n), -1
		for v, err := range batch.Stream(ctx, slices.Values(numbers(c.n)), c.process, c.opts...) {
			if errors.Is(err, batch.ErrNotStarted) {
				break
			}
			index := v - 1
			if item, ok := errors.AsType[*batch.ItemError](err); ok {
				index, err = item.Index, item.Err
			}
			if got[index] || !c.completion && index <= last || c.wrong(index, v, err) {
				t.Fatalf("seed %d: item %d, %v after %d", seed, index, err, last)
			}
			got[index], last = true, index
		}
		c.cancel(nil)
		for index := range got {
			if got[index] != (c.calls[index].Load() > 0) {
				t.Fatalf("seed %d: item %d had %d calls, and a result is %v", seed, index, c.calls[index].Load(), got[index])
			}
		}
		if int(c.most.Load()) > c.concurrency || c.now.Load() != 0 {
			t.Fatalf("seed %d: %d calls at once, %d run", seed, c.most.Load(), c.now.Load())
		}
	}
}
