package profile_test

import (
	"testing"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// Calls count by whether recording was on when they began.
func TestSwitchingDuringACall(t *testing.T) {
	t.Cleanup(profile.Enable)
	on, off := profile.Enable, profile.Disable
	tests := []struct {
		name          string
		before        func() // when the call begins
		during        func() // when the call ends
		calls         uint64
		inFlightWhile int
	}{
		{"on", on, on, 1, 1},
		{"off", off, off, 0, 0},
		{"switched off", on, off, 1, 1},
		{"switched on", off, on, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newProbe(t)
			tt.before()
			call := p.Begin()
			tt.during()
			if got := statsFor(t, t.Name()).InFlight; got != tt.inFlightWhile {
				t.Errorf("in flight during the call = %d, want %d", got, tt.inFlightWhile)
			}
			call.Return(errTest)
			call.End()
			got := statsFor(t, t.Name())
			if got.Calls != tt.calls || got.Errors != tt.calls || got.InFlight != 0 {
				t.Errorf("calls, errors, in flight = %d, %d, %d, want %d, %d, 0",
					got.Calls, got.Errors, got.InFlight, tt.calls, tt.calls)
			}
		})
	}
}

func TestEnabled(t *testing.T) {
	t.Cleanup(profile.Enable)
	if !profile.Enabled() {
		t.Error("recording is not enabled at first")
	}
	profile.Disable()
	profile.Disable()
	if profile.Enabled() {
		t.Error("Enabled() after Disable")
	}
	profile.Enable()
	if !profile.Enabled() {
		t.Error("not Enabled() after Enable, which undoes any number of Disables")
	}
}

func TestResetForgetsCalls(t *testing.T) {
	p := newProbe(t)
	done := p.Begin()
	done.Return(nil)
	done.End()
	underway := p.Begin()
	profile.Reset()
	if got := statsFor(t, t.Name()); got.Calls != 0 || got.InFlight != 0 || got.Total != 0 || got.Max != 0 {
		t.Errorf("after Reset: %d calls, %d in flight, %v in all, want none", got.Calls, got.InFlight, got.Total)
	}
	underway.Return(nil)
	underway.End()
	again := p.Begin()
	again.Return(nil)
	again.End()
	if got := statsFor(t, t.Name()); got.Calls != 1 || got.InFlight != 0 {
		t.Errorf("calls, in flight = %d, %d, want the one that began after Reset", got.Calls, got.InFlight)
	}
}
