package batch

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var errWrite = errors.New("it was not written")

// writeLog is a function of many items that notes its calls.
type writeLog struct {
	mu    sync.Mutex
	calls [][]int
	times []time.Duration
	start time.Time
	tries map[int]int
	// fails says whether an attempt, from 1 on, for an item fails.
	fails func(item, attempt int) bool
	takes time.Duration
}

func newWriteLog(fails func(item, attempt int) bool) *writeLog {
	return &writeLog{start: time.Now(), tries: map[int]int{}, fails: fails}
}

// write returns -item for a failure.
func (l *writeLog) write(_ context.Context, items []int) ([]int, error) {
	time.Sleep(l.takes)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, slices.Clone(items))
	l.times = append(l.times, time.Since(l.start))
	results := make([]int, len(items))
	for i, item := range items {
		l.tries[item]++
		results[i] = item
		if l.fails != nil && l.fails(item, l.tries[item]) {
			results[i] = -item
		}
	}
	return results, nil
}

func writeFailed(result int) error {
	if result < 0 {
		return errWrite
	}
	return nil
}

func writeNumbers(n int) []int {
	items := make([]int, n)
	for i := range items {
		items[i] = i + 1
	}
	return items
}

func wantWritten(t *testing.T, r Result[int, int], succeeded, failed, notStarted int) {
	t.Helper()
	if r.Succeeded != succeeded || r.Failed != failed || r.NotStarted != notStarted || len(r.Outcomes) != succeeded+failed+notStarted {
		t.Errorf("%d succeeded, %d failed, %d not started of %d; want %d, %d, %d",
			r.Succeeded, r.Failed, r.NotStarted, len(r.Outcomes), succeeded, failed, notStarted)
	}
}

func TestWriteFillsCalls(t *testing.T) {
	for _, test := range []struct {
		n    int
		opts []Option
		want string
	}{
		{0, nil, "[]"},
		{1, nil, "[1]"},
		{250, nil, "[100 100 50]"},
		{25, []Option{MaxItems(10)}, "[10 10 5]"},
		{7, []Option{MaxBytes(10, func(n int) int { return n })}, "[4 1 1 1]"}, // 1+2+3+4, 5, 6, 7
		{4, []Option{MaxItems(2), MaxBytes(10, func(n int) int { return n })}, "[2 2]"},
		{3, []Option{MaxBytes(10, func(int) int { return 0 })}, "[3]"},
	} {
		log := newWriteLog(nil)
		r := Write(t.Context(), writeNumbers(test.n), log.write, writeFailed, append(test.opts, Concurrency(1))...)
		wantWritten(t, r, test.n, 0, 0)
		lengths := []int{}
		for _, call := range log.calls {
			lengths = append(lengths, len(call))
		}
		if got := fmt.Sprint(lengths); got != test.want {
			t.Errorf("%d items: calls of %s, want %s", test.n, got, test.want)
		}
		if !slices.IsSorted(slices.Concat(log.calls...)) || !slices.Equal(r.Values(), writeNumbers(test.n)) {
			t.Errorf("%d items: %v gave %v", test.n, log.calls, r.Values())
		}
	}
}

// What has failed is sent again together with what was never sent.
func TestWriteRepeatsOnlyFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Processor{}
		log := newWriteLog(func(item, attempt int) bool { return item == 2 && attempt == 1 || item == 9 })
		log.takes = 3 * time.Second
		r := Write(t.Context(), writeNumbers(10), log.write, writeFailed, p,
			MaxItems(3), Concurrency(1), Attempts(3), Delay(time.Second))
		want := [][]int{{1, 2, 3}, {4, 5, 6}, {2, 7, 8}, {9, 10}, {9}, {9}}
		if !reflect.DeepEqual(log.calls, want) {
			t.Errorf("calls: %v, want %v", log.calls, want)
		}
		wantWritten(t, r, 9, 1, 0)
		if o := r.Outcomes[8]; o.Attempts != 3 || !errors.Is(o.Err, errWrite) || o.Value != 0 || o.Elapsed < 9*time.Second {
			t.Errorf("outcome: %+v", o)
		}
		if o := r.Outcomes[1]; o.Attempts != 2 || o.Err != nil || o.Value != 2 || o.Elapsed != 9*time.Second {
			t.Errorf("outcome: %+v", o)
		}
		if s := p.Stats(); s.Runs != 1 || s.Running != 0 || s.Succeeded != 9 || s.Failed != 1 || s.Retries != 3 {
			t.Errorf("stats: %+v", s)
		}
		if got := r.Err().Error(); got != "item 8: it was not written" {
			t.Errorf("error: %s", got)
		}
	})
}

