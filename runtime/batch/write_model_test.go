package batch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// writeModel is a function of many items that fails at random, in all ways, and knows
// what must become of each item.
type writeModel struct {
	t                          testing.TB
	rng                        *rand.Rand
	n, max, concurrency, tries int
	maxBytes                   int
	chance                     float64 // of each failure
	stops, completion          bool    // after failures; the order

	mu      sync.Mutex
	running int
	calls   map[int]int // attempts of each item
	last    map[int]error
	first   []int // items in the order of their first calls
}

type writeModelResult struct {
	item int
	err  error
}

var (
	errModelAgain     = errors.New("again")
	errModelPermanent = errors.New("permanent")
	errModelCall      = errors.New("the whole call")
	errModelPanic     = errors.New("panic")
)

func newWriteModel(t testing.TB, seed uint64) *writeModel {
	rng := rand.New(rand.NewPCG(seed, 1))
	m := &writeModel{
		t: t, rng: rng, n: rng.IntN(60), max: 1 + rng.IntN(12), concurrency: 1 + rng.IntN(5), tries: 1 + rng.IntN(4),
		maxBytes: 10 + rng.IntN(60), chance: []float64{0, 0.01, 0.05, 0.2}[rng.IntN(4)],
		calls: map[int]int{}, last: map[int]error{},
	}
	return m
}

func (m *writeModel) weight(item int) int { return item * 7 % 23 }

func (m *writeModel) options() []Option {
	opts := []Option{
		MaxItems(m.max), MaxBytes(int64(m.maxBytes), m.weight), Concurrency(m.concurrency), Attempts(m.tries),
		Delay(time.Duration(m.rng.IntN(3)) * time.Second),
		Permanent(func(err error) bool { return errors.Is(err, errModelPermanent) }),
	}
	for i, o := range []Option{
		StopAbove(0.3), StopOnError(), ByCompletion(), Timeout(time.Second), Rate(7, time.Second), Linger(0), MaxDelay(time.Second),
	} {
		if m.rng.IntN(5) == 0 {
			opts = append(opts, o)
			m.stops, m.completion = m.stops || i < 2, m.completion || i == 2
		}
	}
	return opts
}

func (m *writeModel) write(ctx context.Context, items []int) ([]writeModelResult, error) {
	m.mu.Lock()
	m.running++
	m.check(items)
	for _, item := range items {
		if m.calls[item]++; m.calls[item] == 1 {
			m.first = append(m.first, item)
		}
	}
	wait := time.Duration(m.rng.IntN(1500)) * time.Millisecond
	m.mu.Unlock()
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running--
	clear := slices.Clone(items)
	for i := range items {
		items[i] = -1 // it is ours
	}
	if ctx.Err() != nil {
		return nil, m.all(clear, ctx.Err())
	}
	return m.end(clear)
}

// check looks at the limits.
func (m *writeModel) check(items []int) {
	bytes := 0
	for _, item := range items {
		bytes += m.weight(item)
	}
	if len(items) == 0 || len(items) > m.max || bytes > m.maxBytes || m.running > m.concurrency || !slices.IsSorted(items) {
		m.t.Errorf("call %d of %v, which is %d bytes; limits %d, %d, %d", m.running, items, bytes, m.concurrency, m.max, m.maxBytes)
	}
}

// all notes an error of all items.
func (m *writeModel) all(items []int, err error) error {
	for _, item := range items {
		m.last[item] = err
	}
	return err
}

func (m *writeModel) happens() bool { return m.rng.Float64() < m.chance }

func (m *writeModel) end(items []int) ([]writeModelResult, error) {
	results := make([]writeModelResult, len(items))
	switch {
	case m.happens():
		return results, m.all(items, fmt.Errorf("%w", errModelCall))
	case m.happens():
		panic(m.all(items, errModelPanic))
	case m.happens():
		m.all(items, ErrGoexit)
		runtime.Goexit()
	case m.happens():
		m.all(items, ErrContract)
		return append(results, writeModelResult{}), nil
	}
	for i, item := range items {
		results[i] = writeModelResult{item: item}
		switch {
		case m.happens():
			results[i].err = fmt.Errorf("%w", errModelPermanent)
		case m.rng.Float64() < 3*m.chance:
			results[i].err = fmt.Errorf("%w", errModelAgain)
		}
		m.last[item] = results[i].err
	}
	return results, nil
}

