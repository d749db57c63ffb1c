package profile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// statsIn finds a function in a report.
func statsIn(t *testing.T, r profile.Report, name string) profile.FuncStats {
	t.Helper()
	for _, f := range r.Functions {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("%s is missing", name)
	return profile.FuncStats{}
}

func TestObjectives(t *testing.T) {
	name := t.Name()
	profile.New(name, profile.MaxLatency(0.99, time.Second), profile.MaxErrors(0.01), profile.MaxLatency(0.5, time.Millisecond), profile.MaxLatency(0.99, 2*time.Second))
	profile.New(name) // which says nothing about them
	want := profile.Objectives{Latency: []profile.LatencyObjective{{0.5, time.Millisecond}, {0.99, 2 * time.Second}}, MaxErrors: 0.01}
	got := statsFor(t, name)
	if diff := cmp.Diff(want, got.Objectives); diff != "" {
		t.Errorf("objectives (-want +got):\n%s", diff)
	}
	got.Objectives.Latency[0].Max = 1 // the caller's own
	if diff := cmp.Diff(want, statsFor(t, name).Objectives); diff != "" {
		t.Errorf("a snapshot shares its objectives (-want +got):\n%s", diff)
	}
	if sum := got.Plus(got); len(sum.Objectives.Latency) != 0 || sum.Objectives.MaxErrors != 0 {
		t.Errorf("a sum has the objectives %+v", sum.Objectives)
	}
	if since, ok := statsFor(t, name).Since(got); !ok || cmp.Diff(want, since.Objectives) != "" {
		t.Errorf("a difference has the objectives %+v", since.Objectives)
	}
	profile.New(name, profile.MaxErrors(0.5))
	if diff := cmp.Diff(profile.Objectives{MaxErrors: 0.5}, statsFor(t, name).Objectives); diff != "" {
		t.Errorf("after another New (-want +got):\n%s", diff)
	}
}

func TestObjectivesInJSON(t *testing.T) {
	for i, objectives := range [][]profile.Option{
		nil,
		{profile.MaxErrors(0.25)},
		{profile.MaxLatency(0.999, time.Minute)},
		{profile.MaxLatency(0.9, time.Second), profile.MaxLatency(0.95, time.Minute), profile.MaxErrors(0.001)},
	} {
		name := fmt.Sprint(t.Name(), i)
		profile.New(name, objectives...)
		var text bytes.Buffer
		must(t, profile.WriteJSON(&text))
		report, err := profile.ReadReport(bytes.NewReader(text.Bytes()))
		must(t, err)
		if diff := cmp.Diff(statsFor(t, name).Objectives, statsIn(t, report, name).Objectives); diff != "" {
			t.Errorf("%s: read is not what was written (-want +got):\n%s", name, diff)
		}
		written, _, _ := strings.Cut(text.String()[strings.Index(text.String(), `"`+name+`"`):], "\n    }")
		if has := strings.Contains(written, `"objectives"`); has != (objectives != nil) {
			t.Errorf("%s: objectives are written: %t\n%s", name, has, written)
		}
	}
}

func TestObjectiveNames(t *testing.T) {
	for q, want := range map[float64]string{0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p99.9"} {
		if got := (profile.LatencyObjective{Quantile: q}).Name(); got != want {
			t.Errorf("%v is called %s, want %s", q, got, want)
		}
	}
}

func TestObjectivesThatMakeNoSense(t *testing.T) {
	for want, f := range map[string]func(){
		"MaxLatency(0, 1s): the quantile must be above 0 and below 1": func() { profile.MaxLatency(0, time.Second) },
		"MaxLatency(1, 1s): the quantile must be above 0 and below 1": func() { profile.MaxLatency(1, time.Second) },
		"MaxLatency(0.99, 0s): the duration must be positive":         func() { profile.MaxLatency(0.99, 0) },
		"MaxErrors(0): the fraction must be above 0 and below 1":      func() { profile.MaxErrors(0) },
		"MaxErrors(1): the fraction must be above 0 and below 1":      func() { profile.MaxErrors(1) },
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != "profile: "+want {
					t.Errorf("the panic is %q, want %q", got, want)
				}
			}()
			f()
		}()
	}
}

// Each quantile has a name of its own, since alerts and series of metrics are told apart
// by it, and no name has noise in its last digits.
func TestNamesOfQuantiles(t *testing.T) {
	for q, want := range map[float64]string{
		0.5: "p50", 0.9: "p90", 0.95: "p95", 0.99: "p99", 0.999: "p99.9", 0.57: "p57", 0.07: "p7", 0.005: "p0.5", 0.1: "p10",
		0.9999999: "p99.99999", 0.99999999: "p99.999999", 0.123456789: "p12.3456789", 1e-9: "p0.0000001", 0.3: "p30",
	} {
		if got := (profile.LatencyObjective{Quantile: q}).Name(); got != want {
			t.Errorf("%v is called %s, want %s", q, got, want)
		}
	}
}
