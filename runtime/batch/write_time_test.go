package batch

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestWriteWaits(t *testing.T) {
	longest := make(map[time.Duration]time.Duration)
	for range 300 {
		synctest.Test(t, func(t *testing.T) {
			log := newWriteLog(func(int, int) bool { return true })
			r := Write(t.Context(), writeNumbers(1), log.write, writeFailed, Attempts(5), Delay(time.Second), MaxDelay(3*time.Second))
			wantWritten(t, r, 0, 1, 0)
			for i, most := range []time.Duration{1, 2, 3, 3} {
				most *= time.Second
				wait := log.times[i+1] - log.times[i]
				if wait > most {
					t.Fatalf("wait %d is %v", i+1, wait)
				}
				longest[most] = max(longest[most], wait)
			}
		})
	}
	for most, wait := range longest {
		if wait < most*9/10 {
			t.Errorf("of 300 waits of %v at most, the longest is %v", most, wait)
		}
	}
}

func TestWriteRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newWriteLog(nil)
		rate := Rate(10, time.Second)
		for range 2 { // which keep to it together
			wantWritten(t, Write(t.Context(), writeNumbers(9), log.write, writeFailed, MaxItems(2), rate), 9, 0, 0)
		}
		for i, at := range log.times {
			if want := time.Duration(i) * 100 * time.Millisecond; (at - want).Abs() > time.Microsecond {
				t.Errorf("call %d is after %v, want %v", i+1, at, want)
			}
		}
	})
}

// A call that does not take place makes no other wait.
func TestWriteRateAfterCancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newWriteLog(nil)
		rate := Rate(1, time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantWritten(t, Write(ctx, writeNumbers(4), log.write, nil, MaxItems(2), rate), 2, 0, 2)
		wantWritten(t, Write(t.Context(), writeNumbers(2), log.write, nil, rate), 2, 0, 0)
		if at := log.times[1]; at > time.Minute+time.Second {
			t.Errorf("the second call is after %v", at)
		}
	})
}

func TestWriteGroups(t *testing.T) {
	start := time.Now()
	after := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	var w writeWaits[int]
	for i, add := range []struct {
		due, latest int
		want        []int // sizes of groups
	}{
		{10, 20, []int{1}},
		{8, 20, []int{2}},    // joins the one after 10 seconds
		{9, 20, []int{1, 2}}, // which is full now
		{11, 20, []int{1, 2, 1}},
		{3, 8, []int{1, 1, 2, 1}}, // the one after 9 is too late
		{3, 9, []int{2, 1, 2, 1}},
	} {
		w.add(&writeItem[int]{index: i}, after(add.due), after(add.latest), 2)
		var got []int
		for _, g := range w.groups {
			got = append(got, len(g.items))
		}
		if !slices.Equal(got, add.want) {
			t.Errorf("groups after %d: %v, want %v", i, got, add.want)
		}
	}
	if w.take(after(2)) != nil || len(w.take(after(3))) != 2 || w.next() != after(9) {
		t.Errorf("groups: %+v", w.groups)
	}
}

func TestWriteTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		r := Write(t.Context(), writeNumbers(1), func(ctx context.Context, items []int) ([]int, error) {
			if calls++; calls == 2 {
				return items, nil
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}, writeFailed, Timeout(time.Second), Attempts(2), Delay(0))
		wantWritten(t, r, 1, 0, 0)
		if r.Elapsed < time.Second || r.Elapsed > time.Second+time.Millisecond {
			t.Errorf("it took %v", r.Elapsed)
		}
	})
}

// The context ends while one call runs, and some items wait for another attempt.
func TestWriteCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(2500*time.Millisecond, func() { cancel(enough) })
		log := newWriteLog(func(item, _ int) bool { return item == 1 })
		log.takes = time.Second
		r := Write(ctx, writeNumbers(10), log.write, writeFailed, MaxItems(2), Concurrency(1), Attempts(2), Delay(1e6*time.Hour), MaxDelay(1e6*time.Hour))
		wantWritten(t, r, 5, 1, 4)
		if o := r.Outcomes[0]; !errors.Is(o.Err, errWrite) || !errors.Is(o.Err, enough) || errors.Is(o.Err, ErrNotStarted) || o.Attempts != 1 {
			t.Errorf("outcome: %+v", o)
		}
		if o := r.Outcomes[6]; !errors.Is(o.Err, ErrNotStarted) || !errors.Is(o.Err, enough) || o.Attempts != 0 || o.Item != 7 {
			t.Errorf("outcome: %+v", o)
		}
		if r.Elapsed != 3*time.Second {
			t.Errorf("it took %v", r.Elapsed)
		}
	})
}

func TestWriteStops(t *testing.T) {
	for _, test := range []struct {
		stop                Option
		succeeded, failed   int
		notStarted, attempt int
	}{
		{nil, 90, 10, 0, 2},
		{StopOnError(), 9, 1, 90, 2},
		{StopAbove(0), 9, 1, 90, 2},
		{StopAbove(0.02), 27, 3, 70, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			log := newWriteLog(func(item, _ int) bool { return item%10 == 5 })
			r := Write(t.Context(), writeNumbers(100), log.write, writeFailed, MaxItems(10), Concurrency(1), test.stop,
				Permanent(func(err error) bool { return errors.Is(err, errWrite) }), Attempts(3))
			wantWritten(t, r, test.succeeded, test.failed, test.notStarted)
			if stopped := test.notStarted > 0; errors.Is(r.Err(), ErrStopped) != stopped {
				t.Error(r.Err())
			}
		})
	}
}

func TestWriteByCompletion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var done []int
		r := Write(t.Context(), writeNumbers(4), func(_ context.Context, items []int) ([]int, error) {
			time.Sleep(time.Duration(10-items[0]) * time.Second)
			return items, nil
		}, nil, MaxItems(1), ByCompletion(), WithProgress(func(n, total int) { done = append(done, n, total) }))
		if got := r.Values(); !slices.Equal(got, []int{4, 3, 2, 1}) {
			t.Errorf("values: %v", got)
		}
		if !slices.Equal(done, []int{1, 4, 2, 4, 3, 4, 4, 4}) {
			t.Errorf("progress: %v", done)
		}
	})
}

func TestWriteProgressPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, log := &Processor{}, newWriteLog(nil)
		log.takes = time.Second
		defer func() {
			if v, ok := recover().(*PanicError); !ok || v.Value != "progress" {
				t.Errorf("panic: %v", v)
			}
			// All calls had ended: the bubble would not end otherwise, either.
			if s := p.Stats(); s.Running != 0 || s.Runs != 1 || s.Succeeded+s.NotStarted != 20 {
				t.Errorf("stats: %+v", s)
			}
		}()
		Write(t.Context(), writeNumbers(20), log.write, nil, p, MaxItems(2), Concurrency(3),
			WithProgress(func(int, int) { panic("progress") }))
	})
}