func (m *writeModel) failed(r writeModelResult) error { return r.err }

// judge compares what is said about an item with what has happened to it.
func (m *writeModel) judge(item int, r writeModelResult, err error, halted bool) {
	m.t.Helper()
	calls, last := m.calls[item], m.last[item]
	final := errors.Is(last, errModelPanic) || errors.Is(last, ErrGoexit) || errors.Is(last, ErrContract) || errors.Is(last, errModelPermanent)
	switch {
	case calls == 0 && m.weight(item) > m.maxBytes && !halted, errors.Is(err, ErrTooLarge):
		if calls != 0 || !errors.Is(err, ErrTooLarge) || m.weight(item) <= m.maxBytes {
			m.t.Errorf("item %d of %d bytes: %d calls, %v", item, m.weight(item), calls, err)
		}
	case calls == 0:
		if !halted || !errors.Is(err, ErrNotStarted) {
			m.t.Errorf("item %d: no call, %v", item, err)
		}
	case calls > m.tries, !errors.Is(err, last), r != writeModelResult{} && r.item != item:
		m.t.Errorf("item %d: %v, %v after %d calls, of which the last gave %v", item, r, err, calls, last)
	case err == nil && r.item != item && item != 0, final && calls > m.tries:
		m.t.Errorf("item %d: %v without an error", item, r)
	case err != nil && !final && calls < m.tries && !halted:
		m.t.Errorf("item %d: %d calls although %d are allowed, %v", item, calls, m.tries, err)
	}
}

func TestWriteModel(t *testing.T) {
	for seed := range uint64(2000) {
		synctest.Test(t, func(t *testing.T) {
			m := newWriteModel(t, seed)
			ctx, cancel := context.WithCancel(t.Context())
			if m.rng.IntN(3) == 0 {
				time.AfterFunc(time.Duration(m.rng.IntN(5000))*time.Millisecond, cancel)
			}
			defer cancel()
			p, items := &Processor{}, make([]int, m.n)
			for i := range items {
				items[i] = i
			}
			r := Write(ctx, items, m.write, m.failed, append(m.options(), p)...)
			m.complete(r, p.Stats())
			halted := ctx.Err() != nil || m.stops && r.Failed > 0
			for _, o := range r.Outcomes {
				m.judge(o.Item, o.Value, o.Err, halted)
				if o.Attempts != m.calls[o.Item] {
					t.Errorf("item %d: %d attempts of %d", o.Item, o.Attempts, m.calls[o.Item])
				}
			}
			if m.concurrency == 1 && !slices.IsSorted(m.first) {
				t.Errorf("items were sent in the order %v", m.first)
			}
			if t.Failed() {
				t.Fatalf("seed %d: %+v", seed, m)
			}
		})
	}
}

// complete checks that there is one outcome for each item, and the figures.
func (m *writeModel) complete(r Result[int, writeModelResult], s ProcessorStats) {
	var seen []int
	var good, bad, skipped, retries int
	for _, o := range r.Outcomes {
		seen = append(seen, o.Index)
		retries += max(0, o.Attempts-1)
		switch {
		case o.Err == nil:
			good++
		case errors.Is(o.Err, ErrNotStarted):
			skipped++
		default:
			bad++
		}
		if o.Index != o.Item {
			m.t.Errorf("item %d has index %d", o.Item, o.Index)
		}
	}
	slices.Sort(seen)
	if !slices.Equal(seen, slices.Compact(slices.Clone(seen))) || len(seen) != m.n {
		m.t.Errorf("outcomes: %v", seen)
	}
	if good != r.Succeeded || bad != r.Failed || skipped != r.NotStarted {
		m.t.Errorf("%d, %d, %d in %+v", good, bad, skipped, r)
	}
	if want := (ProcessorStats{
		Runs: 1, Succeeded: uint64(good), Failed: uint64(bad), NotStarted: uint64(skipped), Retries: uint64(retries), Panics: s.Panics,
	}); s != want {
		m.t.Errorf("stats: %+v, want %+v", s, want)
	}
}
