package monitor_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// A step is what a condition says at one look.
type step struct {
	samples uint64
	wrong   bool
	absent  bool
}

// said is a condition that says one thing after another, then nothing.
func said(steps ...step) monitor.Condition {
	return func(monitor.Window) iter.Seq[monitor.Finding] {
		return func(yield func(monitor.Finding) bool) {
			if len(steps) == 0 {
				return
			}
			s := steps[0]
			steps = steps[1:]
			if !s.absent {
				yield(monitor.Finding{Subject: monitor.Subject{Kind: "test", Name: "it"}, Wrong: s.wrong, Samples: s.samples})
			}
		}
	}
}

var (
	good   = step{samples: 10}
	bad    = step{samples: 10, wrong: true}
	few    = step{samples: 9, wrong: true}
	quiet  = step{}
	absent = step{absent: true}
)

// TestAlertStates runs through what may follow what. An event is told as the number of the
// look, and + or -, or ! if what it was about is gone.
func TestAlertStates(t *testing.T) {
	tests := []struct {
		name  string
		after time.Duration
		steps []step
		want  string
	}{
		{"once each", 0, []step{good, bad, bad, bad, good, good, bad}, "2+ 5- 7+"},
		{"too few", 0, []step{few, few, good, few}, ""},
		{"silence keeps what is raised", 0, []step{bad, quiet, few, quiet, bad, good}, "1+ 6-"},
		{"long enough", 2 * time.Second, []step{bad, bad, good, bad, bad, bad, bad, good}, "6+ 8-"},
		{"silence begins anew", 2 * time.Second, []step{bad, bad, quiet, bad, bad, bad}, "6+"},
		{"gone", 0, []step{bad, absent, absent, good, bad}, "1+ 2! 5+"},
		{"gone before", time.Second, []step{bad, absent, bad, bad}, "4+"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var got []string
				ctx, stop := context.WithCancel(t.Context())
				m := monitor.Start(ctx, monitor.Every(time.Second), monitor.Logger(slog.New(slog.DiscardHandler)),
					monitor.Watch(monitor.Alert{Name: "test", When: said(tt.steps...), For: tt.after, MinSamples: 10}),
					monitor.OnAlert(func(e monitor.Event) {
						sign := map[bool]string{true: "+", false: "-"}[e.Raised]
						if e.Gone {
							sign = "!"
						}
						got = append(got, string(rune('0'+int(e.Time.Sub(began)/time.Second)))+sign)
					}))
				time.Sleep(time.Duration(len(tt.steps))*time.Second + time.Millisecond)
				stop()
				<-m.Done()
				if s := strings.Join(got, " "); s != tt.want {
					t.Errorf("the events are %q, want %q", s, tt.want)
				}
			})
		})
	}
}

func TestConditionThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		ctx, stop := context.WithCancel(t.Context())
		m := monitor.Start(ctx, monitor.Logger(slog.New(slog.NewTextHandler(&log, nil))), monitor.Watch(
			monitor.Alert{Name: "broken", When: func(monitor.Window) iter.Seq[monitor.Finding] { panic("oh") }},
			monitor.Alert{Name: "sound", When: said(bad), MinSamples: 1},
		), monitor.OnAlert(func(monitor.Event) { panic("dear") }))
		time.Sleep(monitor.DefaultEvery + time.Second)
		if raised := m.Raised(); len(raised) != 1 || raised[0].Alert != "sound" {
			t.Errorf("raised are %v", raised)
		}
		stop()
		<-m.Done()
		for _, want := range []string{"condition of the alert broken panicked", "panic=oh", "OnAlert panicked", "panic=dear", "level=WARN msg=\"sound: test it: , limit \""} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q:\n%s", want, &log)
			}
		}
	})
}

// found judges what has happened since earlier and returns what is wrong.
func found(c monitor.Condition, earlier monitor.Report) (all []string) {
	for f := range c(monitor.Snapshot().Since(earlier)) {
		if f.Wrong {
			all = append(all, f.String()+": "+f.Value)
		}
	}
	return all
}

func TestReadyConditions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		earlier := monitor.Snapshot()
		p := batch.NewProcessor("ready.batch")
		batch.Process(t.Context(), make([]int, 8), func(context.Context, int) (int, error) { return 0, nil }, p)
		batch.Process(t.Context(), make([]int, 2), func(context.Context, int) (int, error) { return 0, errors.New("no") }, p)
		want := []string{"batch ready.batch: 20 %"}
		if got := found(monitor.Only(monitor.BatchErrorsAbove(0.19), "ready.*"), earlier); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := found(monitor.Only(monitor.BatchErrorsAbove(0.2), "ready.*"), earlier); len(got) != 0 {
			t.Errorf("at the limit, got %q", got)
		}

		probe := profile.New("ready.function")
		for i := range 100 {
			call := probe.Begin()
			time.Sleep(time.Duration(1+i/98*99) * time.Millisecond) // two calls take 100 ms
			call.Return(nil)
			call.End()
		}
		if got := found(monitor.Only(monitor.LatencyAbove(0.99, 90*time.Millisecond), "ready.*"), earlier); len(got) != 1 {
			t.Errorf("got %q", got)
		}
		if got := found(monitor.Only(monitor.LatencyAbove(0.9, 2*time.Millisecond), "ready.*"), earlier); len(got) != 0 {
			t.Errorf("got %q", got)
		}
		if got := found(monitor.Only(monitor.ErrorsAbove(0), "ready.*"), earlier); len(got) != 0 {
			t.Errorf("got %q", got)
		}
	})
}

func TestPoolWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pool.New(pool.Options[int]{Name: "waits", Max: 1, New: func(context.Context) (int, error) { return 1, nil }})
		defer p.Close(t.Context())
		earlier := monitor.Snapshot()
		for range 2 {
			lease, err := p.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(200*time.Millisecond, func() { lease.Release() })
		}
		time.Sleep(time.Second)
		want := []string{"pool waits: 50 %"}
		if got := found(monitor.PoolWaitsAbove(100*time.Millisecond, 0.05), earlier); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := found(monitor.PoolWaitsAbove(time.Second, 0.05), earlier); len(got) != 0 {
			t.Errorf("got %q", got)
		}
	})
}

func TestOnly(t *testing.T) {
	for pattern, names := range map[string][2][]string{
		"*":            {{"", "a"}, nil},
		"a":            {{"a"}, {"", "ab", "ba"}},
		"a*":           {{"a", "ab"}, {"ba"}},
		"*a":           {{"a", "aa", "ba"}, {"ab"}},
		"ex.com/*.get": {{"ex.com/x/y.get"}, {"ex.com/x/y.getAll"}},
		"a*a":          {{"aa", "aba"}, {"a"}},
		"*b*c*":        {{"abc", "bc"}, {"acb"}},
	} {
		for i, list := range names {
			for _, name := range list {
				finding := func(monitor.Window) iter.Seq[monitor.Finding] {
					return func(yield func(monitor.Finding) bool) { yield(monitor.Finding{Subject: monitor.Subject{Name: name}}) }
				}
				got := len(slices.Collect(monitor.Only(finding, pattern)(monitor.Window{}))) == 1
				if want := i == 0; got != want {
					t.Errorf("Only(%q) says %v to %q", pattern, got, name)
				}
			}
		}
	}
}
