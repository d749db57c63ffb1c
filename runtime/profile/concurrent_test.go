package profile

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestSnapshotWhileRecording records calls of one fixed duration, so that every
// snapshot can be checked for figures that do not hold together.
func TestSnapshotWhileRecording(t *testing.T) {
	for _, v := range []int64{3, 5_000_000, longCall} { // the first is settled rarely, the last always
		t.Run(time.Duration(v).String(), func(t *testing.T) {
			p := newProbe("test")
			var stop atomic.Bool
			var wg sync.WaitGroup
			var want [3]atomic.Uint64
			for range 4 {
				wg.Go(func() {
					for i := uint64(0); !stop.Load(); i++ {
						recordOne(p, v, []flags{panicked, succeeded, failed}[i%3])
						want[i%3].Add(1)
					}
				})
			}
			watch(t, p, v, 100*time.Millisecond)
			stop.Store(true)
			wg.Wait()
			got := p.stats(new(reading))
			calls := want[panicked].Load() + want[succeeded].Load() + want[failed].Load()
			if got.Calls != calls || got.Errors != want[failed].Load() || got.Panics != want[panicked].Load() || got.InFlight != 0 {
				t.Errorf("in the end %s, want %d calls, %d errors, %d panics", brief(got), calls, want[failed].Load(), want[panicked].Load())
			}
			if got.Total != time.Duration(calls)*time.Duration(v) {
				t.Errorf("in the end the total is %d, want %d calls × %d", got.Total, calls, v)
			}
		})
	}
}

// recordOne does what a Call does, with a duration of our choice.
func recordOne(p *Probe, v int64, o flags) {
	s := p.stripe()
	s.begun.Add(1)
	s.record(v)
	switch o {
	case panicked:
		s.panics.Add(1)
	case failed:
		s.errors.Add(1)
	}
}

// watch takes snapshots of p, all of whose calls take v ns, for a while.
func watch(t *testing.T, p *Probe, v int64, d time.Duration) {
	t.Helper()
	var last FuncStats
	var r reading
	for start := time.Now(); time.Since(start) < d; {
		got := p.stats(&r)
		switch {
		case got.Calls < last.Calls || got.Errors < last.Errors || got.Panics < last.Panics:
			t.Fatalf("figures fell: %s after %s", brief(got), brief(last))
		case got.Errors+got.Panics > got.Calls:
			t.Fatalf("more errors and panics than calls: %s", brief(got))
		case got.InFlight < 0:
			t.Fatalf("negative in flight: %s", brief(got))
		case got.Total != time.Duration(got.Calls)*time.Duration(v):
			t.Fatalf("total is %d, want %d calls × %d", got.Total, got.Calls, v)
		case got.Calls > 0 && (got.Min != time.Duration(v) || got.Max != time.Duration(v)):
			t.Fatalf("min, max = %d, %d, want %d", got.Min, got.Max, v)
		}
		last = got
	}
}

// TestSettlingConcurrently has several goroutines overflow one live word at the
// same time, which no stripe makes unlikely here: there is only one.
func TestSettlingConcurrently(t *testing.T) {
	const goroutines, calls, v = 8, 1 << 17, longCall - 1
	s := newStripe()
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range calls {
				s.begun.Add(1)
				s.record(v)
			}
		})
	}
	wg.Wait()
	var r reading
	s.read(&r)
	if r.ended != goroutines*calls || r.total != goroutines*calls*v || r.begun != r.ended {
		t.Errorf("read %d begun, %d ended, %d ns, want %d calls of %d ns", r.begun, r.ended, r.total, goroutines*calls, v)
	}
}

// TestEveryCallIsCounted is the whole of it, through the exported functions.
func TestEveryCallIsCounted(t *testing.T) {
	const goroutines, calls = 64, 15_625 // a million
	Reset()
	p := New(t.Name())
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range calls {
				func() {
					defer func() { _ = recover() }()
					call := p.Begin()
					defer call.End()
					switch (g + i) % 4 {
					case 0:
						panic("test")
					case 1:
						call.Return(fmt.Errorf("call %d", i))
					default:
						call.Return(nil)
					}
				}()
			}
		})
	}
	wg.Wait()
	got := find(t, t.Name())
	const all = goroutines * calls
	if got.Calls != all || got.Panics != all/4 || got.Errors != all/4 || got.InFlight != 0 {
		t.Errorf("%s, want %d calls, %d panics, %d errors, none in flight", brief(got), all, all/4, all/4)
	}
}

func TestRecordingDoesNotAllocate(t *testing.T) {
	p := New(t.Name())
	ctx := t.Context()
	for name, f := range map[string]func(){
		"success": func() {
			call := p.Start(ctx)
			defer call.End()
			call.Return(nil)
		},
		"error": func() {
			call := p.Begin()
			defer call.End()
			call.Return(context.Canceled)
		},
	} {
		if n := testing.AllocsPerRun(10_000, f); n != 0 {
			t.Errorf("%s: %v allocations for each call, want none", name, n)
		}
	}
}