// The waits of items that fail in several calls are such that they are sent together.
func TestWriteGathersFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newWriteLog(func(item, attempt int) bool { return item%10 == 1 && attempt == 1 })
		r := Write(t.Context(), writeNumbers(100), log.write, writeFailed, MaxItems(10), Concurrency(10), Attempts(2), Delay(time.Minute))
		wantWritten(t, r, 100, 0, 0)
		if n := len(log.calls); n > 10+9 {
			t.Errorf("%d calls", n)
		}
		if last := log.times[len(log.times)-1]; last > time.Minute {
			t.Errorf("the last call is after %v", last)
		}
	})
}

func TestWriteErrors(t *testing.T) {
	boom := errors.New("boom")
	failures := map[string]struct {
		f        func(context.Context, []int) ([]int, error)
		failed   func(int) error
		is       error
		attempts int
	}{
		"an error": {
			f:  func(_ context.Context, items []int) ([]int, error) { return items, boom },
			is: boom, attempts: 2,
		},
		"a panic":  {f: func(context.Context, []int) ([]int, error) { panic(boom) }, is: boom, attempts: 1},
		"a Goexit": {f: func(context.Context, []int) ([]int, error) { runtime.Goexit(); return nil, nil }, is: ErrGoexit, attempts: 1},
		"too few":  {f: func(_ context.Context, items []int) ([]int, error) { return items[1:], nil }, is: ErrContract, attempts: 1},
		"a panic of the predicate": {
			f:      func(_ context.Context, items []int) ([]int, error) { return items, nil },
			failed: func(int) error { panic(boom) }, is: boom, attempts: 1,
		},
	}
	for name, test := range failures {
		t.Run(name, func(t *testing.T) {
			p := &Processor{}
			r := Write(t.Context(), writeNumbers(5), test.f, test.failed, p, MaxItems(3), Attempts(2), Delay(0))
			wantWritten(t, r, 0, 5, 0)
			for _, o := range r.Outcomes {
				if !errors.Is(o.Err, test.is) || o.Attempts != test.attempts {
					t.Errorf("outcome: %+v", o)
				}
			}
			panicked := errors.As(r.Err(), new(*PanicError))
			if n := p.Stats().Panics; panicked != (n == 2) || !panicked && n != 0 {
				t.Errorf("%d calls panicked: %v", n, r.Err())
			}
		})
	}
	short := func(_ context.Context, items []int) ([]int, error) { return items[1:], nil }
	err := Write(t.Context(), writeNumbers(3), short, nil).Outcomes[0].Err
	if !strings.Contains(err.Error(), "2 results for 3 items") {
		t.Error(err)
	}
}

// A result of which the predicate cannot tell does not spoil the others of its call.
func TestWritePredicatePanics(t *testing.T) {
	log := newWriteLog(nil)
	r := Write(t.Context(), writeNumbers(5), log.write, func(n int) error {
		if n == 2 || n == 3 {
			panic(n)
		}
		return nil
	})
	wantWritten(t, r, 3, 2, 0)
	if r.Outcomes[0].Err != nil || r.Outcomes[1].Err == nil || r.Outcomes[2].Err == nil || r.Outcomes[3].Err != nil {
		t.Error(r.Err())
	}
}

func TestWriteBytes(t *testing.T) {
	log := newWriteLog(nil)
	weigh := func(n int) int {
		switch n {
		case 3:
			panic("three")
		case 4:
			return -1
		}
		return n
	}
	r := Write(t.Context(), writeNumbers(6), log.write, writeFailed, MaxBytes(5, weigh), Concurrency(1))
	wantWritten(t, r, 3, 3, 0)
	if want := [][]int{{1, 2}, {5}}; !reflect.DeepEqual(log.calls, want) {
		t.Errorf("calls: %v, want %v", log.calls, want)
	}
	for i, is := range map[int]error{3: ErrContract, 5: ErrTooLarge} {
		if o := r.Outcomes[i]; !errors.Is(o.Err, is) || o.Attempts != 0 {
			t.Errorf("outcome: %+v", o)
		}
	}
	if got := r.Err().Error(); !strings.Contains(got, "item 5: the item is too large: 6 bytes, at most 5") || !errors.As(r.Err(), new(*PanicError)) {
		t.Error(got)
	}
}

func TestWriteWrongWeigher(t *testing.T) {
	weigh := MaxBytes(5, func(s string) int { return len(s) })
	for name, call := range map[string]func(){
		"Write":       func() { Write(t.Context(), writeNumbers(1), newWriteLog(nil).write, nil, weigh) },
		"WriteStream": func() { WriteStream(t.Context(), slices.Values(writeNumbers(1)), newWriteLog(nil).write, nil, weigh) },
		"no function": func() { MaxBytes[int](1, nil) },
		"no bytes":    func() { MaxBytes(0, func(int) int { return 1 }) },
		"no items":    func() { MaxItems(0) },
		"no time":     func() { Linger(-1) },
	} {
		if p := protect(call); p == nil || !strings.HasPrefix(fmt.Sprint(p.Value), "batch: ") {
			t.Errorf("%s: %v", name, p)
		}
	}
}
