package batch

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// writeEvery yields numbers from 1 on, with a wait before each.
func writeEvery(wait time.Duration, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if time.Sleep(wait); !yield(i + 1) {
				return
			}
		}
	}
}

func TestWriteStreamOrder(t *testing.T) {
	for name, opts := range map[string][]Option{"input": nil, "done": {ByCompletion()}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := newWriteLog(func(item, attempt int) bool { return item == 1 && attempt == 1 || item == 3 })
				opts = append(opts, MaxItems(2), Concurrency(2), Attempts(2), Delay(time.Minute))
				var got []int
				for v, err := range WriteStream(t.Context(), writeEvery(0, 6), log.write, writeFailed, opts...) {
					if e, ok := errors.AsType[*ItemError](err); ok && errors.Is(err, errWrite) {
						v = -e.Index
					}
					got = append(got, v)
				}
				first := got[0]
				if slices.Sort(got); !slices.Equal(got, []int{-2, 1, 2, 4, 5, 6}) {
					t.Errorf("results: %v", got)
				}
				if (first == 1) != (name == "input") {
					t.Errorf("the first result is %d", first)
				}
			})
		})
	}
}

// A call that is not full waits for items only as long as it is said, and not at all if
// nobody can come.
func TestWriteStreamLingers(t *testing.T) {
	for _, test := range []struct {
		opts []Option
		want int // the items of the first call
	}{
		{nil, 1},
		{[]Option{Linger(0)}, 1},
		{[]Option{Linger(time.Second)}, 4},
		{[]Option{MaxBytes(3, func(int) int { return 1 }), Linger(time.Hour)}, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			log := newWriteLog(nil)
			n := 0
			for range WriteStream(t.Context(), writeEvery(500*time.Millisecond, 8), log.write, nil, append(test.opts, MaxItems(4))...) {
				n++
			}
			if n != 8 || len(log.calls[0]) != test.want || time.Since(log.start) > 4*time.Second+time.Millisecond {
				t.Errorf("%d results after %v of calls %v", n, time.Since(log.start), log.calls)
			}
		})
	}
}

// A consumer that takes one result after the other does not make calls small.
func TestWriteStreamFillsCallsForSlowConsumers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newWriteLog(nil)
		for range WriteStream(t.Context(), writeEvery(0, 100), log.write, nil, MaxItems(10), Concurrency(2)) {
			time.Sleep(time.Second)
		}
		if len(log.calls) != 10 {
			t.Errorf("calls: %v", log.calls)
		}
	})
}

// One item that is repeated again and again holds up a bounded number of others.
func TestWriteStreamIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newWriteLog(func(item, attempt int) bool { return item == 1 && attempt < 4 })
		var taken atomic.Int64
		pulled, most := int64(0), int64(0)
		source := func(yield func(int) bool) {
			for i := range 1000 {
				pulled++
				most = max(most, pulled-taken.Load())
				if !yield(i + 1) {
					return
				}
			}
		}
		for range WriteStream(t.Context(), source, log.write, writeFailed, MaxItems(10), Concurrency(3), Attempts(4)) {
			taken.Add(1)
		}
		if n := taken.Load(); n != 1000 || most < 30 || most > 31 { // one that was not counted yet
			t.Errorf("%d results, and %d items were held", n, most)
		}
	})
}

func TestWriteStreamHalts(t *testing.T) {
	enough := errors.New("enough")
	for name, test := range map[string]struct {
		stop    Option
		after   time.Duration
		results int
		is      error
	}{
		"cancelled": {after: 2500 * time.Millisecond, results: 12, is: enough},
		"stopped":   {stop: StopOnError(), after: time.Hour, results: 8, is: ErrStopped},
		"complete":  {after: time.Hour, results: 19},
		"too late":  {after: 4500 * time.Millisecond, results: 19},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer time.AfterFunc(test.after, func() { cancel(enough) }).Stop()
				log := newWriteLog(func(item, _ int) bool { return item == 6 })
				log.takes = time.Second
				p, n := &Processor{}, 0
				var last error
				for _, err := range WriteStream(ctx, writeEvery(0, 19), log.write, writeFailed, p, test.stop, MaxItems(2), Concurrency(2)) {
					if last = err; !errors.Is(err, ErrNotStarted) {
						n++
					}
				}
				if test.is == nil && errors.Is(last, ErrNotStarted) || n != test.results || test.is != nil && !(errors.Is(last, ErrNotStarted) && errors.Is(last, test.is)) {
					t.Errorf("%d results, and in the end %v", n, last)
				}
				if s := p.Stats(); s.Succeeded != uint64(n-1) || s.Failed != 1 || s.Running != 0 || s.Runs != 1 {
					t.Errorf("stats: %+v", s)
				}
				cancel(nil)
			})
		})
	}
}

// A consumer that breaks off ends what runs, and the source.
func TestWriteStreamBreaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended, cancelled atomic.Int64
		source := func(yield func(int) bool) {
			defer func() { ended.Add(1) }()
			for i := 0; yield(i); i++ {
			}
		}
		start := time.Now()
		stream := WriteStream(t.Context(), source, func(ctx context.Context, items []int) ([]int, error) {
			if items[0] < 2 {
				return items, nil
			}
			<-ctx.Done()
			cancelled.Add(1)
			return nil, ctx.Err()
		}, nil, MaxItems(2), Concurrency(2))
		for range 2 { // each time from the start
			for v := range stream {
				if v == 1 {
					time.Sleep(time.Second)
					break
				}
			}
		}
		if ended.Load() != 2 || cancelled.Load() == 0 || time.Since(start) != 2*time.Second {
			t.Errorf("ended %d, cancelled %d, after %v", ended.Load(), cancelled.Load(), time.Since(start))
		}
	})
}

func TestWriteStreamPanics(t *testing.T) {
	log := newWriteLog(nil)
	broken := func(yield func(int) bool) {
		if yield(1) && yield(2) {
			panic("source")
		}
	}
	n := 0
	loop := func(source iter.Seq[int], body func(), opts ...Option) any {
		p := protect(func() {
			for range WriteStream(t.Context(), source, log.write, nil, opts...) {
				n++
				body()
			}
		})
		if inner, ok := p.Value.(*PanicError); ok {
			return inner.Value
		}
		return p.Value
	}
	if v := loop(broken, func() {}); v != "source" || n != 2 {
		t.Errorf("panic: %v after %d results", v, n)
	}
	progress := WithProgress(func(int, int) { panic("progress") })
	if v := loop(writeEvery(0, 1000), func() {}, progress); v != "progress" {
		t.Errorf("panic: %v", v)
	}
	if v := loop(writeEvery(0, 1000), func() { panic("body") }); v != "body" {
		t.Errorf("panic: %v", v)
	}
}
