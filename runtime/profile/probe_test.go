package profile_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

var errTest = errors.New("test")

// statsFor returns the figures of the probe called name.
func statsFor(t testing.TB, name string) profile.FuncStats {
	t.Helper()
	for _, f := range profile.Snapshot() {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("Snapshot does not include %q", name)
	return profile.FuncStats{}
}

// newProbe returns the test's own probe, with no calls: those of an earlier run
// of the test in this process are forgotten.
func newProbe(t testing.TB) *profile.Probe {
	profile.Reset()
	return profile.New(t.Name())
}

// run calls body as a profiled function, in a goroutine, and lets it panic.
func run(p *profile.Probe, body func(*profile.Call)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		call := p.Start(context.Background())
		defer call.End()
		body(&call)
	}()
	<-done
}

func TestCallOutcomes(t *testing.T) {
	tests := []struct {
		name                  string
		body                  func(*profile.Call)
		calls, errors, panics uint64
	}{
		{"success", func(c *profile.Call) { c.Return(nil) }, 1, 0, 0},
		{"error", func(c *profile.Call) { c.Return(errTest) }, 1, 1, 0},
		{"panic", func(*profile.Call) { panic("test") }, 1, 0, 1},
		{"panic with nil", func(*profile.Call) { panic(nil) }, 1, 0, 1},
		{"Goexit", func(*profile.Call) { runtime.Goexit() }, 1, 0, 1},
		{"the last Return counts", func(c *profile.Call) { c.Return(errTest); c.Return(nil) }, 1, 0, 0},
		{"a second End does nothing", func(c *profile.Call) { c.Return(errTest); c.End() }, 1, 1, 0},
		{"the zero Call does nothing", func(c *profile.Call) { c.Return(nil); new(profile.Call).End() }, 1, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newProbe(t)
			run(p, tt.body)
			got := statsFor(t, t.Name())
			if got.Calls != tt.calls || got.Errors != tt.errors || got.Panics != tt.panics || got.InFlight != 0 {
				t.Errorf("calls, errors, panics, in flight = %d, %d, %d, %d, want %d, %d, %d, 0",
					got.Calls, got.Errors, got.Panics, got.InFlight, tt.calls, tt.errors, tt.panics)
			}
		})
	}
}

func TestEndLetsPanicsGoOn(t *testing.T) {
	p := newProbe(t)
	defer func() {
		if got := recover(); got != errTest {
			t.Errorf("recovered %v, want %v", got, errTest)
		}
	}()
	call := p.Begin()
	defer call.End()
	panic(errTest)
}

func TestProbesOfOneNameAreOne(t *testing.T) {
	a, b := profile.New(t.Name()), profile.New(t.Name())
	if a != b {
		t.Error("New returned two probes of one name")
	}
	if a.Name() != t.Name() {
		t.Errorf("Name() = %q, want %q", a.Name(), t.Name())
	}
}

func TestNamesMustNotBeEmpty(t *testing.T) {
	for name, f := range map[string]func(){
		"New":    func() { profile.New("") },
		"Region": func() { profile.Region(t.Context(), "") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s accepted an empty name", name)
				}
			}()
			f()
		}()
	}
}

func TestDurationsAreOfTheBubblesClock(t *testing.T) {
	p := newProbe(t)
	synctest.Test(t, func(t *testing.T) {
		for _, d := range []time.Duration{0, 7 * time.Nanosecond, 3 * time.Millisecond, 2 * time.Hour} {
			call := p.Start(t.Context())
			time.Sleep(d)
			call.Return(nil)
			call.End()
		}
	})
	got := statsFor(t, t.Name())
	wantTotal := 2*time.Hour + 3*time.Millisecond + 7
	if got.Total != wantTotal || got.Min != 0 || got.Max != 2*time.Hour {
		t.Errorf("total, min, max = %v, %v, %v, want %v, 0s, 2h", got.Total, got.Min, got.Max, wantTotal)
	}
	if got := got.Quantile(0.5); got != 7 {
		t.Errorf("median = %v, want 7ns", got)
	}
}

func TestInFlightCountsCallsUnderWay(t *testing.T) {
	p := newProbe(t)
	synctest.Test(t, func(t *testing.T) {
		for i := range 10 {
			go func() {
				call := p.Start(t.Context())
				defer call.End()
				time.Sleep(time.Duration(1+i) * time.Second)
				call.Return(nil)
			}()
		}
		for want := 10; want >= 0; want-- {
			synctest.Wait()
			if got := statsFor(t, p.Name()); got.InFlight != want || got.Calls != uint64(10-want) {
				t.Errorf("in flight, calls = %d, %d, want %d, %d", got.InFlight, got.Calls, want, 10-want)
			}
			time.Sleep(time.Second)
		}
	})
}

func TestContextIsThatOfTheFunction(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	call := newProbe(t).Start(ctx)
	defer call.End()
	if got := call.Context(ctx).Value(key{}); got != "value" {
		t.Errorf("the context for the body has value %v, want the function's own", got)
	}
	call.Return(nil)
}
